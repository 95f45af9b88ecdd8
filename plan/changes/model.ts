/** What happens to a resource that is touched, the gravest first. `forget` leaves it in the cloud; `unknown` is an operation that no table has. */
export const changingActions = ["replace", "delete", "unknown", "create", "update", "import", "forget"] as const;

/** What an operation does to one resource, however many steps the engine takes for it. */
export type Action = (typeof changingActions)[number] | "read" | "same";

/** A property that changes. */
export interface PropertyChange {
    /** For example `values.replicaCount` or `spec.ports[mqtts].nodePort`. */
    readonly path: string;
    readonly kind: "add" | "update" | "delete";
    /** What it is now; left out where there is nothing. */
    readonly before?: unknown;
    /** What it would be; left out where there is nothing. */
    readonly after?: unknown;
    /** A list of which items stand in another order; what else differs in it is a separate change. */
    readonly reordered?: true;
    /** A secret whose contents change; they are shown nowhere. */
    readonly secret?: true;
    /** Name of the resource whose replacement gives this property a new value that only the cloud knows. */
    readonly follows?: string;
    /** A change of it replaces the resource. */
    readonly replaces: boolean;
}

/** The part of a resource that decisions rest on; secrets in it are `[secret]`. */
export interface ResourceState {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
    /** False for components, which only group others. */
    readonly custom: boolean;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    /** The provider's URN; the engine puts `::ID` behind it. */
    readonly provider: string;
}

/** Resource X is created, updated, replaced or deleted: the same from a comparison of two plans and from the engine's events. */
export interface Change {
    readonly action: Action;
    /** The engine's own word, where `action` is `unknown`. */
    readonly operation?: string;
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** URN of the parent; null where there is none. */
    readonly parent: string | null;
    readonly properties: readonly PropertyChange[];
    /** The properties whose change replaces it, or `provider` or `deletedWith` where that does. Empty for other actions. */
    readonly because: readonly string[];
    /** The old one goes before the new one comes: there is a gap. */
    readonly deletedFirst: boolean;
    /** It is protected, so the engine refuses to delete it, and with that the update. */
    readonly protected: boolean;
    /** It would be forgotten but left in the cloud. */
    readonly retained: boolean;
    /** States before and after, where there are such. A plan's JSON leaves them out: its resources say them. */
    readonly before?: ResourceState;
    readonly after?: ResourceState;
}

/** What a comparison finds: nothing is imported or forgotten. */
export type PlannedAction = "create" | "update" | "replace" | "delete";

/** What an update would do to a resource. */
export type ResourceChange = Change & { readonly action: PlannedAction };

/** Whether a change touches something: neither what stays as it is nor what is only read. */
export function isReal({ action }: Pick<Change, "action">): boolean {
    return action !== "same" && action !== "read";
}

/** How many resources each action touches. */
export function countActions(changes: readonly Pick<Change, "action">[]): Readonly<Partial<Record<Action, number>>> {
    const counts: Partial<Record<Action, number>> = {};
    for (const { action } of changes) {
        counts[action] = (counts[action] ?? 0) + 1;
    }
    return counts;
}

/** What happens to a property with these values. */
export function kindOf(before: unknown, after: unknown): PropertyChange["kind"] {
    return before === undefined ? "add" : after === undefined ? "delete" : "update";
}
