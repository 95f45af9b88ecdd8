import { type ReportedChange, reportedChanges } from "../plan/engine-diff";
import { hideSecrets } from "../plan/values";
import type { EngineEvent } from "./run";

/** What an update does to one resource, however many steps the engine takes for it. */
export type Action = "create" | "update" | "replace" | "delete" | "read" | "import" | "same";

export interface Change {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly action: Action;
    /** Inputs whose change forces a replacement. */
    readonly replacedFor: readonly string[];
    /** What the provider says of each input: its kind by path. */
    readonly detailedDiff: Readonly<Record<string, string>>;
    /** Inputs that change. */
    readonly diffs: readonly string[];
    readonly old?: ResourceState;
    readonly new?: ResourceState;
}

/** The part of the engine's picture of a resource that decisions rest on; secrets in it are `[secret]`. */
export interface ResourceState {
    readonly inputs: Readonly<Record<string, unknown>>;
    /** False for components, which only group others. */
    readonly custom: boolean;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly parent?: string;
    /** `URN::ID` of its provider. */
    readonly provider?: string;
}

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const actions: Readonly<Record<string, Action>> = {
    create: "create",
    update: "update",
    delete: "delete",
    import: "import",
    "import-replacement": "replace",
    replace: "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    same: "same",
    refresh: "same",
    read: "read",
    "read-replacement": "read",
    // Forgotten by the state, and left as they are in the cloud.
    discard: "read",
    "discard-replaced": "read",
    "read-discard": "read",
    "remove-pending-replace": "same",
};

/** How much an action tells of a resource; of several steps, the weightiest names what happens to it. */
const weight: readonly Action[] = ["same", "read", "import", "create", "update", "delete", "replace"];

/**
 * What an operation does to each resource, in the order in which the engine came to it. A refresh tells what it found only when it has
 * found it; every other operation says what it is about to do. An operation that this table does not know counts as an update, so that
 * nothing that a later engine does passes for no change.
 */
export function changesIn(events: readonly EngineEvent[]): readonly Change[] {
    const found = new Map<string, Change>();
    for (const { resourcePreEvent, resOutputsEvent } of events) {
        const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
        if (metadata !== undefined) {
            const change = changeOf(metadata);
            const known = found.get(change.urn);
            found.set(change.urn, known === undefined ? change : joined(known, change));
        }
    }
    return [...found.values()];
}

/**
 * What an operation has done to the clouds, which for one that failed is less than it had begun: the engine tells the outputs of a step
 * only when it has succeeded. Components are no cloud's.
 */
export function doneIn(events: readonly EngineEvent[]): readonly Change[] {
    return changesIn(events.filter(({ resOutputsEvent }) => resOutputsEvent !== undefined)).filter(isInCloud);
}

/** Changes that touch something: neither what stays as it is nor what is only read. */
export function realChanges(events: readonly EngineEvent[]): readonly Change[] {
    return changesIn(events).filter(isReal);
}

export function isReal({ action }: Change): boolean {
    return action !== "same" && action !== "read";
}

/** Whether a change is one of a cloud's, which takes time: no component, and nothing of the engine's own. */
export function isInCloud({ type, old, new: next }: Change): boolean {
    return (next ?? old)?.custom === true && !type.startsWith("pulumi:");
}

/** The inputs that an update or a replacement changes; items of lists by their names. */
export function changedInputs(change: Change): readonly ReportedChange[] {
    const { action, detailedDiff, diffs, replacedFor, old, new: next } = change;
    return action === "update" || action === "replace"
        ? reportedChanges({ before: old?.inputs, after: next?.inputs, detailedDiff, diffs, keys: replacedFor })
        : [];
}

/** The inputs that force a replacement, as the engine names them; items of lists by their names. */
export function reasonsOf({ replacedFor, old, new: next }: Change): readonly string[] {
    const intoLists = replacedFor.filter((key) => /\[\d+\]/.test(key));
    const named = reportedChanges({
        before: old?.inputs,
        after: next?.inputs,
        detailedDiff: {},
        diffs: [],
        keys: intoLists,
    });
    return [
        ...replacedFor.filter((key) => !intoLists.includes(key)),
        ...(intoLists.length === 0 ? [] : named.map(({ path }) => path)),
    ];
}

/** How many resources each action touches. */
export function countActions(changes: readonly Change[]): Readonly<Partial<Record<Action, number>>> {
    const counts: Partial<Record<Action, number>> = {};
    for (const { action } of changes) {
        counts[action] = (counts[action] ?? 0) + 1;
    }
    return counts;
}

/** `2 created, 1 replaced, 30 unchanged`. */
export function describeCounts(changes: readonly Change[], tense: "would" | "did"): string {
    const counts = countActions(changes);
    const words: readonly (readonly [Action, string, string])[] = [
        ["create", "to create", "created"],
        ["import", "to import", "imported"],
        ["update", "to update", "updated"],
        ["replace", "to replace", "replaced"],
        ["delete", "to delete", "deleted"],
        ["same", "unchanged", "unchanged"],
    ];
    const parts = words.flatMap(([action, would, did]) => {
        const count = counts[action] ?? 0;
        return count === 0 ? [] : [`${count.toString()} ${tense === "would" ? would : did}`];
    });
    return parts.length === 0 ? "no resources" : parts.join(", ");
}

/** What one step says of its resource. */
export function changeOf(metadata: StepMetadata): Change {
    const { urn, type, op } = metadata;
    return {
        urn,
        type,
        name: nameOf(urn),
        action: actions[op] ?? "update",
        replacedFor: metadata.keys ?? [],
        detailedDiff: Object.fromEntries(
            Object.entries(metadata.detailedDiff ?? {}).map(([path, { diffKind }]) => [path, diffKind]),
        ),
        diffs: metadata.diffs ?? [],
        ...(hasState(metadata.old) ? { old: stateOf(metadata.old) } : {}),
        ...(hasState(metadata.new) ? { new: stateOf(metadata.new) } : {}),
    };
}

/** The engine sends null where there is no state, which its declarations leave out. */
function hasState(state: StepMetadata["old"] | null): state is NonNullable<StepMetadata["old"]> {
    return state !== undefined && state !== null;
}

function stateOf(state: NonNullable<StepMetadata["old"]>): ResourceState {
    return {
        // The engine leaves out what is empty.
        inputs: hideSecrets((state.inputs as Record<string, unknown> | undefined) ?? {}) as Record<string, unknown>,
        custom: state.custom === true,
        protect: state.protect === true,
        retainOnDelete: state.retainOnDelete === true,
        parent: state.parent,
        provider: state.provider,
    };
}

function joined(known: Change, later: Change): Change {
    const action = weight.indexOf(later.action) > weight.indexOf(known.action) ? later.action : known.action;
    // Deleting in order to create again: the engine may tell the two as such.
    const both = new Set([known.action, later.action]);
    return {
        ...known,
        action: both.has("create") && both.has("delete") ? "replace" : action,
        replacedFor: [...new Set([...known.replacedFor, ...later.replacedFor])],
        detailedDiff: { ...known.detailedDiff, ...later.detailedDiff },
        diffs: [...new Set([...known.diffs, ...later.diffs])],
        old: known.old ?? later.old,
        new: known.new ?? later.new,
    };
}

/** The name in a URN: what stands after the last `::`; a name may itself contain one, and the type never does. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
