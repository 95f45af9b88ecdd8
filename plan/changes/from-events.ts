import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { nameOf } from "../graph";
import { hideSecrets } from "../values";
import { reportedChanges } from "./engine-diff";
import { type Change, isReal, type ResourceState } from "./model";
import { actionOf, isDeletedFirst, unknownOperation } from "./operations";

/**
 * What an operation does to each resource, each once, in the order in which the engine came to it. A refresh tells what it found only when
 * it has found it; every other operation says what it is about to do.
 */
export function changesIn(events: readonly EngineEvent[]): readonly Change[] {
    const groups = new Map<string, StepEventMetadata[]>();
    for (const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } of events) {
        const step = (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;
        if (step !== undefined) {
            const steps = groups.get(step.urn);
            if (steps === undefined) {
                groups.set(step.urn, [step]);
            } else {
                steps.push(step);
            }
        }
    }
    return [...groups].map(([urn, steps]) => changeOf(urn, steps));
}

/**
 * What an operation has done to the clouds, which for one that failed is less than it had begun: the engine tells the outputs of a step
 * only when it has succeeded. Components are no cloud's.
 */
export function doneIn(events: readonly EngineEvent[]): readonly Change[] {
    return changesIn(events.filter(({ resOutputsEvent }) => resOutputsEvent !== undefined)).filter(isInCloud);
}

/** Changes that touch something. */
export function realChanges(events: readonly EngineEvent[]): readonly Change[] {
    return changesIn(events).filter(isReal);
}

/** Whether a change is one of a cloud's, which takes time: no component, and nothing of the engine's own. */
export function isInCloud({ type, before, after }: Pick<Change, "type" | "before" | "after">): boolean {
    return (after ?? before)?.custom === true && !type.startsWith("pulumi:");
}

/** Whether one step is about something in a cloud. */
export function isStepInCloud({ type, old, new: next }: StepEventMetadata): boolean {
    return isPresent(next ?? old) && (next ?? old)?.custom === true && !type.startsWith("pulumi:");
}

function changeOf(urn: string, steps: readonly StepEventMetadata[]): Change {
    const operations = steps.map(({ op }) => op as string);
    const detailedDiff = Object.fromEntries(
        steps.flatMap((step) =>
            Object.entries(step.detailedDiff ?? {}).map(([path, { diffKind }]) => [path, diffKind as string] as const),
        ),
    );
    const diffs = [...new Set(steps.flatMap((step) => step.diffs ?? []))];
    const keys = [...new Set(steps.flatMap((step) => step.keys ?? []))];
    const action = actionOf(operations, diffs.length > 0 || Object.keys(detailedDiff).length > 0);
    const operation = action === "unknown" ? unknownOperation(operations) : undefined;
    const before = stateOf(steps.map((step) => step.old).findLast(isPresent));
    const after = action === "delete" ? undefined : stateOf(steps.map((step) => step.new).findLast(isPresent));
    const gone = action === "replace" || action === "delete";
    const properties = hasProperties.has(action)
        ? reportedChanges({ before: before?.inputs, after: after?.inputs, detailedDiff, diffs, keys })
        : [];
    return {
        action,
        ...(operation === undefined ? {} : { operation }),
        urn,
        type: steps[0]?.type ?? "",
        name: nameOf(urn),
        parent: steps.map((step) => (step.new ?? step.old)?.parent).find((parent) => parent) ?? null,
        properties,
        because: action === "replace" ? reasons(properties, before, after) : [],
        deletedFirst: action === "replace" && isDeletedFirst(operations),
        protected: gone && before?.protect === true && (after?.protect ?? true),
        retained: gone && before?.retainOnDelete === true,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
    };
}

const hasProperties: ReadonlySet<string> = new Set(["update", "replace", "forget", "unknown"]);

function reasons(
    properties: Change["properties"],
    before: ResourceState | undefined,
    after: ResourceState | undefined,
): readonly string[] {
    const paths = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
    const otherProvider = before !== undefined && after !== undefined && before.provider !== after.provider;
    return paths.length === 0 && otherProvider ? ["provider"] : paths;
}

/** The engine writes null for a side that there is not; the SDK's types do not say so. */
function isPresent<T>(value: T | null | undefined): value is T {
    return value !== undefined && value !== null;
}

/** The engine leaves out what is empty or false. */
function stateOf(state: Partial<StepEventStateMetadata> | undefined): ResourceState | undefined {
    return state === undefined
        ? undefined
        : {
              inputs: masked(state.inputs),
              outputs: masked(state.outputs),
              custom: state.custom ?? false,
              protect: state.protect ?? false,
              retainOnDelete: state.retainOnDelete ?? false,
              provider: state.provider ?? "",
          };
}

function masked(values: Readonly<Record<string, unknown>> | null | undefined): Readonly<Record<string, unknown>> {
    return hideSecrets(values ?? {}) as Readonly<Record<string, unknown>>;
}
