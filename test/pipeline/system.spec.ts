import assert from "node:assert/strict";
import { ESLint } from "eslint";
import { join } from "node:path";
import { systemProblem } from "../../pipeline/system";

const root = join(__dirname, "..", "..");

describe("The machine's system", () => {
    it("may be Linux or macOS to deploy, and Windows users are told of WSL in one sentence", () => {
        assert.equal(systemProblem("linux"), undefined);
        assert.equal(systemProblem("darwin"), undefined);
        assert.match(systemProblem("win32") ?? "", /^[^.]+ run this in the Windows Subsystem for Linux \(WSL\)\.$/);
    });

    it("is assumed by no program of users: the linter refuses shells and paths of one system", async function () {
        // It reads the types of the whole project.
        const eslint = new ESLint({ cwd: root });
        const config = (await eslint.calculateConfigForFile(join(root, "ops", "run.ts"))) as {
            readonly rules: Readonly<Record<string, unknown>>;
        };
        const linter = new ESLint({
            cwd: root,
            overrideConfigFile: true,
            overrideConfig: {
                files: ["**/*.js"],
                rules: { "no-restricted-syntax": config.rules["no-restricted-syntax"] as never },
            },
        });
        const count = async (code: string) => (await linter.lintText(code))[0]?.errorCount;
        for (const code of [
            'readFileSync("/dev/null")',
            'const folder = "/tmp/plan";',
            "const folder = `/tmp/${name}`;",
            'spawn("sh", ["-c", "true"])',
            'spawnSync("/bin/bash", [])',
            'execSync("ls")',
            'spawn("npm", [], { shell: true })',
            "import(`file://${path}`)",
            'import("file://" + path)',
            'const home = process.env["HOME"];',
            'path.split(":"), process.env["PATH"].split(":")',
        ]) {
            assert.equal(await count(code), 1, code);
        }
        assert.equal(await count('spawn(process.execPath, [join(tmpdir(), "a")]); /a/.exec("b"); "a:b".split(":")'), 0);
    });
});
