import type { EngineEvent, PulumiState, StackLock, StackOutput, UnfinishedOperation } from "../run";

/** What the engine is asked to do with the stack of a worker. */
export const operations = [
    "preview",
    "up",
    "refresh",
    "preview-refresh",
    "destroy",
    "preview-destroy",
    "outputs",
    "export",
    "break-lock",
    "delete-targets",
] as const;
export type Operation = (typeof operations)[number];

export interface Assignment {
    readonly folder: string;
    readonly project: string;
    readonly stack: string;
    /**
     * What to do where the backend has no such stack: `keep` makes it, `remove` makes it and removes it again at the end if it is still
     * empty, so that a preview leaves no trace, and `fail` says so.
     */
    readonly missing: "keep" | "remove" | "fail";
    /** Remove attributes of a file backend that were cut off, which keep the engine from opening the stack. */
    readonly repair?: boolean;
    /** The stack file's salt and secrets provider belong to another backend than the one in use, so leave them out. */
    readonly ownSecrets?: boolean;
    /** Secrets provider of a stack that is created; what the stack file names comes first. */
    readonly secretsProvider?: string;
}

export interface OperationOptions {
    /** Folders of policy packs, for preview and up. */
    readonly policyPacks?: readonly string[];
    /** Their configurations: JSON files, one for each pack in the same order. */
    readonly policyPackConfigs?: readonly string[];
    /** With `delete-targets`: URNs of what is deleted, and nothing else. */
    readonly targets?: readonly string[];
    /** Kept in the stack's history. */
    readonly message?: string;
    /** Give the values of secret outputs too. */
    readonly showSecrets?: boolean;
}

/** From the runner to its worker. */
export type Request =
    | { readonly kind: "open"; readonly assignment: Assignment }
    | { readonly kind: "run"; readonly operation: Operation; readonly options: OperationOptions }
    | { readonly kind: "import"; readonly state: PulumiState }
    /** Asks the engine to stop after the steps under way. */
    | { readonly kind: "cancel" }
    /** Asks it a second time, which ends it at once. */
    | { readonly kind: "terminate" }
    | { readonly kind: "close" };

export type Outcome =
    | {
          readonly ok: true;
          readonly outputs?: Readonly<Record<string, StackOutput>>;
          /** The answer to `export`. */
          readonly state?: PulumiState;
          /** What `open` had to put right. */
          readonly repaired?: readonly string[];
      }
    | Failure;

/** What did not come to its end. */
export interface Failure {
    readonly ok: false;
    readonly reason: "failed" | "locked" | "cancelled";
    readonly message: string;
    readonly lock?: StackLock;
    readonly unfinished?: readonly UnfinishedOperation[];
}

/** From a worker to its runner. */
export type Report =
    | { readonly kind: "event"; readonly event: EngineEvent }
    /** Answers one `open`, `run` or `close`. */
    | { readonly kind: "outcome"; readonly outcome: Outcome };
