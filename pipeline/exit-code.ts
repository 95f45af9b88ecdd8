import { realChanges } from "../plan/changes/from-events";
import { type ExitCode, exitCodes, gravest } from "../plan/common/exit-code";
import type { StackRun } from "./run";

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
                : exitCodes.done;
        case "misconfigured":
            return exitCodes.misuse;
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
    return gravest(runs.map((run) => exitCodeOf(run, detailed)));
}
