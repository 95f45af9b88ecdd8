import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Refusal } from "./guards";

export type { EngineEvent } from "@pulumi/pulumi/automation";

/** What can be done with a stack. */
export const verbs = ["preview", "up", "refresh", "destroy", "outputs", "drift", "repair"] as const;
export type Verb = (typeof verbs)[number];

/**
 * How a run ended.
 *
 * - `succeeded`: it did what was asked. Whether that changed anything is in the events.
 * - `failed`: the engine, the program, a provider or a mandatory policy said no; `error` has the reason.
 * - `misconfigured`: the stack's settings are wrong; the engine was not started.
 * - `refused`: a guard held it back before anything was changed; `refusals` names each resource.
 * - `unfinished`: an earlier update was cut off, so nothing was begun; `unfinished` names what it had under way, and `repair` settles it.
 * - `locked`: another update holds the stack; `lock` says whose.
 * - `cancelled`: a signal ended it; `unfinished` names what was under way.
 */
export type RunStatus = "succeeded" | "failed" | "misconfigured" | "refused" | "unfinished" | "locked" | "cancelled";

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

/** Outputs as they may be shown: without the values of secrets, unless these were asked for. */
export function shownOutputs(
    outputs: Readonly<Record<string, StackOutput>>,
    showSecrets = false,
): Readonly<Record<string, StackOutput>> {
    const shown = ({ value, secret }: StackOutput) => (secret && !showSecrets ? { secret } : { secret, value });
    return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, shown(output)]));
}

/** An operation that had begun and whose end the engine did not see. */
export interface UnfinishedOperation {
    readonly urn: string;
    /** creating, updating, deleting, reading or importing. */
    readonly operation: string;
}

/** A resource in an exported state; the engine's other fields are kept as they are. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly custom?: boolean;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly parent?: string;
    /** `URN::ID` of the resource's provider. */
    readonly provider?: string;
    /** Replaced already, and to be deleted by the next update. */
    readonly delete?: boolean;
}

export interface PendingOperation {
    readonly type: string;
    readonly resource: StateResource;
}

/** The parts of an exported state that a repair needs (pulumi/pulumi: sdk/go/common/apitype/core.go, DeploymentV3). */
export interface PulumiState {
    readonly version?: number;
    readonly deployment?: {
        readonly resources?: readonly StateResource[];
        readonly pending_operations?: readonly PendingOperation[];
    };
}

/** One thing that a repair does, or did. */
export interface RepairStep {
    /**
     * - `take-in`: it is in the cloud by this id and comes into the state, unless the cloud says that it is not there.
     * - `drop`: it was not created, so the state forgets that it was begun.
     * - `ask-cloud`: an update or a deletion; the refresh finds out how it ended.
     * - `look`: it may be in the cloud by this id; it comes into the state if it is and carries this stack's tags or labels.
     * - `delete`: it is in the cloud, not in the state, and is deleted.
     * - `delete-second`: it is in the cloud beside the one in the state, and the next `up` deletes it.
     * - `unclear`: only an operator who looks in the cloud can tell; nothing is changed before that.
     */
    readonly kind: "take-in" | "drop" | "ask-cloud" | "look" | "delete" | "delete-second" | "unclear";
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    /** With `look`: it is deleted if it is there with this stack's tags or labels. */
    readonly going?: true;
    /** The engine's word for what was under way; left out where nothing was, and the state only lacks it. */
    readonly operation?: string;
    /** What to look for in the cloud: name, tags. */
    readonly lookFor?: string;
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
    /** Why it did not succeed, for the operator to read. */
    readonly error?: string;
    readonly refusals?: readonly Refusal[];
    readonly lock?: StackLock;
    readonly unfinished?: readonly UnfinishedOperation[];
    /** `repair`: what it did, or would do. */
    readonly repair?: readonly RepairStep[];
    /** ISO 8601. */
    readonly startedAt: string;
    readonly seconds: number;
    readonly outputs?: Readonly<Record<string, StackOutput>>;
}
