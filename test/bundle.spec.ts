import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(__dirname, "..");

/** Runs a script after bundle.mjs, as the engine's language host runs the program. */
async function afterBundle(folder: string, script: string): Promise<string> {
    const { stdout } = await run(process.execPath, ["--import", join(folder, "bundle.mjs"), "-e", script]);
    return stdout.trim();
}

/** A project in an empty folder, loaded by bundle.mjs. */
async function inProject(index: string, test: (folder: string, module: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "vernemq-bundle-"));
    try {
        mkdirSync(join(folder, "inner"));
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        // The files themselves: of a link, Node takes the folder that it leads to.
        for (const file of ["bundle.mjs", "sdk-start.mjs", "node.mjs", "package.json"]) {
            copyFileSync(join(root, file), join(folder, file));
        }
        writeFileSync(join(folder, "index.ts"), index);
        await test(folder, join(folder, "inner", "module.ts"));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

describe("bundle.mjs", () => {
    it("hands the engine the program that index.ts exports", async () => {
        const script = `console.log(typeof require(${JSON.stringify(join(root, "index.ts"))}))`;
        assert.equal(await afterBundle(root, script), "function");
    });

    it("leaves every module its folder, takes packages from node_modules, and sees each change of a file", async () => {
        const index =
            'import { where } from "./inner/module";\nimport { gt } from "semver";\nexport = { where, newer: gt("2.0.0", "1.0.0") };\n';
        await inProject(index, async (folder, module) => {
            const script = `console.log(JSON.stringify(require(${JSON.stringify(join(folder, "index.ts"))})))`;
            const loaded = async () => JSON.parse(await afterBundle(folder, script)) as unknown;
            writeFileSync(module, "export const where: string = __dirname;\n");
            assert.deepEqual(await loaded(), { where: join(folder, "inner"), newer: true });
            writeFileSync(module, 'export const where: string = "changed";\n');
            assert.deepEqual(await loaded(), { where: "changed", newer: true });
        });
    });

    it("says that the engine's Node.js is older than those supported, and goes on", async () => {
        await inProject("export = 1;\n", async (folder) => {
            writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: ">=99.1" } }));
            const script = `console.log(require(${JSON.stringify(join(folder, "index.ts"))}))`;
            const words = ["--import", join(folder, "bundle.mjs"), "-e", script];
            const { stdout, stderr } = await run(process.execPath, words);
            assert.equal(stdout.trim(), "1");
            assert.match(stderr, /^Node\.js [\d.]+ is older than 99\.1: .* PATH\.\n$/);
        });
    });

    it("shows an error's place in the sources, and what a function of a package was called by", async () => {
        const index = 'import { fail } from "./inner/module";\n\nexport = () => [1].map(() => fail());\n';
        await inProject(index, async (folder, module) => {
            writeFileSync(
                module,
                'interface Unused {}\n\nexport function fail() {\n    throw new Error("refused");\n}\n',
            );
            const file = join(folder, "index.ts");
            const script = `try { require(${JSON.stringify(file)})() } catch (error) { console.log(error.stack) }`;
            const [message, ...frames] = (await afterBundle(folder, script)).split("\n");
            assert.equal(message, "Error: refused");
            assert.equal(frames[0], `    at fail (${module}:4:11)`);
            assert.equal(frames[1], `    at ${file}:3:30`);
            assert.match(String(frames[2]), /^ {4}at Array\.map \(<anonymous>\)$/);
        });
    });
});
