/** A resource as the engine would register it. */
export interface PlannedResource {
    readonly urn: string;
    /** Pulumi's type token. */
    readonly type: string;
    readonly name: string;
    /** URN of the parent; null for the stack. */
    readonly parent: string | null;
    /** URN of the provider; null for components. */
    readonly provider: string | null;
    /** URNs of what it depends on, sorted. */
    readonly dependencies: readonly string[];
    /** Inputs with sorted keys; secrets are `[secret]`. */
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly protect: boolean;
    /** False for components. */
    readonly custom: boolean;
    /** Outputs that a component registered, with sorted keys; secrets are `[secret]`. */
    readonly outputs: Readonly<Record<string, unknown>> | null;
    /** Options that change how an update proceeds, where they are set. */
    readonly options: {
        readonly deleteBeforeReplace?: boolean;
        readonly ignoreChanges?: readonly string[];
        readonly replaceOnChanges?: readonly string[];
        readonly retainOnDelete?: boolean;
        readonly additionalSecretOutputs?: readonly string[];
        readonly customTimeouts?: Readonly<Record<string, string>>;
    };
}

/** What a simulated cloud refused. */
export interface Rejection {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** Path of the input. */
    readonly property: string;
    readonly value: unknown;
    readonly rule: string;
    readonly source: string;
}

/** What stands for a secret wherever a plan is shown. */
export const secretMark = "[secret]";
