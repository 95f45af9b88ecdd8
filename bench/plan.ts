import { Command } from "commander";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { positive } from "./arguments";
import { conclude, machine } from "./ratio";
import { median } from "./statistics";

/** The plan may take this many times what importing the Pulumi SDK alone takes, and this many megabytes. */
const targets = { ratio: 2, peakMegabytes: 260 };

interface Sample {
    readonly seconds: number;
    /** Peak of the resident set, in millions of bytes. */
    readonly megabytes: number;
}

const root = join(__dirname, "..");

/** Writes the process's own peak of memory to file descriptor 3 when it ends. */
const reportPeak = `data:text/javascript,${encodeURIComponent(
    'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));',
)}`;

/** Runs Node with tsx once, from start to exit. */
function measure(words: readonly string[]): Promise<Sample> {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, ["--import", reportPeak, "--import", "tsx", ...words], {
        cwd: root,
        stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    let peak = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => (peak += chunk.toString()));
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => {
            if (code === 0) {
                const seconds = Number(process.hrtime.bigint() - started) / 1e9;
                resolve({ seconds, megabytes: (Number(peak) * 1024) / 1e6 });
            } else {
                reject(new Error(`${words.join(" ")} ended with exit code ${String(code)}`));
            }
        });
    });
}

/** The middle of the samples, each measure for itself. */
function middle(samples: readonly Sample[]): Sample {
    return {
        seconds: median(samples.map(({ seconds }) => seconds)),
        megabytes: median(samples.map(({ megabytes }) => megabytes)),
    };
}

async function main(): Promise<void> {
    const command = new Command("npm run bench:plan --")
        .description("Times the plan of a stack against importing the Pulumi SDK, by turns on the same machine.")
        .option("--stack <name>", "stack to plan", "eks")
        .option("--runs <number>", "runs of each", positive, 7)
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
    const [plan, sdk] = [middle(samples.plan), middle(samples.sdk)];
    const row = (name: string, { seconds, megabytes }: Sample) =>
        `${name.padEnd(28)} ${seconds.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(6)} MB`;
    console.log(`Medians of ${runs} runs by turns, ${machine}:`);
    console.log(row("import('@pulumi/pulumi')", sdk));
    console.log(row(`plan of stack ${stack}`, plan));
    conclude("plan", { stack, runs, samples }, [
        {
            what: `plan of ${stack} beside the SDK's import`,
            value: plan.seconds / sdk.seconds,
            unit: " times",
            target: { most: targets.ratio },
        },
        {
            what: `memory of ${stack}'s plan`,
            value: Math.max(...samples.plan.map(({ megabytes }) => megabytes)),
            unit: " MB",
            target: { most: targets.peakMegabytes },
        },
    ]);
}

void main();
