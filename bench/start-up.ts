import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { withLicense, withoutEncrypted } from "../pipeline/stack-secrets";
import { findEngine } from "../pipeline/worker/engine";
import { startSimulation } from "../simulation/engine";
import { wholeNumber } from "../plan/common/command-line";
import { atMost, conclude, machine } from "./ratio";
import { medians } from "./statistics";

/** What `pulumi preview` of one target may take beyond an empty program, and the memory of the program's process (220 MB). */
const targets = { secondsAboveFloor: 1.5, peakMiB: 209 };

const root = join(__dirname, "..");
const stacks = ["dev", "doks", "aks", "gke", "eks"] as const;

interface Contestant {
    readonly title: string;
    readonly stack: string;
    readonly workDir: string;
    /** Each of its previews is the first of a machine: the folders in which engine, Node.js and compilers keep things for the next start are empty. */
    readonly cold: boolean;
}

/** How a contestant's first previews are called. */
const coldTitle = (title: string) => `${title}, cold`;

interface Sample {
    readonly seconds: number;
    /** Processor time of the program's process, which tells more than the clock where others use the machine. */
    readonly processorSeconds: number;
    /** Peak of the program's resident set. */
    readonly mebibytes: number;
}

/** Preload of the program's process: writes its processor time and its peak of memory when it ends. */
const reportUsage = `import { appendFileSync } from "node:fs";
process.on("exit", () => {
    if (process.argv[1]?.includes("run")) {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        const sample = { processorSeconds: (userCPUTime + systemCPUTime) / 1e6, mebibytes: maxRSS / 1024 };
        appendFileSync(process.env.BENCH_USAGE_FILE, JSON.stringify(sample) + "\\n");
    }
});
`;

/** The project file that `pulumi new typescript` writes, for the compiler of this repository, which takes it with a word about its age. */
const compilerOptions = {
    strict: true,
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    types: [],
    ignoreDeprecations: "6.0",
};

/** What the targets are held against: an empty program, the SDKs as a program imports them, and a default TypeScript project with those imports. */
const others: Readonly<Record<string, { readonly file: string; readonly program: string }>> = {
    floor: { file: "index.js", program: "" },
    "SDK roots": {
        file: "index.js",
        program: 'for (const name of ["pulumi", "kubernetes", "aws"]) Object.keys(require(`@pulumi/${name}`));\n',
    },
    "ts-node": {
        file: "index.ts",
        program: 'import * as k8s from "@pulumi/kubernetes";\nexport const provider = k8s.Provider.name;\n',
    },
};

interface Project {
    readonly runtime: { readonly name: string; readonly options: object };
}

function project(folder: string, main: string, changed: { options?: object; config?: object } = {}): void {
    const { runtime, ...settings } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as Project;
    const { options = runtime.options, ...others } = changed;
    const file = { ...settings, ...others, runtime: { ...runtime, options }, main };
    writeFileSync(join(folder, "Pulumi.yaml"), stringify(file));
}

/** A folder with a project and an initialized stack. */
async function contestant(folder: string, title: string, stack: string, env: Env) {
    const workDir = join(folder, title.replace(/\W/g, "-"));
    mkdirSync(workDir);
    const other = others[title];
    if (other !== undefined) {
        const main = join(workDir, "program");
        mkdirSync(main);
        writeFileSync(join(main, "package.json"), JSON.stringify({ main: other.file }));
        writeFileSync(join(main, other.file), other.program);
        writeFileSync(join(main, "tsconfig.json"), JSON.stringify({ compilerOptions }));
        symlinkSync(join(root, "node_modules"), join(main, "node_modules"));
        // It has no settings.
        project(workDir, main, { options: { typescript: other.file.endsWith(".ts") }, config: {} });
    } else {
        // As it ships, or compiled file by file.
        const byTsx = { options: { typescript: false, nodeargs: "--import tsx" } };
        project(workDir, root, title.endsWith("tsx") ? byTsx : {});
    }
    const example = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as { readonly config: object };
    const { text, values } = withoutEncrypted(withLicense(stringify({ config: example.config })));
    writeFileSync(join(workDir, `Pulumi.${stack}.yaml`), other === undefined ? text : "");
    const created = await LocalWorkspace.createStack(
        { stackName: stack, workDir },
        { envVars: { ...env, PULUMI_BACKEND_URL: backendOf(workDir) }, pulumiCommand: await findEngine() },
    );
    if (other === undefined) {
        for (const { path, standIn } of values) {
            await created.setConfig(path, { value: standIn, secret: true }, true);
        }
    }
    return { title, stack, workDir, cold: false };
}

type Env = Readonly<Record<string, string>>;

function backendOf(workDir: string): string {
    const folder = join(workDir, "backend");
    mkdirSync(folder, { recursive: true });
    return `file://${folder}`;
}

/** Where engine, Node.js and compilers keep things from one start to the next: PULUMI_HOME, and the temporary folder. */
function keptIn(folder: string): Env {
    const TMPDIR = join(folder, "temporary");
    mkdirSync(TMPDIR, { recursive: true });
    return { PULUMI_HOME: join(folder, "home"), TMPDIR, XDG_CACHE_HOME: join(folder, "cache") };
}

async function preview({ stack, workDir, cold }: Contestant, env: Env, folder: string): Promise<Sample> {
    const usage = join(folder, "usage");
    writeFileSync(usage, "");
    const kept = join(folder, cold ? "kept-for-one" : "kept");
    if (cold) {
        rmSync(kept, { recursive: true, force: true });
    }
    const places = keptIn(kept);
    const started = process.hrtime.bigint();
    await promisify(execFile)("pulumi", ["preview", "--stack", stack, "--non-interactive", "--suppress-progress"], {
        cwd: workDir,
        env: {
            ...process.env,
            ...env,
            ...places,
            PULUMI_BACKEND_URL: backendOf(workDir),
            NODE_OPTIONS: `--import ${join(folder, "report.mjs")}`,
            BENCH_USAGE_FILE: usage,
        },
        maxBuffer: Infinity,
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const processes = readFileSync(usage, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Omit<Sample, "seconds">);
    const ofAll = (key: "processorSeconds" | "mebibytes") => Math.max(...processes.map((each) => each[key]));
    return { seconds, processorSeconds: ofAll("processorSeconds"), mebibytes: ofAll("mebibytes") };
}

async function measure(runs: number, only: readonly string[]): Promise<ReadonlyMap<string, Sample>> {
    const folder = mkdtempSync(join(tmpdir(), "vernemq-bench-"));
    const simulation = await startSimulation({ inventory: join(folder, "inventory") });
    try {
        writeFileSync(join(folder, "report.mjs"), reportUsage);
        const env = {
            ...simulation.env,
            PULUMI_HOME: join(folder, "home"),
            PULUMI_CONFIG_PASSPHRASE: "bench",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        const titles: readonly (readonly [title: string, stack: string])[] = [
            ...Object.keys(others).map((title) => [title, "dev"] as const),
            ...stacks.flatMap((stack) => [[stack, stack] as const, [`${stack} by tsx`, stack] as const]),
        ];
        const all: Contestant[] = [];
        for (const [title, stack] of titles) {
            if (only.length === 0 || title === "floor" || only.includes(title)) {
                const each = await contestant(folder, title, stack, env);
                all.push(each);
                if (title === "floor" || title === stack) {
                    all.push({ ...each, title: coldTitle(title), cold: true });
                }
            }
        }
        const samples = new Map(all.map(({ title }): [string, Sample[]] => [title, []]));
        for (let run = 0; run <= runs; run++) {
            for (const each of all) {
                const sample = await preview(each, env, folder);
                // The first run fills the disk's cache, for cold starts too.
                if (run > 0) {
                    samples.get(each.title)?.push(sample);
                }
            }
            console.error(run === 0 ? "warmed up" : `round ${run} of ${runs}`);
        }
        return new Map([...samples].map(([title, each]) => [title, medians(each)]));
    } finally {
        await simulation.stop();
        rmSync(folder, { recursive: true, force: true });
    }
}

async function main(): Promise<void> {
    const command = new Command("npm run bench:start-up --")
        .description(
            "Times `pulumi preview` of each example against an empty program, by turns, with simulated clouds attached.",
        )
        .option("--runs <number>", "runs of each", wholeNumber(1), 5)
        .option("--only <title...>", "the empty program and these alone")
        .parse();
    const { runs, only = [] } = command.opts<{ runs: number; only?: readonly string[] }>();
    const measured = await measure(runs, only);
    const floorOf = (title: string) => measured.get(title)?.seconds ?? NaN;
    const rows = [...measured].map(([title, sample]) => ({
        title,
        ...sample,
        aboveFloor: sample.seconds - floorOf(title.endsWith(coldTitle("")) ? coldTitle("floor") : "floor"),
    }));
    console.log(`Medians of ${runs} runs by turns, ${machine}:`);
    for (const { title, seconds, aboveFloor, processorSeconds, mebibytes } of rows) {
        console.log(
            `${title.padEnd(14)} ${seconds.toFixed(2).padStart(6)} s  +${aboveFloor.toFixed(2)} s; ` +
                `the program's process ${processorSeconds.toFixed(2)} s of processor time, ${mebibytes.toFixed(0)} MiB`,
        );
    }
    const rowOf = (wanted: string) => rows.find(({ title }) => title === wanted);
    const ratios = stacks
        .flatMap((stack) => rowOf(stack) ?? [])
        .flatMap(({ title, aboveFloor, mebibytes }) => [
            atMost(targets.secondsAboveFloor, `preview of ${title} above an empty program`, aboveFloor, " s"),
            atMost(
                targets.secondsAboveFloor,
                `first preview of ${title} above an empty program's`,
                rowOf(coldTitle(title))?.aboveFloor ?? null,
                " s",
            ),
            atMost(targets.peakMiB, `memory of ${title}'s program`, mebibytes, " MiB"),
        ]);
    conclude("start-up", { runs, rows }, ratios);
}

void main();
