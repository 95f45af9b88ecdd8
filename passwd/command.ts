import { text } from "node:stream/consumers";
import { answer, processOutput } from "../plan/common/command-line";
import type { ExitCode } from "../plan/common/exit-code";
import { perform, taskOf } from "./passwd";

/** Runs the verb `passwd` with the words behind it. */
export async function runPasswd(words: readonly string[]): Promise<ExitCode> {
    const parsed = taskOf(words);
    if (parsed.kind !== "run") {
        return answer(parsed, "passwd", processOutput);
    }
    const { task, quiet } = parsed;
    if (process.stdin.isTTY && !quiet) {
        process.stderr.write(
            "Reading from the terminal, which shows what you type; Ctrl-D ends it, --help says more.\n",
        );
    }
    const { out, err, exitCode } = perform(task, await text(process.stdin));
    process.stdout.write(quiet && task !== "make" ? "" : out);
    process.stderr.write(err);
    return exitCode;
}
