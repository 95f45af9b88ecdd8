// Builds the package into dist/: components, command line and the Pulumi program of the stack files as JavaScript with declarations, the files
// that these read, the programs that others start, and the package's manifest.
// The manifest stands there and not in the repository's own package.json, because the engine would take what that exports for the program.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** What is not compiled: plain JavaScript, which Helm, npm and the engine start by themselves or a module loads as it is. */
const copied = [
    "bin/vernemq.mjs",
    "components/broker/post-render.mjs",
    ...["index.js", "package.json", "PulumiPolicy.yaml"].map((name) => `policy/${name}`),
    "node.mjs",
    "sdk-start.mjs",
    "typescript.mjs",
    "LICENSE",
    "README.md",
];

/** Tables that modules read from beside them. */
function tables() {
    return ["components", "simulation"].flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true })
            .map((path) => join(folder, path))
            .filter((path) => path.endsWith(".json") && existsSync(join(root, "dist", dirname(path)))),
    );
}

const subPaths = ["aws", "azure", "digitalocean", "google", "kubernetes"];

/** What users install: no script, no tool of the repository's. */
function manifest() {
    const { name, version, description, license, engines, dependencies, peerDependencies, peerDependenciesMeta } =
        JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    // Only a clone bundles its program when the engine starts it.
    delete dependencies.esbuild;
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
            "./program": { types: "./index.d.ts", default: "./index.js" },
            "./package.json": "./package.json",
        },
        // For compilers that know no exports (`moduleResolution: node`).
        typesVersions: {
            "*": {
                ...Object.fromEntries(subPaths.map((path) => [path, [`components/${path}/index.d.ts`]])),
                program: ["index.d.ts"],
            },
        },
        bin: { vernemq: "bin/vernemq.mjs" },
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
    for (const file of [...copied, ...tables()]) {
        cpSync(join(root, file), join(root, "dist", file));
    }
    writeFileSync(join(root, "dist", "package.json"), `${JSON.stringify(manifest(), null, 4)}\n`);
}
process.exitCode = status ?? 1;
