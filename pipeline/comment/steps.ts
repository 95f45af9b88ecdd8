import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { isDefaultProvider, stackType } from "../../plan/graph";
import { hideSecrets } from "../../plan/values";
import type { Action } from "./preview-digest";

/** Everything the engine reports about one resource in one run: several events, one operation in the eyes of a person. */
export interface ResourceSteps {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly operations: ReadonlySet<string>;
    readonly action: Action | "same";
    /** An operation that this version does not know, where it decides the action. */
    readonly unknown?: string;
    readonly before: State | undefined;
    readonly after: State | undefined;
    readonly diffs: readonly string[];
    readonly keys: readonly string[];
    readonly detailedDiff: Readonly<Record<string, string>>;
    readonly deletedFirst: boolean;
}

export type Json = Readonly<Record<string, unknown>>;

/** A state with its secrets closed. */
export interface State {
    readonly inputs: Json;
    readonly outputs: Json;
    readonly protect: boolean;
    readonly retain: boolean;
    readonly provider: string;
}

/** What each operation of the engine is in the eyes of a person (pulumi/pulumi: sdk/nodejs/automation/stack.ts, OpType). */
const meanings: Readonly<Record<string, Action | "same" | "leftover" | "drift">> = {
    same: "same",
    read: "same",
    refresh: "drift",
    create: "create",
    update: "update",
    delete: "delete",
    replace: "replace",
    "create-replacement": "replace",
    "read-replacement": "replace",
    "import-replacement": "replace",
    "delete-replaced": "leftover",
    "discard-replaced": "leftover",
    "remove-pending-replace": "leftover",
    import: "import",
    discard: "forget",
    "read-discard": "forget",
};

/** The resources that events report about, each once, in the order of their first event. The stack and default providers are left out. */
export function resourceSteps(events: readonly EngineEvent[]): readonly ResourceSteps[] {
    const groups = new Map<string, StepEventMetadata[]>();
    for (const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } of events) {
        const step = (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;
        if (step !== undefined && step.type !== stackType) {
            groups.set(step.urn, [...(groups.get(step.urn) ?? []), step]);
        }
    }
    return [...groups].map(([urn, steps]) => oneResource(urn, steps)).filter((resource) => !isOwn(resource));
}

/** The state of the stack itself, whose outputs are the stack's. */
export function stackSteps(events: readonly EngineEvent[]): ResourceSteps | undefined {
    const steps = events
        .map(({ resourcePreEvent, resOutputsEvent }) => (resOutputsEvent ?? resourcePreEvent)?.metadata)
        .filter((step) => step?.type === stackType)
        .filter((step) => step !== undefined);
    const [first] = steps;
    return first === undefined ? undefined : oneResource(first.urn, steps);
}

/** The engine makes and drops default providers by itself; only a replacement of one matters. */
function isOwn({ type, name, parent, action }: ResourceSteps): boolean {
    return action !== "replace" && isDefaultProvider({ type, name, parent: isStack(parent) ? null : parent });
}

function isStack(urn: string): boolean {
    return urn === "" || urn.includes(`::${stackType}::`);
}

function oneResource(urn: string, steps: readonly StepEventMetadata[]): ResourceSteps {
    const operations = steps.map(({ op }) => op as string);
    const states = steps.map((step) => step.new ?? step.old).filter(isPresent);
    const detailedDiff = Object.fromEntries(
        steps.flatMap((step) =>
            Object.entries(step.detailedDiff ?? {}).map(([path, { diffKind }]) => [path, diffKind as string] as const),
        ),
    );
    const diffs = [...new Set(steps.flatMap((step) => step.diffs ?? []))];
    const unknown = operations.find((operation) => !Object.hasOwn(meanings, operation));
    const action = actionOf(operations, diffs.length > 0 || Object.keys(detailedDiff).length > 0);
    const before = steps.map((step) => step.old).findLast(isPresent);
    const after = steps.map((step) => step.new).findLast(isPresent);
    return {
        urn,
        type: steps[0]?.type ?? "",
        name: nameOf(urn),
        parent: states.find(({ parent }) => parent !== "")?.parent ?? "",
        operations: new Set(operations),
        action,
        ...(action === "unknown" && unknown !== undefined ? { unknown } : {}),
        before: before === undefined ? undefined : stateOf(before),
        after: action === "delete" || after === undefined ? undefined : stateOf(after),
        diffs,
        keys: [...new Set(steps.flatMap((step) => step.keys ?? []))],
        detailedDiff,
        deletedFirst: action === "replace" && isDeletedFirst(operations),
    };
}

/** The engine writes null for a side that there is not; the SDK's types do not say so. */
function isPresent<T>(value: T | null | undefined): value is T {
    return value !== undefined && value !== null;
}

/** The one action of all operations on a resource, the gravest first. */
function actionOf(operations: readonly string[], differs: boolean): Action | "same" {
    const meant = new Set(
        operations.map((operation) => (Object.hasOwn(meanings, operation) ? meanings[operation] : "unknown")),
    );
    if (meant.has("replace") || (meant.has("delete") && meant.has("create"))) {
        return "replace";
    }
    // What an earlier, interrupted update replaced and left behind goes now.
    if (meant.has("delete") || operations.includes("delete-replaced")) {
        return "delete";
    }
    const gravest = (["unknown", "import", "create", "update", "forget"] as const).find((action) => meant.has(action));
    if (gravest !== undefined) {
        return gravest;
    }
    return meant.has("leftover") ? "forget" : meant.has("drift") && differs ? "update" : "same";
}

function isDeletedFirst(operations: readonly string[]): boolean {
    const gone = operations.findIndex((operation) => operation === "delete-replaced" || operation === "delete");
    const made = operations.findIndex((operation) => operation === "create-replacement" || operation === "create");
    return gone >= 0 && made >= 0 && gone < made;
}

/** The last part of a URN: the resource's logical name. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** Older engines and hand-made files leave fields out. */
function stateOf(state: Partial<StepEventStateMetadata>): State {
    return {
        inputs: closed(state.inputs),
        outputs: closed(state.outputs),
        protect: state.protect ?? false,
        retain: state.retainOnDelete ?? false,
        provider: state.provider ?? "",
    };
}

function closed(values: Json | null | undefined): Json {
    return hideSecrets(values ?? {}) as Json;
}
