import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PackedFile, packed } from "./support";

/** What a package may hold: its components, and what npm puts in by itself (manifest, license and readme). */
const allowed = /^(components\/[a-z0-9/-]+\.(js|d\.ts)|package\.json|LICENSE|README\.md)$/;

describe("The packed package", function () {
    this.timeout(600_000);
    let files: readonly PackedFile[];

    before(() => {
        files = packed().files;
    });

    it("holds the components with their declarations and no test, stack, simulation or command line", () => {
        const others = files.map(({ path }) => path).filter((path) => !allowed.test(path));
        assert.deepEqual(others, ["components/broker/post-render.mjs"]);
        assert.ok(!files.some(({ path }) => /\.spec\.|Pulumi\..*yaml/.test(path)));
    });

    it("holds what each of its exports names", () => {
        const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "dist", "package.json"), "utf8")) as {
            readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
            readonly typesVersions: Readonly<Record<"*", Readonly<Record<string, readonly string[]>>>>;
        };
        const exported = Object.values(manifest.exports).flatMap((entry) =>
            typeof entry === "string" ? [entry] : Object.values(entry),
        );
        const named = [...exported, ...Object.values(manifest.typesVersions["*"]).flat()].map((path) =>
            path.replace(/^\.\//, ""),
        );
        assert.ok(named.length > 12);
        assert.deepEqual(
            named.filter((path) => !files.some((file) => file.path === path)),
            [],
        );
    });

    it("holds the post-renderer as a program that can be started", () => {
        const renderer = files.find(({ path }) => path === "components/broker/post-render.mjs");
        assert.equal((renderer?.mode ?? 0) & 0o111, 0o111);
    });

    it("has its manifest in dist/: what the repository's own exports, the engine would take for the program", () => {
        const own = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as object;
        assert.equal("exports" in own, false);
        assert.equal((own as { readonly main?: string }).main, "index.ts");
    });

    it("says in its declarations nothing of the folder that it was built in", () => {
        assert.ok(existsSync(packed().tarball));
        assert.deepEqual(
            files.filter(({ path }) => path.startsWith("/") || path.includes("..")),
            [],
        );
    });
});
