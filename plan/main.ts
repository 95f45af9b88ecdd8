import { join } from "node:path";
import { isColorSupported } from "picocolors";
import type { Streams } from "./one";
import { parseOptions } from "./options";
import { failureOf } from "./common/errors";

/** Runs the command line and gives its exit code. */
async function main(): Promise<number> {
    const parsed = parseOptions(process.argv.slice(2));
    const streams = processStreams();
    switch (parsed.kind) {
        case "help":
            streams.out(parsed.text);
            return 0;
        case "mistake":
            streams.err(`${parsed.message}\n\`npm run plan -- --help\` shows all options.\n`);
            return 2;
        case "run": {
            const { options } = parsed;
            const folder = options.cwd ?? join(__dirname, "..");
            return options.stack === undefined
                ? (await import("./all")).planAll(folder, options.out, streams)
                : (await import("./one")).planOne(folder, options.stack, options, streams);
        }
    }
}

function processStreams(): Streams {
    // What the program itself prints belongs beside the plan, not into it.
    console.log = console.error;
    return {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        colors: isColorSupported,
        width: process.stdout.isTTY ? process.stdout.columns : Number(process.env["COLUMNS"] ?? 120),
    };
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", () => process.exit(0));
/** Until the end is reached the command has failed: a program that waits for ever ends with nothing left to do. */
process.exitCode = 1;
process.on("unhandledRejection", fail);
main().then((code) => {
    process.exitCode = code;
}, fail);

function fail(error: unknown): void {
    const { message, exitCode } = failureOf(error);
    process.stderr.write(`${message}\n`);
    process.exit(exitCode);
}
