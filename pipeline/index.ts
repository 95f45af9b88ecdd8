import { availableParallelism } from "node:os";
import { inParallel } from "./pool";
import type { StackRun, Verb } from "./run";
import { runStack, type StackRunOptions } from "./stack-run";

/** Stacks that are worked on at the same time unless the command line says otherwise: each keeps an engine and a program busy. */
const defaultStacksAtOnce = Math.max(2, Math.min(4, availableParallelism()));

export interface PipelineOptions extends StackRunOptions {
    /** Names of stacks that have a `Pulumi.<name>.yaml`. */
    readonly stacks: readonly string[];
    /** Stacks at the same time. Default: one per core, at least 2 and at most 4. */
    readonly stacksAtOnce?: number;
}

/**
 * Does one verb on several stacks, and gives one run for each, in the order of `stacks`. What happens to a stack, a failure included, is in its
 * run and does not keep the others from theirs.
 */
export function run(
    verb: Verb,
    { stacks, stacksAtOnce = defaultStacksAtOnce, ...options }: PipelineOptions,
): Promise<readonly StackRun[]> {
    return inParallel(stacks, stacksAtOnce, (stack) => runStack(verb, stack, options));
}
