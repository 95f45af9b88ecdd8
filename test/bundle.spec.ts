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

describe("bundle.mjs", function () {
    this.timeout(60_000);

    it("hands the engine the program that index.ts exports", async () => {
        const script = `console.log(typeof require(${JSON.stringify(join(root, "index.ts"))}))`;
        assert.equal(await afterBundle(root, script), "function");
    });

    it("leaves every module its folder, takes packages from node_modules, and sees each change of a file", async () => {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-bundle-"));
        try {
            mkdirSync(join(folder, "inner"));
            symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
            // The files themselves: of a link, Node takes the folder that it leads to.
            for (const file of ["bundle.mjs", "sdk-start.mjs"]) {
                copyFileSync(join(root, file), join(folder, file));
            }
            writeFileSync(
                join(folder, "index.ts"),
                'import { where } from "./inner/module";\nimport { gt } from "semver";\nexport = { where, newer: gt("2.0.0", "1.0.0") };\n',
            );
            const module = join(folder, "inner", "module.ts");
            const loaded = async () =>
                JSON.parse(
                    await afterBundle(
                        folder,
                        `console.log(JSON.stringify(require(${JSON.stringify(join(folder, "index.ts"))})))`,
                    ),
                ) as unknown;
            writeFileSync(module, "export const where: string = __dirname;\n");
            assert.deepEqual(await loaded(), { where: join(folder, "inner"), newer: true });
            writeFileSync(module, 'export const where: string = "changed";\n');
            assert.deepEqual(await loaded(), { where: "changed", newer: true });
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
});
