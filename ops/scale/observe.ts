import { hasStatus, type Kube, type Pod } from "../kubernetes/client";
import { brokerOrdinal, type VmqAdmin } from "../vmq-admin/index";
import { readIntent } from "./intent";
import type { BrokerState, Observed, View } from "./state";

/** What is there, and what a change of it has to be conditional on. */
export interface Snapshot extends Observed {
    /** Version of the StatefulSet that was seen: a change of another one is refused. */
    readonly resourceVersion: string;
    readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Looks at the StatefulSet, its pods and claims, and asks every running broker for the members that it sees.
 *
 * @param leaving a broker that is just leaving, and is not asked
 */
export async function observe(kube: Kube, admin: VmqAdmin, leaving?: number): Promise<Snapshot> {
    // The StatefulSet first: whatever happens after it changes its version, or is seen.
    const statefulSet = await kube.statefulSet();
    const [pods, claims] = await Promise.all([kube.pods(), kube.claims()]);
    const views = new Map(
        await Promise.all(
            pods
                .filter(({ ordinal, phase, terminating }) => ordinal !== leaving && phase === "Running" && !terminating)
                .map(async ({ ordinal }) => [ordinal, await viewOf(kube, admin, ordinal)] as const),
        ),
    );
    const ordinals = new Set([...pods, ...claims].flatMap(({ ordinal }) => ordinal ?? []));
    const brokers = [...ordinals].map((ordinal): readonly [number, BrokerState] => {
        const pod = pods.find((candidate) => candidate.ordinal === ordinal);
        return [
            ordinal,
            {
                pod: pod && podState(pod),
                view: views.get(ordinal),
                claims: claims
                    .filter((claim) => claim.ordinal === ordinal)
                    .map(({ name, uid, terminating }) => ({ name, uid, terminating })),
            },
        ];
    });
    return {
        resourceVersion: statefulSet.resourceVersion,
        annotations: statefulSet.annotations,
        replicas: statefulSet.replicas,
        intent: readIntent(statefulSet.annotations),
        brokers: new Map(brokers),
    };
}

function podState(pod: Pod): NonNullable<BrokerState["pod"]> {
    return {
        phase: pod.terminating ? "stopping" : pod.phase === "Running" ? "running" : "starting",
        ready: pod.ready,
        reason: pod.waitingReason,
    };
}

/** A broker that cannot answer, because it starts, stops or hangs, has no view. That we may not ask is another matter. */
async function viewOf(kube: Kube, admin: VmqAdmin, ordinal: number): Promise<View | undefined> {
    try {
        return viewFrom(kube.statefulSetName, await admin.clusterShow(ordinal));
    } catch (error) {
        if (hasStatus(error, 401, 403)) {
            throw error;
        }
        return undefined;
    }
}

/** Sorts members into the StatefulSet's pods and others. */
function viewFrom(statefulSet: string, members: readonly { node: string; running: boolean }[]): View {
    const own = members.filter(({ node }) => node.includes(`@${statefulSet}-${String(brokerOrdinal(node))}.`));
    return {
        members: new Map(own.map((member) => [brokerOrdinal(member.node) ?? 0, member])),
        strangers: members.filter((member) => !own.includes(member)).map(({ node }) => node),
    };
}
