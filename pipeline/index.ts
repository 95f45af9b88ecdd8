import { availableParallelism } from "node:os";
import { join } from "node:path";
import { inParallel } from "./pool";
import type { StackRun, Verb } from "./run";
import { runStack, type StackRunOptions } from "./stack-run";

export { changesIn, realChanges } from "../plan/changes/from-events";
export type { Change } from "../plan/changes/model";
export type { PipelineEvent } from "./events";
export { exitCodes } from "../plan/common/exit-code";
export { exitCodeOf, exitCodeOfAll } from "./exit-code";
export { type Allowances, guard, type Refusal } from "./guards";
export type { EngineEvent, StackLock, StackOutput, StackRun, UnfinishedOperation, Verb } from "./run";
export { type SimulatedBackend, startSimulatedBackend } from "./simulate";
export type { Question } from "./stack-run";

/** This project's folder. */
const projectFolder = join(__dirname, "..");

/** Stacks that are worked on at the same time unless the command line says otherwise: each keeps an engine and a program busy. */
const defaultStacksAtOnce = Math.max(2, Math.min(4, availableParallelism()));

export interface PipelineOptions extends Omit<StackRunOptions, "folder"> {
    /** Names of stacks that have a `Pulumi.<name>.yaml`. */
    readonly stacks: readonly string[];
    /** Default: this project's. */
    readonly folder?: string;
    /** Stacks at the same time. Default: one per core, at least 2 and at most 4. */
    readonly stacksAtOnce?: number;
}

/**
 * Does one verb on several stacks, and gives one run for each, in the order of `stacks`. What happens to a stack, a failure included, is in its
 * run and does not keep the others from theirs.
 */
export function run(verb: Verb, options: PipelineOptions): Promise<readonly StackRun[]> {
    const { stacks, stacksAtOnce = defaultStacksAtOnce, ...rest } = options;
    return inParallel(stacks, stacksAtOnce, (stack) =>
        runStack(verb, stack, { ...rest, folder: options.folder ?? projectFolder }),
    );
}

/** What an update would change. A stack that does not exist yet is previewed as new, and the backend is left as it was. */
export const preview = (options: PipelineOptions) => run("preview", options);

/** Previews, lets the guards judge it, and updates. */
export const up = (options: PipelineOptions) => run("up", options);

/** Takes what the clouds hold into the state. */
export const refresh = (options: PipelineOptions) => run("refresh", options);

/** Previews, lets the guards judge it, and deletes everything. */
export const destroy = (options: PipelineOptions) => run("destroy", options);

/** The outputs of the last update. */
export const outputs = (options: PipelineOptions) => run("outputs", options);

/** Settles what a killed update left: the state is then what the cloud has. */
export const repair = (options: PipelineOptions) => run("repair", options);

/** What the clouds hold that the state does not; nothing is changed. */
export const drift = (options: PipelineOptions) => run("drift", options);
