import { compact } from "../../components/common/compact";
import { certificateSecretName } from "../../components/common/server-certificate";
import type { CertificateState } from "../certificate";
import type { Pod } from "../kubernetes/client";
import { sentence } from "../../plan/common/sentence";
import { brokerOrdinal, isLocal, podOf } from "../vmq-admin/index";
import type { BrokerState, BrokerView, Observation, ObservedBrokers } from "./observe";

/** What is to be said about brokers. */
export interface Judgement {
    /** What is wrong; with any of them the stack is unhealthy. */
    readonly problems: readonly string[];
    /** What is right for now and yet a note. */
    readonly notes: readonly string[];
}

/** A broker that has something to say. */
export type SeenBroker = BrokerState & { readonly view: BrokerView };

export function isSeen(broker: BrokerState): broker is SeenBroker {
    return !("problem" in broker.view);
}

/**
 * Judges what was found.
 *
 * @param wantsHaproxy the stack's edge leads through HAProxy
 */
export function judge(observation: Observation, wantsHaproxy: boolean): Judgement {
    return {
        problems: [...clusterProblems(observation), ...edgeProblems(observation, wantsHaproxy)],
        notes: [...volumeNotes(observation), ...versionNotes(observation), ...certificateNotes(observation)],
    };
}

/** What is wrong with the brokers. Every one is asked for its own view, because one that is alone looks healthy to itself. */
export function clusterProblems(observation: ObservedBrokers): string[] {
    const { replicas, name } = observation.statefulSet;
    return [
        ...(replicas > 0 ? [] : [`No broker runs: the StatefulSet ${name} has 0 replicas; \`scale\` starts brokers.`]),
        ...observation.brokers.flatMap((broker) => brokerProblems(broker, observation)),
        ...membershipProblems(observation),
    ];
}

function nameOf({ statefulSet }: ObservedBrokers, ordinal: number): string {
    return `${statefulSet.name}-${ordinal}`;
}

function brokerProblems(broker: BrokerState, observation: ObservedBrokers): string[] {
    const { pod, view, claims, ordinal } = broker;
    const name = nameOf(observation, ordinal);
    const { replicas, claimTemplates } = observation.statefulSet;
    if (pod === undefined) {
        return [`${name} has no pod.`];
    }
    const suspended = suspendedListeners(broker);
    return compact([
        ordinal >= replicas && `${name} is there, though ${replicas} brokers are wanted.`,
        pod.terminating && `${name} is ending.`,
        // Of one that has not started there is nothing to be heard.
        "problem" in view && pod.phase === "Running" && sentence(`${name} does not report its state: ${view.problem}`),
        suspended.length > 0
            ? `${name} takes no new connections (suspended: ${suspended.join(", ")}); \`undrain ${name}\` ends that.`
            : !pod.ready && !pod.terminating && sentence(`${name} is ${notReady(pod)}`),
        claims.length < claimTemplates.length && `${name} lacks its volume claim.`,
        ...claims
            .filter(({ phase, terminating }) => phase !== "Bound" || terminating)
            .map((claim) => `Volume claim ${claim.name} is ${claim.terminating ? "being deleted" : claim.phase}.`),
        "netsplits" in view && view.netsplits > 0 && `${name} has seen a netsplit that is not resolved.`,
    ]);
}

/** `not ready`, and why, as far as Kubernetes says it. */
function notReady({ phase, waitingReason }: Pod): string {
    const reason = waitingReason ?? (phase === "Running" ? undefined : phase);
    return reason === undefined ? "not ready" : `not ready: ${reason}`;
}

/** MQTT listeners that do not accept, as `type port`. Those on loopback are for port-forwards. */
export function suspendedListeners({ view }: BrokerState): string[] {
    return "problem" in view
        ? []
        : view.listeners
              .filter((listener) => listener.status !== "running" && !isLocal(listener))
              .map(({ type, port }) => `${type} ${port}`);
}

/**
 * The members as every broker sees them: all the same, all running, and one for each replica. A broker that left and started again on its
 * old volume sees only itself, and nothing else shows it.
 */
export function membershipProblems(observation: ObservedBrokers): string[] {
    const seen = observation.brokers.filter(isSeen);
    const { replicas, name } = observation.statefulSet;
    const alone = seen.filter(({ view }) => replicas > 1 && view.members.length === 1);
    const others =
        alone.length === seen.length && seen.length > 1 ? [] : seen.filter((broker) => !alone.includes(broker));
    const everywhere = new Set(others.flatMap(({ view }) => view.members.map(({ node }) => node)));
    const down = [...everywhere].filter((node) =>
        others.some(({ view }) => view.members.some((member) => member.node === node && !member.running)),
    );
    return [
        ...alone.map(
            ({ ordinal }) =>
                `${nameOf(observation, ordinal)} is a separate cluster: it sees only itself, so messages do not pass between it and the others.`,
        ),
        ...others.flatMap(({ ordinal, view }) => {
            const missing = [...everywhere].filter((node) => !view.members.some((member) => member.node === node));
            return missing.map((node) => `${nameOf(observation, ordinal)} does not have ${podOf(node)} as a member.`);
        }),
        ...down.map((node) => {
            const ordinal = brokerOrdinal(node);
            return ordinal === undefined || ordinal >= replicas
                ? `${podOf(node)} is still a member and is gone for good: the cluster counts it as a netsplit until it is made to leave (\`vmq-admin cluster leave node=${node}\`).`
                : `${podOf(node)} is a member that does not run, as ${seenBy(node, others, observation)} see it.`;
        }),
        ...Array.from({ length: replicas }, (_, ordinal) => ordinal)
            .filter((ordinal) => seen.some((broker) => broker.ordinal === ordinal && !alone.includes(broker)))
            .filter((ordinal) => others.length > 0 && ![...everywhere].some((node) => brokerOrdinal(node) === ordinal))
            .map((ordinal) => `${name}-${ordinal} is not a member of the cluster.`),
    ];
}

function seenBy(node: string, brokers: readonly SeenBroker[], observation: ObservedBrokers): string {
    return brokers
        .filter(({ view }) => view.members.some((member) => member.node === node && !member.running))
        .map(({ ordinal }) => nameOf(observation, ordinal))
        .join(", ");
}

function edgeProblems({ haproxy, certificates }: Observation, wantsHaproxy: boolean): string[] {
    return compact([
        wantsHaproxy && haproxy.length === 0 && "The edge runs through HAProxy, and there is no HAProxy pod.",
        ...haproxy
            .filter(({ ready, terminating }) => !ready && !terminating)
            .map(({ name }) => `${name} is not ready.`),
        ...certificates.flatMap(({ secret, state }) =>
            typeof state === "string" || state.daysLeft >= state.limits.problem ? [] : [endSentence(secret, state)],
        ),
    ]);
}

function volumeNotes({ spareClaims, statefulSet: { replicas } }: Observation): string[] {
    // While all are stopped, each volume waits for its own broker.
    return (replicas === 0 ? [] : spareClaims).map(
        ({ name }) =>
            `Volume claim ${name} belongs to a broker that does not exist: a new broker on the data of one that left is a separate cluster.`,
    );
}

function versionNotes({ brokers, statefulSet }: Observation): string[] {
    const images = new Set(brokers.flatMap(({ pod }) => pod?.container.image ?? []));
    const old = brokers.filter(
        ({ pod }) => pod?.revision !== undefined && pod.revision !== statefulSet.updateRevision,
    ).length;
    return compact([
        images.size > 1 && `The brokers run different images: ${[...images].join(", ")}.`,
        old > 0 &&
            statefulSet.updateRevision !== undefined &&
            `${old} of ${brokers.length} brokers run an older template; \`upgrade\` brings them up to date.`,
        old === 0 && statefulSet.partition > 0 && "Updates are held: new templates reach no broker until `upgrade`.",
    ]);
}

function certificateNotes({ certificates }: Observation): string[] {
    return certificates.flatMap(({ secret, state }) => {
        if (typeof state === "string") {
            return [`${state}, so nothing is known about ${certificateWords(secret)}.`];
        }
        const { daysLeft, limits } = state;
        return daysLeft >= limits.problem && daysLeft < limits.warning ? [endSentence(secret, state)] : [];
    });
}

function endSentence(secret: string, { daysLeft }: CertificateState): string {
    const subject = certificateWords(secret).replace(/^t/, "T");
    return daysLeft < 0 ? `${subject} has expired.` : `${subject} ends in ${daysLeft} days.`;
}

function certificateWords(secret: string): string {
    return secret === certificateSecretName ? "the server certificate" : `the server certificate of Secret ${secret}`;
}
