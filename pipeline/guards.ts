import { type Change, nameOf, reasonsOf } from "./changes";
import {
    addressTypes,
    clusterTypes,
    definitionType,
    isOneOf,
    loadBalancerTypes,
    namespaceType,
    nodePoolTypes,
    operatedBrokersType,
    roleOf,
    statefulSetType,
    volumeTypes,
} from "../plan/roles";
import { valuesOf } from "../components/common/property-path";

/** Why a guard holds an update back, in the words of the person who has to decide. */
export interface Refusal {
    readonly kind: "replace" | "delete" | "scale-down" | "protected";
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** What the resource is: "cluster", "node pool", "volume", ... */
    readonly role: string;
    /** What would happen and what that costs. */
    readonly reason: string;
    /** What to do instead, or how to allow it. */
    readonly remedy: string;
}

/** What the user allows beforehand. */
export interface Allowances {
    /** URNs that may be replaced or deleted; each whole, so that nothing is allowed by accident. */
    readonly allowReplace?: readonly string[];
    /** Whether brokers that have left VerneMQ's cluster may be taken away. */
    readonly allowScaleDown?: boolean;
}

interface Guarded {
    readonly role: string;
    /** What goes with it. */
    readonly loss: string;
}

const volume: Guarded = {
    role: "volume",
    loss: "the sessions, queued and retained messages on it go with it",
};

const storage: Readonly<Record<string, Guarded>> = {
    "kubernetes:storage.k8s.io/v1:StorageClass": {
        role: "storage class",
        loss: "volume claims that name it can no longer grow or be made",
    },
};

/** What holds others, and takes them along when it goes. */
const containers: Readonly<Record<string, Guarded>> = {
    [namespaceType]: {
        role: "namespace",
        loss: "everything in it goes with it, the brokers' volume claims included",
    },
    "azure-native:resources:ResourceGroup": {
        role: "resource group",
        loss: "everything in it goes with it, the cluster and its volumes included",
    },
    // https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#delete-a-customresourcedefinition
    [definitionType]: {
        role: "custom resource definition",
        loss: "every resource of its kind in the cluster goes with it, and what was made of them",
    },
};

/**
 * What must not happen without somebody's word for it: replacing or deleting what holds data or what devices hold on to, taking brokers
 * away that have not left their cluster, and touching what is protected.
 *
 * @param changes of a preview of the update, made with the same program and the same inputs
 */
export function guard(changes: readonly Change[], allowances: Allowances = {}): readonly Refusal[] {
    const allowed = new Set(allowances.allowReplace ?? []);
    return changes.flatMap((change) => [
        ...protection(change),
        ...(allowed.has(change.urn) ? [] : loss(change)),
        ...(allowances.allowScaleDown === true ? [] : fewerBrokers(change)),
    ]);
}

/** URNs of an allowance that name nothing that the update would replace or delete: a misspelt one must not pass for an allowance. */
export function idleAllowances(changes: readonly Change[], { allowReplace = [] }: Allowances): readonly string[] {
    const going = new Set(
        changes.filter((change) => goes(change) || givesUpLoadBalancer(change)).map(({ urn }) => urn),
    );
    return allowReplace.filter((urn) => !going.has(urn));
}

function goes({ action }: Change): boolean {
    return action === "replace" || action === "delete";
}

/** A Service that changes its type keeps its name, and its load balancer goes. */
function givesUpLoadBalancer(change: Change): boolean {
    return change.action === "update" && hasLoadBalancer(change, change.old) && !hasLoadBalancer(change, change.new);
}

function loss(change: Change): readonly Refusal[] {
    if (givesUpLoadBalancer(change)) {
        return [
            {
                ...identity(change),
                kind: "delete",
                role: loadBalancer.role,
                reason: `The ${loadBalancer.role} of ${change.name} would go, because the Service gets another type: ${loadBalancer.loss}.`,
                remedy: allowance(change),
            },
        ];
    }
    const guarded = guardedRole(change);
    if (guarded === undefined || !goes(change)) {
        return [];
    }
    const retained = change.old?.retainOnDelete === true;
    // The cloud keeps it; only the state forgets it.
    if (change.action === "delete" && retained) {
        return [];
    }
    const kind = change.action === "replace" ? "replace" : "delete";
    const reasons = [...new Set(reasonsOf(change))].sort();
    const why = reasons.length > 0 ? ` because of ${reasons.join(", ")}` : "";
    const cost = retained ? "the old one stays in the cloud, and nothing uses it any more" : guarded.loss;
    return [
        {
            ...identity(change),
            kind,
            role: guarded.role,
            reason: `The ${guarded.role} ${change.name} would be ${kind}d${why}: ${cost}.`,
            remedy: allowance(change),
        },
    ];
}

function allowance({ urn }: Change): string {
    return `If that is what you want, say --allow-replace '${urn}'.`;
}

function identity({ urn, type, name }: Change): Pick<Refusal, "urn" | "type" | "name"> {
    return { urn, type, name };
}

function guardedRole(change: Change): Guarded | undefined {
    if (roleOf(clusterTypes, change) !== undefined) {
        return { role: "cluster", loss: "everything in it goes with it, the brokers and their volumes included" };
    }
    if (roleOf(nodePoolTypes, change) !== undefined) {
        return { role: "node pool", loss: "its nodes go, and every pod on them has to find a new node" };
    }
    if (isOneOf(addressTypes, change)) {
        return { role: "address", loss: "devices and DNS records that hold on to it lose their way" };
    }
    if (isBrokers(change)) {
        return { role: "brokers", loss: "all brokers stop at once, and every device is disconnected" };
    }
    if (isOneOf(loadBalancerTypes, change) || hasLoadBalancer(change, change.old)) {
        return loadBalancer;
    }
    if (isOneOf(volumeTypes, change)) {
        return volume;
    }
    return roleOf(storage, change) ?? roleOf(containers, change);
}

const loadBalancer: Guarded = {
    role: "load balancer",
    loss: "every device is disconnected, and it may come back with another address",
};

/** Whether a Service, or VerneMQ's own that is the release's, has a load balancer before it. */
function hasLoadBalancer(change: Change, state: Change["old"]): boolean {
    const path =
        change.type === "kubernetes:core/v1:Service"
            ? "spec.type"
            : isRelease(change)
              ? "values.service.type"
              : undefined;
    return path !== undefined && valuesOf(state?.inputs ?? {}, path)[0] === "LoadBalancer";
}

/** VerneMQ's release, the VerneMQ resource of its operator, or any StatefulSet: what owns brokers, and with them volumes. */
function isBrokers(change: Change): boolean {
    return change.type === statefulSetType || change.type === operatedBrokersType || isRelease(change);
}

function isRelease({ type, old }: Change): boolean {
    return type === "kubernetes:helm.sh/v3:Release" && old?.inputs["chart"] === "vernemq";
}

function protection(change: Change): readonly Refusal[] {
    return goes(change) && change.old?.protect === true ? [protectedRefusal(change.urn, change.type)] : [];
}

function protectedRefusal(urn: string, type: string): Refusal {
    return {
        kind: "protected",
        urn,
        type,
        name: nameOf(urn),
        role: "protected resource",
        reason: `${nameOf(urn)} (${type}) is protected, and would be replaced or deleted.`,
        remedy: protectionRemedy(urn),
    };
}

/** Every resource that this project's components protect follows this one setting, whatever the target. */
const protectionSetting = { key: "vernemq:cluster", property: "deletionProtection" } as const;

function protectionRemedy(urn: string): string {
    const [, , stack = ""] = urn.split(":");
    const byHand = `\`pulumi state unprotect '${urn}'\``;
    const { key, property } = protectionSetting;
    return urn.includes("::vernemq:")
        ? `Set \`${property}: false\` under \`${key}\` in Pulumi.${stack}.yaml and run \`up\`; then it can go. ` +
              `Only where that \`up\` is held back by this same refusal: ${byHand}.`
        : `Only after ${byHand}, or without protect in the program, can it go.`;
}

/**
 * A smaller number of brokers. A broker that only stops stays a dead member of VerneMQ's cluster for ever, and one that starts again with
 * the data of a broker that left is a cluster of its own, so the steps are a person's, in this order.
 */
function fewerBrokers(change: Change): readonly Refusal[] {
    const counts = replicaCounts(change);
    if (counts === undefined || counts.to >= counts.from) {
        return [];
    }
    const { from, to } = counts;
    const namespace = textAt(change.new?.inputs, "namespace") ?? textAt(change.new?.inputs, "metadata.namespace");
    return [
        {
            ...identity(change),
            kind: "scale-down",
            role: "brokers",
            reason: `${change.name} would go from ${from.toString()} to ${to.toString()} brokers, and a broker that is only stopped stays a dead member of its cluster.`,
            remedy:
                change.type === operatedBrokersType
                    ? "Brokers of upstream's operator leave as they stop (docs/operator.md). If yours do so too, say --allow-scale-down."
                    : scaleDownProcedure({
                          stack: change.urn.split(":")[2] ?? "",
                          from,
                          to,
                          namespace: namespace ?? "default",
                          name: "vernemq",
                      }),
        },
    ];
}

/** Where each owner of brokers says how many there are. */
function replicasPath(change: Change): string | undefined {
    if (isRelease(change)) {
        return "values.replicaCount";
    }
    const paths: Readonly<Record<string, string>> = {
        [statefulSetType]: "spec.replicas",
        [operatedBrokersType]: "spec.size",
    };
    return roleOf(paths, change);
}

function replicaCounts(change: Change): { readonly from: number; readonly to: number } | undefined {
    const path = replicasPath(change);
    if (path === undefined || change.action !== "update") {
        return undefined;
    }
    const [from, to] = [change.old, change.new].map((state) => valuesOf(state?.inputs ?? {}, path)[0]);
    return typeof from === "number" && typeof to === "number" ? { from, to } : undefined;
}

function textAt(inputs: Readonly<Record<string, unknown>> | undefined, path: string): string | undefined {
    const [value] = valuesOf(inputs ?? {}, path);
    return typeof value === "string" ? value : undefined;
}

/** How brokers leave for good: https://docs.vernemq.com/vernemq-clustering/introduction, note 2. */
function scaleDownProcedure(scaling: {
    readonly stack: string;
    readonly from: number;
    readonly to: number;
    readonly namespace: string;
    readonly name: string;
}): string {
    const { stack, from, to, namespace, name } = scaling;
    const leaving = Array.from({ length: from - to }, (_, index) => from - 1 - index);
    const kubectl = `kubectl --namespace ${namespace}`;
    const leave = leaving.map((ordinal) => {
        const node = `VerneMQ@${name}-${ordinal.toString()}.${name}-headless.${namespace}.svc.cluster.local`;
        return `     ${kubectl} exec ${name}-0 -- vmq-admin cluster leave node=${node} -k -i 5 -t 120`;
    });
    const claims = leaving.map((ordinal) => `data-${name}-${ordinal.toString()}`).join(" ");
    return [
        `\`npm run ops -- scale --stack ${stack} --to ${to.toString()}\` lets them leave, waits, and deletes their volumes; cut off, it goes on when run again.`,
        "Then this update with --allow-scale-down. By hand, in this order:",
        "  1. let each broker leave, the highest first; its queues move to the others:",
        ...leave,
        `  2. see that it is gone: ${kubectl} exec ${name}-0 -- vmq-admin cluster show`,
        "  3. at once, before the pod starts again with its old data: this update with --allow-scale-down",
        `  4. delete its volume claim, so that it starts empty if it ever comes back: ${kubectl} delete pvc ${claims}`,
    ].join("\n");
}

/** The resource whose protection made the engine itself refuse a preview. */
export function protectedIn(message: string): readonly Refusal[] {
    const urns = [...message.matchAll(/"(urn:pulumi:[^"]+)" cannot be deleted\s+because it is protected/g)];
    return [...new Set(urns.map(([, urn = ""]) => urn))].map((urn) =>
        protectedRefusal(urn, (urn.split("::")[2] ?? "").split("$").at(-1) ?? ""),
    );
}

/** Refusals as text: what would happen, and what to do about it. */
export function renderRefusals(stack: string, refusals: readonly Refusal[]): string {
    const headline = `${stack}: nothing was changed, because this update would do what nobody has allowed:`;
    return [
        headline,
        ...refusals.map(({ reason, remedy }) => `  ${reason}\n    ${remedy.replace(/\n/g, "\n    ")}`),
    ].join("\n");
}
