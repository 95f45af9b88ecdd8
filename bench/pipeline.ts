import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { parse, stringify } from "yaml";
import { nodeWords } from "../components/common/own-process";
import { run } from "../pipeline";
import { startSimulatedBackend } from "../pipeline/simulate";
import { withLicense } from "../pipeline/stack-secrets";
import { wholeNumber } from "../plan/common/command-line";
import { atMost, conclude, machine } from "./ratio";

/** Stacks at the same time decide a runner's memory, and not the number of stacks: its peak with 50 beside that with one. */
const mostMemory = 1.5;

const root = join(__dirname, "..");
const stacksAtOnce = 2;

interface Sample {
    readonly stacks: number;
    readonly seconds: number;
    /** Peak of the runner's resident set; engines and programs run in other processes. */
    readonly mebibytes: number;
}

/** A project of so many stacks, all like the example dev. */
function projectOf(folder: string, count: number): readonly string[] {
    const settings = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as object;
    writeFileSync(join(folder, "Pulumi.yaml"), stringify({ ...settings, main: root }));
    const example = withLicense(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"));
    const stacks = Array.from({ length: count }, (_, index) => `stack-${index + 1}`);
    for (const stack of stacks) {
        writeFileSync(join(folder, `Pulumi.${stack}.yaml`), example);
    }
    return stacks;
}

/** In a process by itself, whose memory is the runner's: previews every stack and prints the sample. */
async function worker(count: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "vernemq-bench-pipeline-"));
    const simulated = await startSimulatedBackend(join(folder, "simulated"));
    try {
        const started = process.hrtime.bigint();
        const stacks = projectOf(folder, count);
        const runs = await run("preview", { stacks, folder, stacksAtOnce, env: simulated.env, simulation: simulated });
        const failed = runs.find(({ status }) => status !== "succeeded");
        if (failed !== undefined) {
            throw new Error(`preview of ${failed.stack}: ${failed.status} ${failed.error ?? ""}`);
        }
        const sample: Sample = {
            stacks: count,
            seconds: Number(process.hrtime.bigint() - started) / 1e9,
            mebibytes: process.resourceUsage().maxRSS / 1024,
        };
        console.log(JSON.stringify(sample));
    } finally {
        await simulated.stop();
        rmSync(folder, { recursive: true, force: true });
    }
}

async function measure(count: number): Promise<Sample> {
    const words = [...nodeWords(join(__dirname, "pipeline")), "--worker", count.toString()];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Sample;
}

async function main(counts: readonly number[]): Promise<void> {
    const samples: Sample[] = [];
    for (const count of counts) {
        samples.push(await measure(count));
        console.error(`previewed ${count}`);
    }
    const [one] = samples;
    const most = samples.at(-1);
    if (one === undefined || most === undefined) {
        throw new Error("no sizes");
    }
    console.log(`Previews of ${counts.join(", ")} stacks, ${stacksAtOnce} at once, ${machine}:`);
    for (const { stacks, seconds, mebibytes } of samples) {
        console.log(
            `${stacks.toString().padStart(3)} stacks ${seconds.toFixed(1).padStart(7)} s ${(seconds / stacks).toFixed(1).padStart(6)} s each ${mebibytes.toFixed(0).padStart(5)} MiB`,
        );
    }
    conclude("pipeline", { samples }, [
        atMost(
            mostMemory,
            `runner's memory, ${most.stacks} stacks beside ${one.stacks}`,
            most.mebibytes / one.mebibytes,
            " times",
        ),
    ]);
}

const command = new Command("npm run bench:pipeline --")
    .description("Previews of many stacks in one runner with simulated clouds: time and the runner's memory.")
    .argument("[stacks...]", "numbers of stacks", (text: string, before: number[] | undefined) => [
        ...(before ?? []),
        wholeNumber(1)(text),
    ])
    .option("--worker <stacks>", "be the runner of so many stacks", wholeNumber(1))
    .parse();
const { worker: count } = command.opts<{ worker?: number }>();
const counts = (command.processedArgs[0] ?? [1, 10, 50]) as readonly number[];
void (count === undefined ? main(counts.length === 0 ? [1, 10, 50] : counts) : worker(count));
