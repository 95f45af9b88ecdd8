import { isColorSupported } from "picocolors";
import { answer, processOutput } from "./common/command-line";
import { failureOf } from "./common/errors";
import { type ExitCode, exitCodes } from "./common/exit-code";
import { widthOf } from "./common/width";
import type { Streams } from "./one";
import { parseOptions } from "./options";

/**
 * Runs the verb `plan` with the words behind it, as what the process is for: it ends where the program that is planned fails in a way
 * that no promise reports, and where its reader has seen enough (`| head`).
 *
 * @param folder where the stacks' files are, unless `--cwd` says otherwise
 */
export async function runPlan(words: readonly string[], folder: string): Promise<ExitCode> {
    process.stdout.on("error", () => process.exit(exitCodes.done));
    process.on("unhandledRejection", (error) => {
        const { message, exitCode } = failureOf(error);
        process.stderr.write(`${message}\n`);
        process.exit(exitCode);
    });
    const parsed = parseOptions(words);
    const streams = processStreams();
    if (parsed.kind !== "run") {
        return answer(parsed, "plan", streams);
    }
    const { options } = parsed;
    const place = options.cwd ?? folder;
    return options.stack === undefined
        ? (await import("./all")).planAll(place, options, streams)
        : (await import("./one")).planOne(place, options.stack, options, streams);
}

function processStreams(): Streams {
    // What the program itself prints belongs beside the plan, not into it.
    console.log = console.error;
    return {
        ...processOutput,
        colors: isColorSupported,
        width: widthOf(process.stdout, process.env),
    };
}
