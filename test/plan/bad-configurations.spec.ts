import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { badConfigurations } from "../stacks/bad-configurations";

const root = join(__dirname, "..", "..");

interface Ended {
    readonly code: number | string | null | undefined;
    readonly out: string;
    readonly err: string;
}

/** Plans a stack of a folder as a user does, in a process of its own. */
function plan(folder: string, stack: string): Promise<Ended> {
    return new Promise((resolve) => {
        const args = ["--import", "tsx", join(root, "plan", "main.ts"), "--cwd", folder, "--stack", stack];
        execFile(process.execPath, args, { cwd: root }, (error, out, err) => {
            resolve({ code: error === null ? 0 : error.code, out, err });
        });
    });
}

describe("npm run plan with a bad configuration", function () {
    this.timeout(180_000);
    let folder: string;
    const ended = new Map<string, Ended>();

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-plan-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
        const waiting = badConfigurations.map(({ config }, index) => {
            const stack = `bad-${index.toString()}`;
            writeFileSync(join(folder, `Pulumi.${stack}.yaml`), stringify({ config }));
            return { stack, title: badConfigurations[index]?.title ?? "" };
        });
        const work = async () => {
            for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
                ended.set(next.title, await plan(folder, next.stack));
            }
        };
        await Promise.all([work(), work(), work()]);
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    for (const { title, key, rule } of badConfigurations) {
        it(`${title}: one readable error, exit code 2, no stack trace`, () => {
            const run = ended.get(title);
            assert.ok(run !== undefined);
            assert.equal(run.code, 2, run.err);
            assert.equal(run.out, "");
            assert.match(run.err, /^The configuration has 1 problem:\n/);
            assert.ok(run.err.includes(key), run.err);
            assert.match(run.err, rule);
            assert.match(run.err, /\n {4}remedy: \S/);
            assert.doesNotMatch(run.err, /^ +at |node_modules|\.ts:\d/m);
        });
    }
});
