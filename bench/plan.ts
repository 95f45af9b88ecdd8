import { Command } from "commander";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { wholeNumber } from "../plan/common/command-line";
import { atMost, conclude, machine } from "./ratio";
import { medians } from "./statistics";

/** The plan may take this many times what importing the Pulumi SDK alone takes, and this many megabytes. */
const targets = { ratio: 2, peakMegabytes: 260 };

interface Sample {
    readonly seconds: number;
    /** Peak of the resident set, in millions of bytes. */
    readonly megabytes: number;
}

const root = join(__dirname, "..");

/** Writes the process's own peak of memory as the last line of its standard error when it ends. */
const reportPeak = `data:text/javascript,${encodeURIComponent(
    'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(2, `\\n${process.resourceUsage().maxRSS}`));',
)}`;

/** Runs Node with tsx once, from start to exit. */
async function measure(words: readonly string[]): Promise<Sample> {
    const started = process.hrtime.bigint();
    const { stderr } = await promisify(execFile)(
        process.execPath,
        ["--import", reportPeak, "--import", "tsx", ...words],
        { cwd: root, maxBuffer: Infinity },
    );
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    return { seconds, megabytes: (Number(stderr.split("\n").at(-1)) * 1024) / 1e6 };
}

async function main(): Promise<void> {
    const command = new Command("npm run bench:plan --")
        .description("Times the plan of a stack against importing the Pulumi SDK, by turns on the same machine.")
        .option("--stack <name>", "stack to plan", "eks")
        .option("--runs <number>", "runs of each", wholeNumber(1), 7)
        .parse();
    const { stack, runs } = command.opts<{ stack: string; runs: number }>();
    const planWords = ["plan/main.ts", "--stack", stack];
    const sdkWords = ["-e", "import('@pulumi/pulumi')"];
    await measure(planWords);
    const samples: { plan: Sample[]; sdk: Sample[] } = { plan: [], sdk: [] };
    for (let run = 0; run < runs; run++) {
        samples.sdk.push(await measure(sdkWords));
        samples.plan.push(await measure(planWords));
    }
    const [plan, sdk] = [medians(samples.plan), medians(samples.sdk)];
    const row = (name: string, { seconds, megabytes }: Sample) =>
        `${name.padEnd(28)} ${seconds.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(6)} MB`;
    console.log(`Medians of ${runs} runs by turns, ${machine}:`);
    console.log(row("import('@pulumi/pulumi')", sdk));
    console.log(row(`plan of stack ${stack}`, plan));
    const peak = Math.max(...samples.plan.map(({ megabytes }) => megabytes));
    conclude("plan", { stack, runs, samples }, [
        atMost(targets.ratio, `plan of ${stack} beside the SDK's import`, plan.seconds / sdk.seconds, " times"),
        atMost(targets.peakMegabytes, `memory of ${stack}'s plan`, peak, " MB"),
    ]);
}

void main();
