import assert from "node:assert/strict";
import * as fc from "fast-check";
import { planSubnets, zoneLetters } from "../../../components/aws/subnets";

interface Range {
    readonly start: number;
    readonly end: number;
}

function rangeOf(cidr: string): Range {
    const [address = "", prefix = ""] = cidr.split("/");
    const start = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return { start, end: start + 2 ** (32 - Number(prefix)) };
}

const vpcs = fc.integer({ min: 16, max: 20 }).chain((prefix) =>
    fc.integer({ min: 0, max: 2 ** prefix - 1 }).map((index) => {
        const start = index * 2 ** (32 - prefix);
        const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
        return `${octets.join(".")}/${prefix}`;
    }),
);
const zones = fc.subarray([...zoneLetters], { minLength: 2 });

describe("planSubnets", () => {
    it("gives each zone a private eighth and a public sixty-fourth of the VPC", () => {
        assert.deepEqual(planSubnets("10.0.0.0/16", ["a", "b", "c"]), [
            { zone: "a", publicCidr: "10.0.224.0/22", privateCidr: "10.0.0.0/19" },
            { zone: "b", publicCidr: "10.0.228.0/22", privateCidr: "10.0.32.0/19" },
            { zone: "c", publicCidr: "10.0.232.0/22", privateCidr: "10.0.64.0/19" },
        ]);
        assert.deepEqual(planSubnets("172.16.16.0/20", ["f"]), [
            { zone: "f", publicCidr: "172.16.31.64/26", privateCidr: "172.16.26.0/23" },
        ]);
    });

    it("keeps subnets inside the VPC and apart from each other", () => {
        fc.assert(
            fc.property(vpcs, zones, (vpc, letters) => {
                const whole = rangeOf(vpc);
                const ranges = planSubnets(vpc, letters)
                    .flatMap(({ publicCidr, privateCidr }) => [publicCidr, privateCidr])
                    .map(rangeOf)
                    .sort((a, b) => a.start - b.start);
                assert.equal(ranges.length, letters.length * 2);
                for (const [index, range] of ranges.entries()) {
                    assert.ok(range.start >= whole.start && range.end <= whole.end);
                    assert.ok(range.start >= (ranges[index - 1]?.end ?? whole.start));
                }
            }),
        );
    });

    it("never moves a zone's subnets when another zone comes or goes, whatever the order", () => {
        fc.assert(
            fc.property(vpcs, zones, fc.constantFrom(...zoneLetters), (vpc, letters, other) => {
                const before = planSubnets(vpc, letters);
                const after = planSubnets(vpc, [other, ...[...letters].reverse()]);
                for (const subnets of before) {
                    assert.deepEqual(
                        after.find(({ zone }) => zone === subnets.zone),
                        subnets,
                    );
                }
            }),
        );
    });
});
