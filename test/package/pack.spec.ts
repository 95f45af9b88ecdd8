import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { type PackedFile, packed } from "./support";

/** What a package may hold: compiled modules, the tables that they read, and what npm puts in by itself (manifest, license and readme). */
const allowed =
    /^((components|stacks|plan|policy|pipeline|ops|verify|cli|passwd|lab|simulation)\/[a-z0-9/-]+\.(js|d\.ts)|(components|simulation)\/[a-z0-9/-]+\.json|index\.(js|d\.ts)|package\.json|LICENSE|README\.md)$/;

describe("The packed package", () => {
    let files: readonly PackedFile[];

    before(() => {
        files = packed().files;
    });

    it("holds components and command line with their declarations, what these read and start, and no test or example", () => {
        const others = files.map(({ path }) => path).filter((path) => !allowed.test(path));
        assert.deepEqual(others.sort(), [
            "bin/vernemq.mjs",
            "components/broker/post-render.mjs",
            "node.mjs",
            "policy/PulumiPolicy.yaml",
            "policy/package.json",
            "sdk-start.mjs",
            "typescript.mjs",
        ]);
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

    it("needs at run time the packages that it installs or asks for, and each of them", () => {
        const folder = join(__dirname, "..", "..", "dist");
        const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
            readonly dependencies: object;
            readonly peerDependencies: object;
        };
        const modules = /(?:\brequire(?:\.resolve)?\(|\bimport\(|\bfrom )"([@\w][^"]*)"/g;
        const needed = files
            .filter(({ path }) => /\.m?js$/.test(path))
            .flatMap(({ path }) => [...readFileSync(join(folder, path), "utf8").matchAll(modules)])
            .map(([, module = ""]) => (/^(@[^/]+\/[^/]+|[^/]+)/.exec(module) ?? [""])[0])
            .filter((name) => !isBuiltin(name));
        const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }));
        const found = new Set(needed);
        assert.deepEqual([...found].filter((name) => !declared.has(name)).sort(), []);
        assert.deepEqual([...declared].filter((name) => !found.has(name)).sort(), []);
    });

    it("holds each file that its modules load", () => {
        const folder = join(__dirname, "..", "..", "dist");
        const held = new Set(files.map(({ path }) => path));
        const missing = files
            .filter(({ path }) => /\.m?js$/.test(path))
            .flatMap(({ path }) =>
                [...readFileSync(join(folder, path), "utf8").matchAll(/\b(?:require|import)\("(\.[^"]+)"\)/g)].map(
                    ([, module = ""]) => posix.join(posix.dirname(path), module),
                ),
            )
            .filter((path) => !["", ".js", "/index.js"].some((ending) => held.has(`${path}${ending}`)));
        assert.deepEqual(missing, []);
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
