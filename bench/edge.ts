import { Command } from "commander";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { wholeNumber } from "../plan/common/command-line";
import { plot } from "./edge/plot";
import { handshake, payloadBytes } from "./edge/protocol";
import { markdownTable, notes, verdictRatios } from "./edge/report";
import { summarize } from "./edge/result";
import { measureResumption, resumptionLines } from "./edge/resumption";
import { plan, runBenchmark } from "./edge/run";
import { figuresFolder, leaveFigures, machine, ratioLines } from "./ratio";

/** The whole run is over after this, whatever happens. */
const limitMs = 235_000;

const command = new Command("npm run bench:edge --")
    .description(
        "The TLS edge side by side with nginx, stunnel and mosquitto, on loopback, in one run of at most four minutes.",
    )
    .option("--rounds <number>", "interleaved rounds, 1 to 7", wholeNumber(1, 7), 7)
    .action(main);

async function main({ rounds: count }: { readonly rounds: number }): Promise<void> {
    const start = Date.now();
    const outcome = await runBenchmark(count, ended(), (what) => {
        console.error(`${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s  ${what}`);
    });
    const resumption = await measureResumption(ended());
    const summaries = summarize(outcome.measured);
    const ratios = verdictRatios(summaries);
    const versions = summaries.map(({ title, version }) => `${title} ${version}`).join(", ");
    console.log(`\n${machine}`);
    console.log(`${versions}; ${Object.values(handshake).join(", ")}, ECDSA P-256, ${payloadBytes} byte messages\n`);
    console.log(`${markdownTable(summaries)}\n`);
    console.log([...ratioLines(ratios), "", ...resumptionLines(resumption), "", ...notes(outcome, count)].join("\n"));
    leaveFigures("edge", { handshake, plan, ...outcome, summaries, resumption }, ratios);
    const svg = join(figuresFolder, "edge.svg");
    writeFileSync(
        svg,
        plot(summaries, "Terminating TLS for MQTT", `Medians of ${count} interleaved rounds. ${machine}`),
    );
    console.log(`\n${join(figuresFolder, "edge.json")}\n${svg}`);
}

/** Rejects at ctrl-C, SIGTERM, or when the time is over. */
function ended(): Promise<never> {
    return new Promise((_, reject) => {
        const end = (why: string) => () => {
            reject(new Error(why));
        };
        process.once("SIGINT", end("interrupted"));
        process.once("SIGTERM", end("interrupted"));
        setTimeout(end("not finished in four minutes"), limitMs).unref();
    });
}

command.parseAsync().then(
    () => process.exit(0),
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        // Whatever was still starting when the run was ended goes with this process.
        process.exit(1);
    },
);
