import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { PreviewRun } from "../../../pipeline/comment/digest";

/** Events as the engine writes them, built from little. */

export interface Step {
    readonly op: string;
    readonly type: string;
    readonly name: string;
    /** The URN of what it belongs to; the stack where left out. */
    readonly parent?: string;
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
    /** Path to kind: `{ "instanceTypes[0]": "update-replace" }`. */
    readonly detailedDiff?: Readonly<Record<string, string>>;
    readonly diffs?: readonly string[];
    readonly keys?: readonly string[];
    readonly protect?: boolean;
    readonly retain?: boolean;
}

export const stackType = "pulumi:pulumi:Stack";

export function urnOf(stack: string, type: string, name: string): string {
    return `urn:pulumi:${stack}::vernemq::${type}::${name}`;
}

function stackUrn(stack: string): string {
    return urnOf(stack, stackType, `vernemq-${stack}`);
}

/** One event before a resource changes, as in a preview. */
export function stepEvent(stack: string, step: Step): EngineEvent {
    const urn = urnOf(stack, step.type, step.name);
    const state = (inputs: Readonly<Record<string, unknown>>) => ({
        type: step.type,
        urn,
        custom: true,
        id: "",
        parent: step.parent ?? stackUrn(stack),
        inputs,
        outputs: {},
        provider: "",
        ...(step.protect === true ? { protect: true } : {}),
        ...(step.retain === true ? { retainOnDelete: true } : {}),
    });
    const metadata = {
        op: step.op,
        urn,
        type: step.type,
        // The engine writes null where there is no state, and no difference.
        old: step.before === undefined ? null : state(step.before),
        new: step.after === undefined ? null : state(step.after),
        detailedDiff:
            step.detailedDiff === undefined
                ? null
                : Object.fromEntries(
                      Object.entries(step.detailedDiff).map(([path, diffKind]) => [
                          path,
                          { diffKind, inputDiff: true },
                      ]),
                  ),
        ...(step.diffs === undefined ? {} : { diffs: step.diffs }),
        ...(step.keys === undefined ? {} : { keys: step.keys }),
        logical: true,
        provider: "",
    };
    return {
        sequence: 0,
        timestamp: 0,
        resourcePreEvent: { metadata: metadata as unknown as StepEventMetadata, planning: true },
    };
}

/** The three events of one replacement. */
export function replaceEvents(stack: string, step: Omit<Step, "op">, deletedFirst = false): readonly EngineEvent[] {
    const event = (op: string) => stepEvent(stack, { ...step, op });
    return deletedFirst
        ? [event("delete-replaced"), event("replace"), event("create-replacement")]
        : [event("create-replacement"), event("replace"), event("delete-replaced")];
}

export function diagnostic(severity: "error" | "warning" | "info#err", message: string, urn?: string): EngineEvent {
    return {
        sequence: 0,
        timestamp: 0,
        diagnosticEvent: { severity, message, color: "never", ...(urn === undefined ? {} : { urn }) },
    };
}

export function policy(
    enforcementLevel: "mandatory" | "warning",
    policyName: string,
    message: string,
    resourceUrn: string,
): EngineEvent {
    return {
        sequence: 0,
        timestamp: 0,
        policyEvent: {
            enforcementLevel,
            policyName,
            message,
            resourceUrn,
            color: "never",
            policyPackName: "vernemq-anywhere",
            policyPackVersion: "1.0.0",
            policyPackVersionTag: "1.0.0",
        },
    };
}

export function prelude(config: Readonly<Record<string, string>>): EngineEvent {
    return { sequence: 0, timestamp: 0, preludeEvent: { config: { ...config } } };
}

/** The stack's own resource, with outputs before and after. */
export function stackEvent(stack: string, before: object, after: object): EngineEvent {
    const urn = stackUrn(stack);
    const state = (outputs: object) => ({
        type: stackType,
        urn,
        id: "",
        parent: "",
        inputs: {},
        outputs,
        provider: "",
    });
    const metadata = {
        op: "same",
        urn,
        type: stackType,
        old: state(before),
        new: state(after),
        detailedDiff: null,
        provider: "",
    };
    return {
        sequence: 0,
        timestamp: 0,
        resOutputsEvent: { metadata: metadata as unknown as StepEventMetadata, planning: true },
    };
}

export const summary: EngineEvent = {
    sequence: 0,
    timestamp: 0,
    summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges: {}, policyPacks: {} },
};

/** A preview that came to its end. */
export function succeeded(stack: string, ...events: readonly EngineEvent[]): PreviewRun {
    return {
        stack,
        status: "succeeded",
        events: [...events, summary],
        startedAt: "2026-11-23T13:37:00Z",
        seconds: 12.4,
    };
}

export function failed(stack: string, error: string | undefined, ...events: readonly EngineEvent[]): PreviewRun {
    return {
        stack,
        status: "failed",
        events,
        startedAt: "2026-11-23T13:37:00Z",
        seconds: 4,
        ...(error === undefined ? {} : { error }),
    };
}
