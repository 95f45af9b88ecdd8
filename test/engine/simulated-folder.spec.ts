import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stacksOf } from "../../plan/stack-file";
import { readInventory } from "../../simulation/engine";
import { engineOrSkip, project } from "../support-engine";

/** The command line of docs/guides/pipeline.md that empties the simulated clouds. */
function documentedDestroy(): readonly string[] {
    const [line = ""] =
        /^npm run pipeline -- destroy .*$/m.exec(readFileSync(join(project, "docs/guides/pipeline.md"), "utf8")) ?? [];
    return line.split(" ").slice("npm run pipeline --".split(" ").length);
}

interface Ended {
    readonly type: string;
    readonly stack: string;
    readonly status: string;
    readonly error?: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly changes: readonly unknown[];
}

describe("every example in one folder of simulated clouds, driven as a user does", () => {
    const folder = mkdtempSync(join(tmpdir(), "vernemq-all-"));
    const stacks = stacksOf(project);
    const counted: string[] = [];

    before(function () {
        engineOrSkip(this);
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    /** Runs a command line to its end in this folder, and gives how each stack ended. */
    async function pipeline(...words: readonly string[]): Promise<readonly Ended[]> {
        const line = words.map((word) => (word === "--simulate" ? ["--simulate", folder] : [word])).flat();
        const child = spawn("npm", ["run", "--silent", "pipeline", "--", ...line, "--json"], {
            cwd: project,
            stdio: ["ignore", "pipe", "pipe"],
        });
        let [out, errors] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
        const [code] = (await once(child, "close")) as [number];
        const lines = out
            .split("\n")
            .filter((text) => text.startsWith("{"))
            .map((text) => JSON.parse(text) as Ended);
        const ended = lines.filter(({ type }) => type === "ended");
        assert.equal(
            code,
            0,
            `${line.join(" ")}: ${errors}${ended.map(({ stack, error }) => `${stack}: ${error ?? ""}`).join("\n")}`,
        );
        assert.deepEqual(ended.map(({ stack }) => stack).sort(), [...stacks].sort());
        counted.push(`${words[0] ?? ""} ${ended.filter(({ status }) => status === "succeeded").length}`);
        return ended;
    }

    function changed(ended: readonly Ended[]): readonly string[] {
        return ended.flatMap(({ stack, changes }) => changes.map((change) => `${stack}: ${JSON.stringify(change)}`));
    }

    it("comes up, shows no change and no drift, refreshes to the same, and goes without a trace", async () => {
        await pipeline("up", "--all", "--simulate");
        const made = readInventory(join(folder, "clouds"));
        assert.ok(stacks.every((stack) => made.some(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`))));
        // An update previews before it changes anything.
        for (const verb of ["refresh", "drift", "up"]) {
            assert.deepEqual(changed(await pipeline(verb, "--all", "--simulate")), [], verb);
            assert.deepEqual(readInventory(join(folder, "clouds")), made, verb);
        }
        await pipeline(...documentedDestroy());
        assert.deepEqual(readInventory(join(folder, "clouds")), []);
        console.log(`      stacks that succeeded: ${counted.join(", ")}; resources ${made.length}, drift 0, left 0`);
    });
});
