import { isColorSupported } from "picocolors";
import { processOutput } from "../plan/common/command-line";
import type { ExitCode } from "../plan/common/exit-code";
import { interruptSignal, isWatched } from "../plan/common/terminal";
import { runOps } from "./run";

/** Runs a verb that asks a cluster, as what the process is for: Ctrl-C ends it between two steps. */
export function runOpsProcess(words: readonly string[], folder: string): Promise<ExitCode> {
    return runOps(
        words,
        {
            ...processOutput,
            terminal: isWatched() ? { input: process.stdin, output: process.stdout } : undefined,
            colors: isColorSupported && process.stdout.isTTY,
        },
        folder,
        interruptSignal(),
    );
}
