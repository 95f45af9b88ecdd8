import { realChanges } from "../plan/changes/from-events";
import type { StackRun } from "./run";

/** What the exit codes mean; the command line's help and docs/guides/pipeline.md show this. */
export const exitCodes = {
    fine: 0,
    failed: 1,
    misconfigured: 2,
    changes: 3,
    refused: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Exit codes from the gravest to the mildest: of several stacks, the gravest speaks. */
const gravity: readonly ExitCode[] = [1, 2, 4, 3, 0];

/**
 * The exit code of a run.
 *
 * @param detailed whether a preview that shows changes is to be told apart (`--detailed-exitcode`); drift always is
 */
export function exitCodeOf(run: StackRun, detailed: boolean): ExitCode {
    switch (run.status) {
        case "succeeded":
            return (run.verb === "drift" || detailed) && realChanges(run.events).length > 0
                ? exitCodes.changes
                : exitCodes.fine;
        case "misconfigured":
            return exitCodes.misconfigured;
        case "refused":
        case "unfinished":
            return exitCodes.refused;
        case "failed":
        case "locked":
        case "cancelled":
            return exitCodes.failed;
    }
}

export function exitCodeOfAll(runs: readonly StackRun[], detailed: boolean): ExitCode {
    const codes = runs.map((run) => exitCodeOf(run, detailed));
    return gravity.find((code) => codes.includes(code)) ?? exitCodes.fine;
}
