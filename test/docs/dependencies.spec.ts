import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

describe("docs/reference/dependencies.md", () => {
    it("says what each dependency is for, and no more", () => {
        const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
            "dependencies" | "devDependencies",
            Record<string, string>
        >;
        const text = readFileSync(join(root, "docs", "reference", "dependencies.md"), "utf8");
        const rows = text
            .replaceAll("\n  ", " ")
            .split("\n")
            .filter((line) => line.startsWith("- `"));
        const listed = rows.flatMap((row) =>
            [...(row.split(": ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name),
        );
        const wanted = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
        assert.deepEqual([...listed].sort(), wanted.sort());
    });
});
