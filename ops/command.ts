import { isColorSupported } from "picocolors";
import { processOutput } from "../plan/common/command-line";
import type { ExitCode } from "../plan/common/exit-code";
import { runOps } from "./run";

/** Runs a verb that asks a cluster, as what the process is for: Ctrl-C ends it between two steps. */
export function runOpsProcess(words: readonly string[], folder: string): Promise<ExitCode> {
    const interrupt = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            interrupt.abort();
        });
    }
    const isWatched = process.stdout.isTTY && process.stdin.isTTY && !process.env["CI"];
    return runOps(
        words,
        {
            ...processOutput,
            terminal: isWatched ? { input: process.stdin, output: process.stdout } : undefined,
            colors: isColorSupported && process.stdout.isTTY,
        },
        folder,
        interrupt.signal,
    );
}
