import type { BrokerState, Member, Observed } from "./state";

/** The brokers from 0 to a number. */
export function ordinals(count: number): readonly number[] {
    return Array.from({ length: count }, (_, ordinal) => ordinal);
}

/** What is known about an ordinal; nothing, where nothing of it is there. */
export function brokerOf({ brokers }: Observed, ordinal: number): BrokerState {
    return brokers.get(ordinal) ?? { claims: [] };
}

/**
 * What keeps the first `count` brokers from being one valid cluster; undefined where nothing does.
 *
 * @param ready those below it have to be ready. A broker that goes need not be: its listeners are stopped, to drain it or by a leave that
 * was given up, and with them its readiness.
 */
export function firstProblem(observed: Observed, count: number, ready = count): string | undefined {
    return ordinals(count)
        .map((ordinal) => problemOf(observed, ordinal, count, ordinal < ready))
        .find((problem) => problem !== undefined);
}

function problemOf(observed: Observed, ordinal: number, count: number, readyToo: boolean): string | undefined {
    const name = `broker ${ordinal}`;
    const { pod, view } = brokerOf(observed, ordinal);
    if (pod?.phase !== "running" || (readyToo && !pod.ready)) {
        return `${name} is ${stateOf(pod)}`;
    }
    if (view === undefined) {
        return `${name} does not answer vmq-admin`;
    }
    if (count > 1 && view.members.size === 1 && view.strangers.length === 0) {
        return `${name} is a separate cluster: it knows no other broker`;
    }
    const unseen = ordinals(count).find((other) => !view.members.has(other));
    if (unseen !== undefined) {
        return `${name} does not know broker ${unseen}`;
    }
    const dead = ordinals(count).find((other) => view.members.get(other)?.running !== true);
    if (dead !== undefined) {
        return `${name} sees broker ${dead} down`;
    }
    const [stranger] = view.strangers;
    return stranger === undefined
        ? undefined
        : `${name} has the member ${stranger}, which is none of the StatefulSet's pods`;
}

function stateOf(pod: BrokerState["pod"]): string {
    if (pod === undefined) {
        return "not there";
    }
    const state = pod.phase === "running" ? "not ready" : pod.phase;
    return pod.reason === undefined ? state : `${state} (${pod.reason})`;
}

/** An ordinal as a member of the cluster of the brokers below it; undefined where none of them has it. */
export function memberAmong(observed: Observed, ordinal: number, below: number): Member | undefined {
    return ordinals(below)
        .map((other) => brokerOf(observed, other).view?.members.get(ordinal))
        .find((member) => member !== undefined);
}

/** The first of the brokers below an ordinal that does not answer: what the others say of a member is not known without it. */
export function firstSilent(observed: Observed, below: number): number | undefined {
    return ordinals(below).find((ordinal) => brokerOf(observed, ordinal).view === undefined);
}

/** Whether one of the brokers below an ordinal answers as a member of their cluster: what it says of others is then the cluster's word. */
export function hasWitness(observed: Observed, below: number): boolean {
    return ordinals(below).some((ordinal) => {
        const members = brokerOf(observed, ordinal).view?.members;
        return members !== undefined && ordinals(below).every((other) => members.has(other));
    });
}
