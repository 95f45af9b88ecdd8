import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { unknownValue } from "../../components/common/protocol-values";
import { type PlannedResource, secretMark } from "../../plan/graph";

type Json = Readonly<Record<string, unknown>>;

/** Inputs by URN, as the engine tells them of a preview or an update. What is only read is not the stack's. */
function told(events: readonly EngineEvent[]): ReadonlyMap<string, Json> {
    return new Map(
        events.flatMap(({ resourcePreEvent: event }) =>
            event === undefined || event.metadata.op === "read" || event.metadata.new === undefined
                ? []
                : [[event.metadata.urn, withoutOwn(event.metadata.new.inputs)] as const],
        ),
    );
}

/** What the engine adds to a provider's inputs for itself. */
const ownInputs: readonly string[] = ["__internal", "version"];

function withoutOwn(inputs: Json): Json {
    return Object.fromEntries(Object.entries(inputs).filter(([key]) => !ownInputs.includes(key)));
}

/** Inputs that are worked out from what only the cloud knows: a plan works them out from symbols, and gets something else. */
const derived = ".roleAssignmentName";

/**
 * Where two values differ. In the preview of the first update the engine does not know what the cloud will say, nor anything that passes
 * through a cluster that is not there yet; in the update it knows everything, and only symbols of the plan may stand for something else.
 */
function disagreements(planned: unknown, known: unknown, path: string, isUp: boolean): readonly string[] {
    if (planned === secretMark && isClosed(known)) {
        return [];
    }
    if (known === unknownValue) {
        return isUp ? [`${path}: unknown in the update`] : [];
    }
    if (typeof planned === "object" && planned !== null && typeof known === "object" && known !== null) {
        const keys = [...new Set([...Object.keys(planned), ...Object.keys(known)])].sort();
        return keys.flatMap((key) =>
            disagreements((planned as Json)[key], (known as Json)[key], `${path}.${key}`, isUp),
        );
    }
    return planned === known || (isUp && (holdsSymbol(planned) || path.endsWith(derived)))
        ? []
        : [`${path}: ${JSON.stringify(planned)} in the plan, ${JSON.stringify(known)} of the engine`];
}

/** A secret as the engine's events show it. */
function isClosed(value: unknown): boolean {
    return (
        value === secretMark ||
        (typeof value === "object" && value !== null && (value as Json)["ciphertext"] === secretMark)
    );
}

function holdsSymbol(value: unknown): boolean {
    return typeof value === "string"
        ? value.includes("${")
        : typeof value === "object" && value !== null && Object.values(value).some(holdsSymbol);
}

/**
 * That the engine was told of the same resources as the offline plan, with the same inputs but for what only the cloud knows.
 *
 * @param preview events of the preview of the first update
 * @param update events of the first update
 */
export function assertAgreement(
    planned: readonly PlannedResource[],
    preview: readonly EngineEvent[],
    update: readonly EngineEvent[],
): void {
    for (const [isUp, events] of [
        [false, preview],
        [true, update],
    ] as const) {
        const inputs = told(events);
        assert.deepEqual([...inputs.keys()].sort(), planned.map(({ urn }) => urn).sort());
        assert.deepEqual(
            planned.flatMap((resource) =>
                disagreements(withoutOwn(resource.inputs), inputs.get(resource.urn), resource.name, isUp),
            ),
            [],
        );
    }
}
