import assert from "node:assert/strict";
import { isMet, type Ratio, ratioLines, ratioPlot, tally } from "../../bench/ratio";

const slow: Ratio = { what: "slow & heavy", value: 3, unit: " s", target: { most: 2 } };
const quick: Ratio = { ...slow, what: "quick", value: 2 };
const unknown: Ratio = { ...slow, what: "unknown", value: null };
const many: Ratio = { ...slow, what: "many", value: 0.9, unit: " times", target: { least: 1 } };

describe("A benchmark's figure", () => {
    it("meets its target at the bound, and misses it on the wrong side", () => {
        assert.deepEqual([slow, quick, many].map(isMet), [false, true, false]);
    });

    it("is printed beside its target, with the verdict", () => {
        const [first, second, third] = ratioLines([slow, quick, many]);
        assert.match(first ?? "", /^slow & heavy +3\.00 s +at most 2 s +missed$/);
        assert.match(second ?? "", /^quick +2\.00 s +at most 2 s +met$/);
        assert.match(third ?? "", /^many +0\.90 times +at least 1 times +missed$/);
    });

    it("that could not be measured meets no target, and is counted as such", () => {
        assert.equal(isMet(unknown), false);
        assert.match(ratioLines([unknown])[0] ?? "", /^unknown +- +at most 2 s +not measured$/);
        assert.equal(tally([slow, quick, unknown]), "1 of 3 targets met, 1 not measured");
        assert.equal(tally([slow, quick]), "1 of 2 targets met");
        assert.match(ratioPlot([unknown], "2 cores"), /width="0\.0"[^]*not measured/);
    });

    it("is a bar of a picture that stands by itself", () => {
        const svg = ratioPlot([slow, quick], "2 cores");
        assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
        assert.match(svg, /slow &amp; heavy/);
        assert.equal(svg.match(/<rect x="400"/g)?.length, 2);
    });
});
