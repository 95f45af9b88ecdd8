// Builds the package into dist/: the components as JavaScript with declarations, the programs that others start, and the package's manifest.
// The manifest stands there and not in the repository's own package.json, because the engine would take what that exports for the program.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Helm starts it by itself, so it is no module of the program's. */
const copied = ["components/broker/post-render.mjs", "LICENSE", "README.md"];

const subPaths = ["aws", "azure", "digitalocean", "google", "kubernetes"];

/** What users install: no script, no tool of the repository's. */
function manifest() {
    const { name, version, description, license, engines, dependencies, peerDependencies, peerDependenciesMeta } =
        JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const entry = (folder) => ({ types: `./${folder}/index.d.ts`, default: `./${folder}/index.js` });
    return {
        name,
        version,
        // Until the name is registered.
        private: true,
        description,
        license,
        main: "components/index.js",
        types: "components/index.d.ts",
        exports: {
            ".": entry("components"),
            ...Object.fromEntries(subPaths.map((path) => [`./${path}`, entry(`components/${path}`)])),
            "./package.json": "./package.json",
        },
        // For compilers that know no exports (`moduleResolution: node`).
        typesVersions: {
            "*": Object.fromEntries(subPaths.map((path) => [path, [`components/${path}/index.d.ts`]])),
        },
        engines,
        dependencies,
        peerDependencies,
        peerDependenciesMeta,
    };
}

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
});
if (status === 0) {
    for (const file of copied) {
        cpSync(join(root, file), join(root, "dist", file));
    }
    writeFileSync(join(root, "dist", "package.json"), `${JSON.stringify(manifest(), null, 4)}\n`);
}
process.exitCode = status ?? 1;
