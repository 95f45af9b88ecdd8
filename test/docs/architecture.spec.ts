import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const text = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** The steps of each walk: a word and the file that it is searched in. */
const walks = text
    .split("\n### ")
    .slice(1)
    .map((section) => ({
        setting: section.split("\n")[0] ?? "",
        steps: [...section.matchAll(/^\d+\. `(?<word>\w+)` in `(?<file>[^`]+)`/gm)].map(({ groups = {} }) => groups),
    }));

describe("docs/architecture.md", () => {
    it("walks three settings, each in at most ten files", () => {
        assert.deepEqual(
            walks.map(({ setting }) => setting),
            ["`edge.keepaliveSeconds`", "`broker.replicas`", "`broker.users`"],
        );
        for (const { setting, steps } of walks) {
            assert.ok(steps.length >= 5 && steps.length <= 10, `${setting}: ${steps.length} files`);
        }
    });

    for (const { setting, steps } of walks) {
        for (const { word = "", file = "" } of steps) {
            it(`finds ${setting} on its way as ${word} in ${file}`, () => {
                assert.match(readFileSync(join(root, file), "utf8"), new RegExp(String.raw`\b${word}\b`));
            });
        }
    }
});
