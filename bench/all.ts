import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeWords } from "../components/common/own-process";
import { figuresFolder, isMet, leaveFigures, machine, type Ratio, ratioLines, ratioPlot, tally } from "./ratio";

const root = join(__dirname, "..");

/** In the order in which they run. */
const benchmarks = ["start-up", "plan", "scale", "pipeline", "edge"];

/** Runs a benchmark; one that misses a target ends with 1, and one that leaves no figures has failed. */
function runOne(benchmark: string): readonly Ratio[] | undefined {
    const file = join(figuresFolder, `${benchmark}.json`);
    rmSync(file, { force: true });
    console.log(`\n${benchmark}`);
    spawnSync(process.execPath, nodeWords(join(__dirname, benchmark)), { cwd: root, stdio: "inherit" });
    if (!existsSync(file)) {
        return undefined;
    }
    const { ratios } = JSON.parse(readFileSync(file, "utf8")) as { readonly ratios: readonly Ratio[] };
    return ratios.map((ratio) => ({ benchmark, ...ratio }));
}

function main(): void {
    const results = benchmarks.map((name) => [name, runOne(name)] as const);
    const ratios = results.flatMap(([, found]) => found ?? []);
    const failed = results.filter(([, found]) => found === undefined).map(([name]) => name);
    console.log(["", machine, ...ratioLines(ratios)].join("\n"));
    console.log(`${tally(ratios)}${failed.length === 0 ? "" : `; failed: ${failed.join(", ")}`}`);
    leaveFigures("bench", { failed }, ratios);
    writeFileSync(join(figuresFolder, "bench.svg"), ratioPlot(ratios, machine));
    console.log(["json", "svg"].map((ending) => join("build", "bench", `bench.${ending}`)).join("\n"));
    process.exitCode = ratios.every(isMet) && failed.length === 0 ? 0 : 1;
}

main();
