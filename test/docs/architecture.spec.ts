import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
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

/** Files and folders of the repository that it names; those with a part to fill in, such as `stacks/targets/NAME/`, are none. */
const paths = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => !/[A-Z]{3}/.test(path));

describe("docs/architecture.md", () => {
    it("names files and folders that exist", () => {
        assert.ok(paths.length > 40, paths.length.toString());
        assert.deepEqual(
            paths.filter((path) => !existsSync(join(root, path))),
            [],
        );
    });

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
