import { localPackages } from "../../simulation/engine/packages";
import type { Change } from "../../plan/changes/model";
import type { PendingOperation, PulumiState, RepairStep, StateResource } from "../run";
import { physicalId } from "./physical-id";
import { bearsMarks, pendingIn, providerInputs, resourcesIn } from "./state";

/** What the operator who looked in the cloud says. */
export interface Answers {
    /** Physical ids by URN. */
    readonly found?: ReadonlyMap<string, string>;
    /** URNs of what is not there. */
    readonly absent?: ReadonlySet<string>;
    /** URNs of what is in the cloud beside the state, and is to be deleted. */
    readonly deleteOrphans?: ReadonlySet<string>;
}

/** What a cloud holds of a stack, as a look at its console would show by the marks; only simulated clouds can be asked so. */
export type Held = readonly { readonly urn: string; readonly id: string }[];

/** A step, and the resource as it would stand in the state. */
export interface PlannedStep extends RepairStep {
    readonly resource?: StateResource;
    /** The inputs whose tags or labels it has to carry to be this stack's. */
    readonly marks?: Readonly<Record<string, unknown>>;
}

/** Settles each operation that had begun: what is in the cloud comes into the state, what is not is forgotten. */
export function planPending(state: PulumiState, answers: Answers, held?: Held): readonly PlannedStep[] {
    return pendingIn(state).map((operation) => settled(state, operation, answers, held));
}

function settled(
    state: PulumiState,
    { type: operation, resource }: PendingOperation,
    { found, absent }: Answers,
    held?: Held,
): PlannedStep {
    const { urn, type } = resource;
    const base = { urn, type, operation, resource };
    const given = found?.get(urn);
    // A resource that was being imported or read exists in any case, and the next update asks for it again.
    if (operation !== "creating" && given === undefined) {
        return { ...base, kind: operation === "importing" || operation === "reading" ? "drop" : "ask-cloud" };
    }
    if (given !== undefined) {
        return { ...base, kind: "take-in", id: given };
    }
    if (absent?.has(urn) === true || isLocal(type)) {
        return { ...base, kind: "drop" };
    }
    if (held !== undefined) {
        const [id, ...others] = unknownIds(state, urn, held);
        return id === undefined
            ? { ...base, kind: "drop" }
            : others.length === 0
              ? { ...base, kind: "take-in", id }
              : { ...base, kind: "unclear", lookFor: `one of the ids ${[id, ...others].join(", ")}` };
    }
    const id = physicalId({ type, inputs: resource.inputs ?? {}, provider: providerInputs(state, resource) });
    return id === undefined
        ? { ...base, kind: "unclear", lookFor: describeMarks(resource.inputs ?? {}) }
        : { ...base, kind: "take-in", id };
}

/** What a provider without a cloud creates (keys, random values) is nowhere but in the state. */
function isLocal(type: string): boolean {
    const [name = ""] = type.split(":");
    return name === "pulumi" || localPackages.has(name);
}

function unknownIds(state: PulumiState, urn: string, held: Held): readonly string[] {
    const known = resourcesIn(state)
        .filter((resource) => resource.urn === urn)
        .map(({ id }) => id);
    return held.filter((resource) => resource.urn === urn && !known.includes(resource.id)).map(({ id }) => id);
}

/** Whether a cloud that can be asked holds anything that neither the state nor a pending operation knows. */
export function holdsOrphans(state: PulumiState, held: Held): boolean {
    const pending = pendingIn(state).map(({ resource }) => resource.urn);
    return held.some(({ urn }) => !pending.includes(urn) && unknownIds(state, urn, held).length > 0);
}

/**
 * Resources that are in the cloud and not in the state, with no operation left that says so: the next `up` would fail with "already
 * exists", or create each a second time.
 *
 * @param creations what a preview would create
 */
export function planOrphans(
    state: PulumiState,
    creations: readonly Change[],
    answers: Answers,
    held?: Held,
): readonly PlannedStep[] {
    const pending = new Set(pendingIn(state).map(({ resource }) => resource.urn));
    const created = creations.filter(
        ({ urn, type, after }) => !pending.has(urn) && after?.custom === true && !isLocal(type),
    );
    return [
        ...created.flatMap((change) => planOrphan(state, change, answers, held)),
        ...(held === undefined ? [] : planDuplicates(state, pending, answers, held)),
    ];
}

function planOrphan(
    state: PulumiState,
    change: Change,
    { found, absent, deleteOrphans }: Answers,
    held?: Held,
): readonly PlannedStep[] {
    const { urn, type } = change;
    const given = found?.get(urn);
    const ids = given !== undefined ? [given] : held !== undefined ? unknownIds(state, urn, held) : [];
    const inputs = change.after?.inputs ?? {};
    const resource = resourceOf(change, state);
    const [id, ...others] = ids;
    if (id === undefined) {
        // No evidence that it is there: its id is tried where its marks can tell whether it is this stack's.
        const mayLook = held === undefined && absent?.has(urn) !== true && bearsMarks(inputs, {}) !== undefined;
        if (!mayLook || resource === undefined) {
            return [];
        }
        const guess = physicalId({ type, inputs, provider: providerInputs(state, resource) });
        const going = deleteOrphans?.has(urn) === true ? true : undefined;
        return guess === undefined ? [] : [{ kind: "look", urn, type, id: guess, resource, marks: inputs, going }];
    }
    if (resource === undefined) {
        const lookFor = `${id}; its provider is not in the state, so it has to be deleted by hand`;
        return [{ kind: "unclear", urn, type, id, lookFor }];
    }
    if (others.length > 0) {
        return [{ kind: "unclear", urn, type, lookFor: `one of the ids ${ids.join(", ")}` }];
    }
    return [{ kind: deleteOrphans?.has(urn) === true ? "delete" : "take-in", urn, type, id, resource }];
}

/** Second copies of what the state has: one state holds one of each, so they can only go. */
function planDuplicates(
    state: PulumiState,
    pending: ReadonlySet<string>,
    { deleteOrphans }: Answers,
    held: Held,
): readonly PlannedStep[] {
    const live = resourcesIn(state).filter(
        (resource) => resource.custom === true && resource.delete !== true && !pending.has(resource.urn),
    );
    return live.flatMap((resource) =>
        unknownIds(state, resource.urn, held).map((id): PlannedStep => {
            const { urn, type } = resource;
            return deleteOrphans?.has(urn) === true
                ? { kind: "delete-second", urn, type, id, resource }
                : { kind: "unclear", urn, type, lookFor: `${id}, a second one in addition to ${resource.id ?? ""}` };
        }),
    );
}

/** The resource as a state holds it; undefined where its provider is not in the state, without which nothing can be done with it. */
function resourceOf({ urn, type, parent: parentUrn, after }: Change, state: PulumiState): StateResource | undefined {
    const resources = resourcesIn(state);
    const provider = resources.find(({ urn: other }) => other === after?.provider.split("::").slice(0, 4).join("::"));
    const parent = resources.find(({ urn: other }) => other === parentUrn)?.urn;
    return provider === undefined
        ? undefined
        : {
              urn,
              type,
              custom: true,
              inputs: {},
              provider: `${provider.urn}::${provider.id ?? ""}`,
              parent,
          };
}

/** Inputs by which people tell resources apart. */
const marks = ["name", "tags", "labels", "description", "cidrBlock", "port"] as const;

function describeMarks(inputs: Readonly<Record<string, unknown>>): string {
    const parts = marks.flatMap((key) => (inputs[key] === undefined ? [] : [`${key} ${textOf(inputs[key])}`]));
    return parts.length === 0 ? "created when the update was cut off" : parts.join(", ");
}

function textOf(value: unknown): string {
    if (typeof value !== "object" || value === null) {
        return String(value);
    }
    return Array.isArray(value)
        ? value.map(String).join(" ")
        : Object.entries(value)
              .map(([key, part]) => `${key}=${String(part)}`)
              .join(" ");
}
