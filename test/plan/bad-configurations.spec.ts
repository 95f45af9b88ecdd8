import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { nodeWords } from "../../components/common/own-process";
import { planOne } from "../../plan/one";
import { parseOptions } from "../../plan/options";
import { failureOf } from "../../plan/common/errors";
import { type BadConfiguration, badConfigurations } from "../stacks/bad-configurations";

const root = join(__dirname, "..", "..");

interface Ended {
    readonly code: number | string | null | undefined;
    readonly out: string;
    readonly err: string;
}

/** Plans a stack of a folder as a user does, in a separate process. */
function inProcess(words: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
        const args = [...nodeWords(join(root, "plan", "main")), ...words];
        execFile(process.execPath, args, { cwd: root }, (error, out, err) => {
            resolve({ code: error === null ? 0 : error.code, out, err });
        });
    });
}

/** Plans it with what the command line runs, in this process. */
async function here(words: readonly string[]): Promise<Ended> {
    const parsed = parseOptions(words);
    assert.ok(parsed.kind === "run" && parsed.options.stack !== undefined && parsed.options.cwd !== undefined);
    const { options } = parsed;
    let [out, err] = ["", ""];
    const streams = {
        out: (text: string) => (out += text),
        err: (text: string) => (err += text),
        colors: false,
        width: 120,
    };
    try {
        const code = await planOne(parsed.options.cwd, parsed.options.stack, options, streams);
        return { code, out, err };
    } catch (error) {
        const { message, exitCode } = failureOf(error);
        return { code: exitCode, out, err: `${err}${message}\n` };
    }
}

/** Every case is planned here; a process for each would take minutes, so one in so many has one. */
const everyHowMany = 15;

describe("npm run plan with a bad configuration", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-plan-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
        for (const [index, { config }] of badConfigurations.entries()) {
            writeFileSync(join(folder, `Pulumi.bad-${index}.yaml`), stringify({ config }));
        }
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    function assertOneProblem({ code, out, err }: Ended, { key, rule }: BadConfiguration): void {
        assert.equal(code, 2, err);
        assert.equal(out, "");
        assert.match(err, /^The configuration has 1 problem:\n/);
        assert.ok(err.includes(key), err);
        assert.match(err, rule);
        assert.match(err, /\n {4}remedy: \S/);
        assert.doesNotMatch(err, /^ +at |node_modules|\.ts:\d/m);
    }

    for (const [index, bad] of badConfigurations.entries()) {
        const words = () => ["--cwd", folder, "--stack", `bad-${index}`];
        it(`${bad.title}: one readable error, exit code 2, no stack trace`, async () => {
            assertOneProblem(await here(words()), bad);
        });
        if (index % everyHowMany === 0) {
            it(`${bad.title}: the same in a separate process`, async () => {
                const ended = await inProcess(words());
                assertOneProblem(ended, bad);
                assert.deepEqual(ended, await here(words()));
            });
        }
    }
});
