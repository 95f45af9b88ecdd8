import type { EngineEvent, StackRun } from "../../pipeline/run";

export const cluster = "urn:pulumi:eks::vernemq::vernemq:cluster:Eks$aws:eks/cluster:Cluster::mqtt-cluster";

interface State {
    readonly inputs?: object;
    readonly custom?: boolean;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
}

type States = Partial<Record<"old" | "new", State | null>>;

/** An engine event of one step, as `resourcePreEvent` unless said otherwise; of a resource in a cloud, unless said otherwise. */
export function step(
    op: string,
    urn: string,
    states: States & { keys?: readonly string[] } = {},
    kind: "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent" = "resourcePreEvent",
): EngineEvent {
    const type = urn.split("::")[2]?.split("$").at(-1);
    const { old, new: next, ...rest } = states;
    const state = (given: State | null | undefined) => (given ? { custom: true, ...given } : given);
    const metadata = { op, urn, type, provider: "", ...rest, old: state(old), new: state(next) };
    return { sequence: 0, timestamp: 0, [kind]: { metadata } };
}

export function urnOf(type: string, name: string): string {
    return `urn:pulumi:eks::vernemq::${type}::${name}`;
}

export function runOf(part: Partial<StackRun>): StackRun {
    return {
        stack: "eks",
        verb: "preview",
        status: "succeeded",
        events: [],
        startedAt: "2026-01-01T00:00:00.000Z",
        seconds: 1,
        ...part,
    };
}
