// Packs the component as a plugin that the engine installs from a file, into build/release/ (docs/guides/library.md):
//     pulumi plugin install resource vernemq VERSION --file pulumi-resource-vernemq-vVERSION.tar.gz
// The engine installs the packages that its manifest names. It holds TypeScript, from which Pulumi's analyzer reads the schema at each start.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "build", "plugin");
const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const write = (path, value) => {
    writeFileSync(join(folder, path), `${JSON.stringify(value, null, 4)}\n`);
};

const { version, license, dependencies, devDependencies } = read("package.json");
const { name, description } = read("plugin/package.json");
/** What the analyzer and the component need beside the library's dependencies, in the versions that are tested. */
const beside = ["@pulumi/kubernetes", "@pulumi/pulumi", "@types/node", "typescript"];

rmSync(folder, { recursive: true, force: true });
const own = ["index.ts", "package.json", "schema.ts", "start.cjs"].map((file) => join("plugin", file));
for (const path of ["components", ...own, "LICENSE", "NOTICE"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
}
cpSync(join(root, "plugin", "PulumiPlugin.yaml"), join(folder, "PulumiPlugin.yaml"));
write("package.json", {
    name,
    version,
    private: true,
    description,
    license,
    main: "plugin/start.cjs",
    dependencies: { ...dependencies, ...Object.fromEntries(beside.map((each) => [each, devDependencies[each]])) },
});
const { compilerOptions } = read("tsconfig.json");
write("plugin/tsconfig.json", { compilerOptions: { ...compilerOptions, types: ["node"] }, files: ["index.ts"] });

const archive = join(root, "build", "release", `pulumi-resource-${name}-v${version}.tar.gz`);
mkdirSync(dirname(archive), { recursive: true });
const { status } = spawnSync("tar", ["--create", "--gzip", "--file", archive, "--directory", folder, "."], {
    stdio: "inherit",
});
process.exitCode = status ?? 1;
