import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readmePicture } from "../pipeline/comment/picture";

const root = join(__dirname, "..", "..");
const listed = spawnSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).stdout.trim().split("\n");
const folders = new Set(
    readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "build")
        .map(({ name }) => name),
);
const pages = listed.filter((file) => existsSync(join(root, file)) && !file.includes("fixtures/"));

/** Files and folders of the repository that a page names; those with a part to fill in, such as `stacks/targets/NAME/`, are none. */
function pathsIn(page: string): readonly string[] {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/(?<![\w./-])(?:[a-z-]+\/)+(?:[\w.-]+\.(?:ts|mjs|json|md|ya?ml)\b|(?=`))/g)]
        .map(([path]) => path)
        .filter((path) => folders.has(path.slice(0, path.indexOf("/"))));
}

/** Lines outside code blocks. */
function linesOf(page: string): readonly string[] {
    return readFileSync(join(root, page), "utf8")
        .replaceAll(/^```[\s\S]*?^```$/gm, "")
        .split("\n");
}

describe("the documents, in a terminal and in a diff", () => {
    it("are there", () => {
        assert.ok(pages.includes("README.md") && pages.includes("docs/reference/configuration.md"));
        assert.ok(pathsIn("docs/architecture.md").length > 40);
    });

    for (const page of pages) {
        it(`${page} names files and folders that exist`, () => {
            assert.deepEqual(
                pathsIn(page).filter((path) => !existsSync(join(root, path))),
                [],
            );
        });

        it(`${page} has no table wider than 120 columns`, () => {
            const wide = linesOf(page).filter((line) => line.startsWith("|") && line.length > 120);
            assert.deepEqual(wide, []);
        });
    }

    it("README.md has at most 150 lines and 100 columns of prose, and its two pictures", () => {
        const text = readFileSync(join(root, "README.md"), "utf8");
        assert.ok(text.split("\n").length <= 151);
        const wide = linesOf("README.md").filter((line) => !line.startsWith("|") && line.length > 100);
        assert.deepEqual(wide, []);
        const pictures = [...text.matchAll(/!\[[\s\S]*?\]\(([^)]+)\)/g)].map(([, file = ""]) => file);
        assert.ok(pictures.length >= 2, pictures.join());
        assert.equal(
            readFileSync(join(root, "docs/pull-request.svg"), "utf8"),
            readmePicture(),
            "node --import tsx test/pipeline/comment/regenerate.ts",
        );
        for (const file of pictures) {
            assert.ok(existsSync(join(root, file)), file);
        }
    });
});
