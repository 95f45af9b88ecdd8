import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Refusal } from "./guards";

export type { EngineEvent } from "@pulumi/pulumi/automation";

/** What can be done with a stack. */
export const verbs = ["preview", "up", "refresh", "destroy", "outputs", "drift"] as const;
export type Verb = (typeof verbs)[number];

/**
 * How a run ended.
 *
 * - `succeeded`: it did what was asked. Whether that changed anything is in the events.
 * - `failed`: the engine, the program, a provider or a mandatory policy said no; `error` has the reason.
 * - `misconfigured`: the stack's settings are wrong; the engine was not started.
 * - `refused`: a guard held it back before anything was changed; `refusals` names each resource.
 * - `locked`: another update holds the stack; `lock` says whose.
 * - `cancelled`: a signal ended it; `unfinished` names what was under way.
 */
export type RunStatus = "succeeded" | "failed" | "misconfigured" | "refused" | "locked" | "cancelled";

/** Who holds a stack, as far as the backend tells. */
export interface StackLock {
    /** `user@host`. */
    readonly holder?: string;
    readonly pid?: number;
    /** ISO 8601. */
    readonly since?: string;
    /** Where the lock is: the backend's URL of its file, or the page of the update. */
    readonly place?: string;
    /** The backend's own words, for what is not in the fields above. */
    readonly message: string;
}

/** An output of a stack. A secret one has no value, unless secrets were asked for. */
export interface StackOutput {
    readonly secret: boolean;
    readonly value?: unknown;
}

/** An operation that had begun and whose end the engine did not see. */
export interface UnfinishedOperation {
    readonly urn: string;
    /** creating, updating, deleting, reading or importing. */
    readonly operation: string;
}

/** One verb on one stack, from its start to its end. Plain data: it survives JSON. */
export interface StackRun {
    readonly stack: string;
    readonly verb: Verb;
    readonly status: RunStatus;
    /**
     * What the engine reported while it did the verb, in order. For `drift` it is what a refresh would change. Values that Pulumi holds for
     * secret are `[secret]` in it; paths and property names are not.
     */
    readonly events: readonly EngineEvent[];
    /** `up` and `destroy`: what the engine reported in the preview that the guards judged. */
    readonly preview?: readonly EngineEvent[];
    /** Why it did not succeed, for a person to read. */
    readonly error?: string;
    readonly refusals?: readonly Refusal[];
    readonly lock?: StackLock;
    readonly unfinished?: readonly UnfinishedOperation[];
    /** ISO 8601. */
    readonly startedAt: string;
    readonly seconds: number;
    readonly outputs?: Readonly<Record<string, StackOutput>>;
}
