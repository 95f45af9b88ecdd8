import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readmePicture } from "../pipeline/comment/picture";

const root = join(__dirname, "..", "..");
const listed = spawnSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).stdout.trim().split("\n");
const pages = listed.filter((file) => existsSync(join(root, file)) && !file.includes("fixtures/"));

/** Lines outside code blocks. */
function linesOf(page: string): readonly string[] {
    return readFileSync(join(root, page), "utf8")
        .replaceAll(/^```[\s\S]*?^```$/gm, "")
        .split("\n");
}

describe("the documents, in a terminal and in a diff", () => {
    it("are there", () => {
        assert.ok(pages.includes("README.md") && pages.includes("docs/reference/configuration.md"));
    });

    for (const page of pages) {
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
