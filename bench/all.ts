import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { isMet, type Ratio, ratioLines, ratioPlot } from "./ratio";

const root = join(__dirname, "..");
const folder = join(root, "build", "bench");

/** What a benchmark leaves in build/bench/NAME.json. */
type Figures = Readonly<Record<string, unknown>>;

/** The figures with targets of each benchmark, in the order in which they run. */
const benchmarks: Readonly<Record<string, (figures: never) => readonly Omit<Ratio, "benchmark">[]>> = {
    "start-up": ({ rows, targets }: StartUp) =>
        rows
            .filter(({ isTarget }) => isTarget)
            .flatMap(({ title, aboveFloor, mebibytes }) => [
                {
                    what: `preview of ${title} above an empty program`,
                    value: aboveFloor,
                    unit: " s",
                    target: { most: targets.secondsAboveFloor },
                },
                {
                    what: `memory of ${title}'s program`,
                    value: mebibytes,
                    unit: " MiB",
                    target: { most: targets.peakMiB },
                },
            ]),
    plan: ({ stack, ratio, peakMegabytes, targets }: Plan) => [
        {
            what: `plan of ${stack} beside the SDK's import`,
            value: ratio,
            unit: " times",
            target: { most: targets.better },
        },
        {
            what: `memory of ${stack}'s plan`,
            value: peakMegabytes,
            unit: " MB",
            target: { most: targets.peakMegabytes },
        },
    ],
    scale: ({ ratio, peakMiB, targets }: Scale) => [
        {
            what: "plan of 200 brokers, 500 users beside 3 and 1",
            value: ratio,
            unit: " times",
            target: { most: targets.ratio },
        },
        { what: "memory of that plan", value: peakMiB, unit: " MiB", target: { most: targets.peakMiB } },
    ],
    pipeline: ({ memoryRatio, targets }: Pipeline) => [
        {
            what: "runner's memory, 50 stacks beside one",
            value: memoryRatio,
            unit: " times",
            target: { most: targets.memoryRatio },
        },
    ],
    edge: ({ verdicts: { connections, processor, addedP99 } }: Edge) => [
        ...(connections === null
            ? []
            : [
                  {
                      what: "TLS connections beside the best proxy",
                      value: connections.ratio,
                      unit: " times",
                      target: { least: 1 },
                  },
              ]),
        ...(processor === null
            ? []
            : [
                  {
                      what: "processor time of a connection beside the cheapest",
                      value: processor.ratio,
                      unit: " times",
                      target: { most: 1 },
                  },
              ]),
        ...(addedP99 === null
            ? []
            : [
                  {
                      what: "added p99 beside the best proxy",
                      value: addedP99.ratio,
                      unit: " times",
                      target: { most: 1.1 },
                  },
              ]),
    ],
};

interface StartUp {
    readonly rows: readonly {
        readonly title: string;
        readonly aboveFloor: number;
        readonly mebibytes: number;
        readonly isTarget: boolean;
    }[];
    readonly targets: { readonly secondsAboveFloor: number; readonly peakMiB: number };
}

interface Plan {
    readonly stack: string;
    readonly ratio: number;
    readonly peakMegabytes: number;
    readonly targets: { readonly better: number; readonly peakMegabytes: number };
}

interface Scale {
    readonly ratio: number;
    readonly peakMiB: number;
    readonly targets: { readonly ratio: number; readonly peakMiB: number };
}

interface Pipeline {
    readonly memoryRatio: number;
    readonly targets: { readonly memoryRatio: number };
}

interface Edge {
    readonly verdicts: Readonly<Record<"connections" | "processor" | "addedP99", { readonly ratio: number } | null>>;
}

/** Runs a benchmark; one that misses a target ends with 1, and one that leaves no figures has failed. */
function runOne(name: string): readonly Ratio[] | undefined {
    const file = join(folder, `${name}.json`);
    rmSync(file, { force: true });
    console.log(`\n${name}`);
    spawnSync(process.execPath, ["--import", "tsx", join(__dirname, `${name}.ts`)], { cwd: root, stdio: "inherit" });
    if (!existsSync(file)) {
        return undefined;
    }
    const figures = JSON.parse(readFileSync(file, "utf8")) as Figures;
    return (benchmarks[name]?.(figures as never) ?? []).map((ratio) => ({ benchmark: name, ...ratio }));
}

function main(): void {
    mkdirSync(folder, { recursive: true });
    const names = Object.keys(benchmarks);
    const results = names.map((name) => [name, runOne(name)] as const);
    const ratios = results.flatMap(([, found]) => found ?? []);
    const failed = results.filter(([, found]) => found === undefined).map(([name]) => name);
    const missed = ratios.filter((ratio) => !isMet(ratio));
    const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`;
    console.log(["", machine, ...ratioLines(ratios)].join("\n"));
    console.log(
        `${ratios.length - missed.length} of ${ratios.length} targets met${failed.length === 0 ? "" : `; failed: ${failed.join(", ")}`}`,
    );
    writeFileSync(join(folder, "bench.json"), `${JSON.stringify({ machine, ratios, failed }, null, 2)}\n`);
    writeFileSync(join(folder, "bench.svg"), ratioPlot(ratios, machine));
    console.log(`${join("build", "bench", "bench.json")}\n${join("build", "bench", "bench.svg")}`);
    process.exitCode = missed.length === 0 && failed.length === 0 ? 0 : 1;
}

main();
