import { type BrokerName, podNamed } from "../broker-name";
import type { Kube, Pod } from "../kubernetes/client";
import { refuseOperated } from "../operated";
import { Refusal } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session, until } from "../session";
import { isSeen, membershipProblems, suspendedListeners } from "../status/judge";
import { observeBrokers } from "../status/observe";
import { refuseWhileUnfinished } from "../unfinished";
import { isForClients, podOf, type VmqAdmin, vmqAdmin } from "../vmq-admin/index";

export interface DrainOptions {
    readonly batch: number;
    readonly pause: number;
    readonly timeout: number;
}

/** Sessions that are counted; a longer list is not asked for. */
const mostSessions = 100_000;

/** Path of the readiness check that a suspended listener fails. */
export const listenersPath = "/health/listeners";

/** Seconds that Kubernetes may take to see that a broker is (not) ready: three failed checks, or the delay of a start. */
const readinessLimitMs = 120_000;

/**
 * Takes a broker out of service and leaves it a member of the cluster: its listeners stop accepting, health checks fail, load balancers
 * turn away, and its clients are let go in batches, to come back at other brokers. The queue of a persistent session follows its client
 * there while this broker still runs; one whose client is offline stays on the volume and is back with the broker.
 */
export async function runDrain(session: Session, broker: BrokerName, options: DrainOptions): Promise<ExitCode> {
    refuseDrainOfOperated(session);
    const kube = await session.kube();
    const pod = await podNamed(kube, broker);
    const { ordinal } = pod;
    refuseWhileUnfinished((await kube.statefulSet()).annotations);
    await refuseUnlessOthersServe(kube, ordinal);
    const left = await drain(session, kube, pod, options);
    const waiting = await offlineSessionsAt(vmqAdmin(kube), ordinal, await nodeNameOf(kube, ordinal));
    session.result({
        text: [
            left === 0
                ? `${pod.name} is drained: no client is connected.`
                : `${pod.name} takes no new clients; ${left} are still connected.`,
            `${waiting.count === mostSessions ? "At least " : ""}${waiting.count} sessions of offline clients, with ${waiting.messages} messages, stay on its volume. They return with the broker; what is published to them while it is down may be lost.`,
            `Now \`kubectl drain\` the node, or restart the pod. A restart ends the drain; without one \`undrain ${pod.name}\` does.`,
        ].join("\n"),
        json: { broker: pod.name, connected: left, offlineSessions: waiting.count, offlineMessages: waiting.messages },
    });
    return left === 0 ? exitCodes.done : exitCodes.failed;
}

/**
 * Does the draining itself; it may be repeated, and goes on from where it was.
 *
 * @returns clients that are still connected at the end
 */
export async function drain(session: Session, kube: Kube, pod: Pod, options: DrainOptions): Promise<number> {
    const admin = vmqAdmin(kube);
    const { ordinal, name } = pod;
    for (const listener of (await admin.listeners(ordinal)).filter(isForClients)) {
        if (listener.status === "running") {
            await admin.suspendListener(ordinal, listener);
            session.say(`${name}: ${listener.type} ${listener.port} takes no new clients`);
        }
    }
    const { readinessPath } = await kube.statefulSet();
    if (readinessPath === listenersPath) {
        await untilReady(session, kube, ordinal, false);
        session.say(`${name}: out of the Services' endpoints`);
    } else {
        session.say(
            `${name}: its readiness check does not see this (${readinessPath ?? "no HTTP check"}), so Services still send it clients, which it refuses; chart 2.1.2 has the check that does`,
        );
    }
    return letClientsGo(session, admin, ordinal, await nodeNameOf(kube, ordinal), options);
}

/**
 * The operator's liveness check is /health, 60 times every 5 s (vmq-operator, controllers/statefulset.go), which VerneMQ 1.x answers with 503
 * while a listener does not run (1.13.0, vmq_health_http.erl, listeners_status).
 *
 * @throws Refusal where the operator has created the brokers
 */
export function refuseDrainOfOperated(session: Pick<Session, "target">): void {
    refuseOperated(
        session,
        "a drained broker fails the operator's liveness check, so that Kubernetes would restart it after five minutes",
        "As published, the operator's brokers hand their sessions on at every stop: `kubectl drain` alone is enough.",
    );
}

export async function runUndrain(session: Session, broker: BrokerName): Promise<ExitCode> {
    const kube = await session.kube();
    const pod = await podNamed(kube, broker);
    const { ordinal } = pod;
    const admin = vmqAdmin(kube);
    const suspended = (await admin.listeners(ordinal)).filter(
        (listener) => isForClients(listener) && listener.status !== "running",
    );
    for (const listener of suspended) {
        await admin.resumeListener(ordinal, listener);
        session.say(`${pod.name}: ${listener.type} ${listener.port} takes clients`);
    }
    await untilReady(session, kube, ordinal, true);
    session.result({
        text: suspended.length === 0 ? `${pod.name} was not drained.` : `${pod.name} is in service again.`,
        json: { broker: pod.name, resumed: suspended.length },
    });
    return exitCodes.done;
}

async function refuseUnlessOthersServe(kube: Kube, ordinal: number): Promise<void> {
    const observation = await observeBrokers(kube);
    const others = observation.brokers.filter((broker) => broker.ordinal !== ordinal);
    if (others.length === 0) {
        throw new Refusal(
            "This is the only broker: with it drained, its clients would have nowhere to go. `scale --to 2` adds one.",
        );
    }
    const away = others.filter(
        (broker) => broker.pod?.ready !== true || !isSeen(broker) || suspendedListeners(broker).length > 0,
    );
    if (away.length > 0) {
        const names = away.map((broker) => `${kube.statefulSetName}-${broker.ordinal}`).join(", ");
        throw new Refusal(`${names} is not in service either; drain one broker at a time. \`status\` says more.`);
    }
    const [split] = membershipProblems(observation);
    if (split !== undefined) {
        throw new Refusal(`The brokers are not one cluster: ${split} \`status\` says more.`);
    }
}

async function untilReady(session: Session, kube: Kube, ordinal: number, wanted: boolean): Promise<void> {
    await until(
        session,
        {
            everyMs: 2000,
            limitMs: readinessLimitMs,
            late: () =>
                `${kube.statefulSetName}-${ordinal} is ${wanted ? "not ready" : "still ready"} after ${readinessLimitMs / 1000} s; \`status\` says more.`,
        },
        async () => ((await kube.pod(ordinal))?.ready === wanted ? true : undefined),
    );
}

/** Disconnects clients batch by batch. A client with a quotation mark in its identifier cannot be named to VerneMQ and stays. */
async function letClientsGo(
    session: Session,
    admin: VmqAdmin,
    ordinal: number,
    node: string,
    { batch, pause, timeout }: DrainOptions,
): Promise<number> {
    let unnameable = 0;
    const rounds = Math.max(1, Math.ceil(timeout / Math.max(pause, 1)));
    for (let round = 0; ; round += 1) {
        const limit = batch + unnameable;
        const online = await admin.sessions(ordinal, { limitPerBroker: limit, online: true, node });
        const nameable = online.filter(({ clientId }) => !clientId.includes('"'));
        unnameable = online.length - nameable.length;
        if (nameable.length === 0 && online.length < limit) {
            return online.length;
        }
        if (round >= rounds) {
            return (await admin.sessions(ordinal, { limitPerBroker: mostSessions, online: true, node })).length;
        }
        for (const mountpoint of new Set(nameable.map((client) => client.mountpoint))) {
            const ids = nameable.filter((client) => client.mountpoint === mountpoint).map(({ clientId }) => clientId);
            const together = ids.filter((id) => !id.includes(","));
            const groups = [
                ...(together.length > 0 ? [together] : []),
                ...ids.filter((id) => id.includes(",")).map((id) => [id]),
            ];
            for (const group of groups) {
                await admin.disconnect(ordinal, group, mountpoint);
            }
        }
        session.say(`${podOf(node)}: let ${nameable.length} clients go`);
        await session.pause(pause * 1000);
    }
}

async function offlineSessionsAt(admin: VmqAdmin, ordinal: number, node: string) {
    const sessions = await admin.sessions(ordinal, { limitPerBroker: mostSessions, online: false, node });
    return {
        count: sessions.length,
        messages: sessions.reduce((sum, { offlineMessages }) => sum + offlineMessages, 0),
    };
}

/** A broker's Erlang name, as it says it itself. */
export async function nodeNameOf(kube: Kube, ordinal: number): Promise<string> {
    const host = `${kube.statefulSetName}-${ordinal}`;
    const members = await vmqAdmin(kube).clusterShow(ordinal);
    const own = members.find(({ node }) => podOf(node) === host);
    if (own === undefined) {
        throw new Refusal(`${host} does not see itself in its own cluster.`);
    }
    return own.node;
}
