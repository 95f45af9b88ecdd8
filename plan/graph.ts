/** A resource as the engine would register it. */
export interface PlannedResource {
    readonly urn: string;
    /** Pulumi's type token. */
    readonly type: string;
    readonly name: string;
    /** URN of the parent; null for the stack and for default providers. */
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
    /** URNs that the value of each input comes from, sorted; inputs with none are left out. */
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** Options that change how an update proceeds, where they are set. */
    readonly options: ResourceOptions;
    /** Keyed digests of secret inputs by path; left out where there are none, or where no other process knows the key. */
    readonly secretDigests?: Readonly<Record<string, string>>;
}

/** What a sentence about a resource reads of it. */
export type ResourceInputs = Pick<PlannedResource, "urn" | "type" | "name" | "inputs">;

/** Resource options as the engine receives them; what is not set is left out. */
export interface ResourceOptions {
    /** Former URNs. */
    readonly aliases?: readonly string[];
    readonly deleteBeforeReplace?: boolean;
    /** URN of the resource whose deletion deletes this one too. */
    readonly deletedWith?: string;
    readonly ignoreChanges?: readonly string[];
    readonly replaceOnChanges?: readonly string[];
    readonly retainOnDelete?: boolean;
    readonly additionalSecretOutputs?: readonly string[];
    readonly customTimeouts?: Readonly<Record<string, string>>;
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

/** The type of the resource that every other one descends from. */
export const stackType = "pulumi:pulumi:Stack";

/** What the types of providers start with. */
export const providerTypePrefix = "pulumi:providers:";

/** Whether a resource is a provider that the engine creates by itself, where the program names none. */
export function isDefaultProvider(resource: Pick<PlannedResource, "type" | "name" | "parent">): boolean {
    return (
        resource.type.startsWith(providerTypePrefix) && resource.parent === null && /^default(_|$)/.test(resource.name)
    );
}

/** The package of a type or function token: what stands before the first colon. Of a provider's type, the provider's package. */
export function packageOf(token: string): string {
    return token.startsWith(providerTypePrefix) ? token.slice(providerTypePrefix.length) : (token.split(":")[0] ?? "");
}

/** The name in a URN: what stands after the last `::` of its fixed parts; a name may itself contain one, and the type never does. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
