import { compact, type Maybe } from "../../components/common/compact";
import { brokerNames, claimName, podName } from "../../components/broker/names";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { unknownValue } from "../../components/common/protocol-values";
import {
    type Affinity,
    affinityKeepers,
    type EdgePlan,
    allListeners,
    type Hop,
    tlsTerminator,
} from "../../components/edge/plan";
import { additionConsequences, deletesClaims } from "../additions";
import { packageOf, providerTypePrefix, type ResourceInputs } from "../graph";
import { operatorConsequences } from "./operator";
import { brokerRelease, roleOf } from "../roles";
import { lossOf, replicaDecrease } from "./losses";
import type { Change } from "./model";
import { brokerRestarts } from "./restarts";
import { commandLine } from "../common/command-name";

/**
 * What an update does to devices, data and brokers, in sentences that say what to do about it.
 *
 * @param before the resources before, and `after` those after it
 */
export function consequences(
    changes: readonly Change[],
    before: readonly ResourceInputs[],
    after: readonly ResourceInputs[],
): readonly string[] {
    const [old, fresh] = [brokerRelease(before), brokerRelease(after)];
    return compact([
        ...changes.filter((change) => change.protected).map(refusal),
        fewerBrokers(changes, fresh),
        ...storage(old, fresh),
        ...additionConsequences(old, fresh),
        ...brokerRestarts(old, fresh, changes),
        ownService(old, fresh),
        ...operatorConsequences(before, after),
        ...losses(changes),
        ...renewedNodes(changes),
        ...leftPlaces(changes, old),
        clusterIdentity(changes),
        ...otherContext(changes),
        ...anotherPlace(changes),
    ]);
}

function refusal({ name, action }: Change): string {
    const deed = action === "delete" ? "deleted" : "replaced";
    return `${name} is protected and would be ${deed}: the update is refused until its protection is lifted.`;
}

function fewerBrokers(changes: readonly Change[], fresh: ResourceInputs | undefined): Maybe<string> {
    const change = changes.find(({ urn }) => urn === fresh?.urn);
    const decrease = change === undefined ? undefined : replicaDecrease(change);
    if (decrease === undefined) {
        return undefined;
    }
    const { from, to } = decrease;
    const ordinals = Array.from({ length: from - to }, (_, index) => to + index).reverse();
    const leaving = ordinals.map((ordinal) => podName(brokerNames.helm, ordinal)).join(" and ");
    const claims = ordinals.map((ordinal) => claimName(brokerNames.helm, ordinal)).join(" and ");
    const fate = deletesClaims(fresh) ? "are deleted by Kubernetes then, for good" : "have to be deleted then";
    const stack = fresh?.urn.split(":")[2] ?? "";
    return (
        `From ${from} to ${to} brokers: ${leaving} must leave the cluster first, and their volume claims, ${claims}, ${fate}. ` +
        `Before this update run ${commandLine(`scale --stack ${stack} --to ${to}`)}, which does it all. A broker that only stops stays ` +
        "a dead member for good, and one that starts again with the data of a broker that left is a silent, separate cluster."
    );
}

/** What goes with the old type of VerneMQ's own Service, and what comes with the new one. */
const serviceTypes: Readonly<Record<string, { readonly goes: string; readonly comes: string }>> = {
    ClusterIP: { goes: "", comes: "only pods of the cluster reach it" },
    NodePort: { goes: "its node ports close, and ", comes: "its node ports open outside the cluster, without TLS" },
    LoadBalancer: {
        goes: "its load balancer and the address go, and ",
        comes: "it gets a load balancer, without TLS",
    },
};

function ownService(old: ResourceInputs | undefined, fresh: ResourceInputs | undefined): Maybe<string> {
    const [from, to] = [old, fresh].map((release) => valueOf(release?.inputs, "values.service.type"));
    if (typeof from !== "string" || typeof to !== "string" || from === to) {
        return undefined;
    }
    return `VerneMQ's own Service changes from ${from} to ${to}: ${serviceTypes[from]?.goes ?? ""}${serviceTypes[to]?.comes ?? ""}.`;
}

function storage(old: ResourceInputs | undefined, fresh: ResourceInputs | undefined): readonly string[] {
    if (old === undefined || fresh === undefined) {
        return [];
    }
    const at = (release: ResourceInputs, key: string) => valueOf(release.inputs, `values.persistentVolume.${key}`);
    const off = at(old, "enabled") === true && at(fresh, "enabled") !== true;
    const resized = ["size", "storageClass"].filter((key) => at(old, key) !== at(fresh, key));
    const both = at(old, "enabled") === true && at(fresh, "enabled") === true;
    return compact([
        off &&
            "Persistence is turned off: sessions, queued and retained messages on the volumes are no longer used, and each restart of a broker loses its data.",
        both &&
            resized.length > 0 &&
            `The volumes' ${resized.join(" and ")} changes: Kubernetes does not let a StatefulSet's volume claims change, so the release fails until the StatefulSet is deleted with --cascade=orphan.`,
    ]);
}

/** What is lost. What is protected stays, as its refusal says; the change of VerneMQ's own Service is told by its two types. */
function losses(changes: readonly Change[]): readonly string[] {
    const deeds = { replace: "is replaced", delete: "is deleted", update: "changes its type" };
    return changes.flatMap((change) => {
        const lost = lossOf(change);
        if (
            lost === undefined ||
            change.protected ||
            (lost.action === "update" && roleOf(change.type).role === "Helm release")
        ) {
            return [];
        }
        const deed = lost.action === "unknown" ? `undergoes "${change.operation ?? ""}"` : deeds[lost.action];
        return [`${change.name} ${deed}: ${lost.loss}.`];
    });
}

/** A change of what a pool's nodes are, not of how many there are. */
function renewedNodes(changes: readonly Change[]): readonly string[] {
    return changes
        .filter(({ type, action, properties }) => {
            const pool = roleOf(type).nodePool;
            const kept = compact([pool?.count, pool?.labels, pool?.zones?.replace(".*", ""), ...sizeProperties]);
            const renewed = properties.some(({ path }) => !kept.some((part) => path.startsWith(part)));
            return pool !== undefined && action === "update" && renewed;
        })
        .map(
            ({ name }) =>
                `The nodes of ${name} are renewed one after another; each pod on them moves, and each broker restarts once.`,
        );
}

/**
 * Zones, or subnets of one zone each, that the brokers' nodes leave: the clouds' disks are of one zone
 * (https://kubernetes.io/docs/setup/best-practices/multiple-zones/#storage-access-for-zones).
 */
function leftPlaces(changes: readonly Change[], release: ResourceInputs | undefined): readonly string[] {
    const replacesCluster = changes.some(({ type, action }) => action === "replace" && roleOf(type).role === "cluster");
    if (replacesCluster || valueOf(release?.inputs, "values.persistentVolume.enabled") !== true) {
        return [];
    }
    const selector = valueOf(release?.inputs, "values.nodeSelector") ?? {};
    return changes.flatMap(({ type, name, before, after }) => {
        const pool = roleOf(type).nodePool;
        const places = pool?.places;
        if (pool === undefined || places === undefined || !isWithin(selector, valueOf(before?.inputs, pool.labels))) {
            return [];
        }
        const [old, fresh] = [before, after].map((state) => valuesOf(state?.inputs, places));
        const left = (old ?? []).filter((place) => fresh?.includes(place) === false);
        return left.length === 0 || fresh?.length === 0 || fresh?.includes(unknownValue) === true
            ? []
            : [
                  `The nodes of ${name} leave ${left.map(nameOfPlace).join(" and ")}: a broker whose volume is there stays pending, because volumes do not move to another zone.`,
              ];
    });
}

/** Whether labels have all that a selector asks for. */
function isWithin(selector: object, labels: unknown): boolean {
    return Object.entries(selector).every(
        ([key, value]) => (labels as Record<string, unknown> | undefined)?.[key] === value,
    );
}

/** A zone, or the name of the resource that stands for its subnet. */
function nameOfPlace(place: unknown): string {
    return String(place).replace(/^\$\{(.*)\.id\}$/, "$1");
}

/** Another context may be another cluster, which the engine does not notice. */
function otherContext(changes: readonly Change[]): readonly string[] {
    return changes
        .filter(
            ({ type, action, properties }) =>
                type === "pulumi:providers:kubernetes" &&
                action === "update" &&
                properties.some(({ path }) => path === "context"),
        )
        .map(
            ({ name }) =>
                `${name} uses another context: where that is another cluster, change vernemq:cluster.name too, or the update assumes that everything exists there already.`,
        );
}

/** What says how many nodes a pool has, how it grows and how it is found. */
const sizeProperties = [
    "scalingConfig",
    "autoscaling",
    "minCount",
    "maxCount",
    "minNodes",
    "maxNodes",
    "autoScale",
    "tags",
];

/** Clouds' resources do not move to another region or project, and their providers do not say so (pulumi-aws#5656). */
function anotherPlace(changes: readonly Change[]): readonly string[] {
    return changes
        .filter(({ type }) => type.startsWith(providerTypePrefix) && packageOf(type) !== "kubernetes")
        .flatMap(({ type, properties }) =>
            properties
                .filter(({ path }) => /region|location|project|subscription|account/i.test(path))
                .map(
                    ({ path }) =>
                        `${packageOf(type)}:${path} changes: existing resources do not move. Destroy the stack and create it again, or use a stack of another name.`,
                ),
        );
}

/** Objects in a replaced cluster are gone, which the engine notices only where their provider is replaced as well. */
function clusterIdentity(changes: readonly Change[]): Maybe<string> {
    const replaced = changes.filter(({ action }) => action === "replace");
    const cluster = replaced.find((change) => roleOf(change.type).role === "cluster");
    return cluster !== undefined && !replaced.some(({ type }) => type === "pulumi:providers:kubernetes")
        ? `${cluster.name} is replaced and the provider of the objects in it is not: the update assumes that they exist. Change the provider's clusterIdentifier, or run \`pulumi refresh\` after it.`
        : undefined;
}

/** What a change of the edge does to devices. */
export function edgeConsequences(before: EdgePlan, after: EdgePlan): readonly string[] {
    const kinds = (plan: EdgePlan) => plan.hops.map((hop) => hop.kind).join(" ");
    const wayOfWss = (plan: EdgePlan) => plan.webSocket?.hops[0]?.title ?? "the edge's own listener";
    const hasWss = (plan: EdgePlan) => allListeners(plan).some(({ name }) => name === "wss");
    const closed = allListeners(before).filter(({ name }) => !allListeners(after).some((other) => other.name === name));
    return compact([
        kinds(before) !== kinds(after) &&
            "The connection path changes: every device is disconnected once and reconnects over the new path.",
        hasWss(before) &&
            hasWss(after) &&
            wayOfWss(before) !== wayOfWss(after) &&
            `Listener wss moves from ${wayOfWss(before)} to ${wayOfWss(after)}: another address, and perhaps another certificate and name.`,
        tlsConsequences(tlsTerminator(before), tlsTerminator(after)),
        affinityOf(before) !== affinityOf(after) &&
            `Affinity changes from ${affinityOf(before)} to ${affinityOf(after)}: on its next connection most devices meet another broker, once, and their sessions move there.`,
        ...closed.map(({ name, port }) => `Listener ${name} on port ${port} closes.`),
        before.minimumTlsVersion < after.minimumTlsVersion &&
            `Devices that support nothing newer than TLS ${before.minimumTlsVersion} can no longer connect.`,
    ]);
}

function tlsConsequences(before: Hop | null, after: Hop | null): Maybe<string> {
    if (before?.kind === after?.kind) {
        return undefined;
    }
    if (after === null) {
        return "Nothing terminates TLS any longer: devices have to use plain MQTT.";
    }
    return before === null
        ? `TLS is terminated at ${after.title}: devices that use plain MQTT have to switch to it.`
        : `TLS is terminated at ${after.title} instead of ${before.title}: the server certificate may change.`;
}

function affinityOf(plan: EdgePlan): Affinity {
    return affinityKeepers(plan)[0]?.affinity ?? "none";
}
