import type { Role } from "../../components/common/resource-role";
import { valueOf } from "../../components/common/property-path";
import { isBrokerRelease, roleOf } from "../roles";
import type { Change, ResourceState } from "./model";

interface Meaning {
    /** What is lost with a resource that is replaced or deleted; left out where an update restores all of it. */
    readonly loss?: string;
    /** What stops in between, where the old one is deleted before the new one exists. */
    readonly gap?: string;
    /** Whether a guard asks before. Default: yes. */
    readonly guarded?: false;
}

/** What each role is and what its loss means, the weightiest first. The plan, the guards and the comment all say this. */
const meanings: Readonly<Record<Role, Meaning>> = {
    cluster: { loss: "the cluster is lost with everything in it, the brokers and their volumes included" },
    "node pool": { loss: "its nodes are deleted, and every pod on them, brokers included, has to find a new node" },
    volume: { loss: "the sessions, queued and retained messages on it are lost with it" },
    address: { loss: "devices, DNS records and firewalls that name it have to be changed" },
    "load balancer": { loss: "every device is disconnected, and a new one may have another address" },
    StatefulSet: {
        loss: "its pods stop before new ones start; its volume claims stay, and only pods of the same names take them again",
    },
    brokers: { loss: "all brokers stop at once, and every device is disconnected until new ones are ready" },
    namespace: { loss: "everything in it is lost with it, and with brokers in it their volume claims" },
    "resource group": { loss: "everything in it is lost with it, the cluster and its volumes included" },
    "storage class": { loss: "volume claims that name it can no longer grow or be created" },
    // https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#delete-a-customresourcedefinition
    "custom resource definition": {
        loss: "every resource of its kind in the cluster is lost with it, and what was created from them",
    },
    // https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    "encryption key": { loss: "what it encrypts, such as the cluster's Secrets, can never be read again" },
    "log group": { loss: "the logs in it are lost with it", guarded: false },
    "certificate authority": {
        loss: "devices that trust the old CA reject the server until they have the new one",
        guarded: false,
    },
    "Helm release": { guarded: false },
    workload: {
        gap: "all its pods stop before new ones start, and no device gets past them meanwhile",
        guarded: false,
    },
    Service: { guarded: false },
    stateless: { guarded: false },
    unknown: { loss: "its type is in no table of this program, so it may hold data" },
};

/** The roles that are the word for a resource, the weightiest first; of others the type is said. */
export const namedRoles = (Object.keys(meanings) as Role[]).filter(
    (role) => role === "Helm release" || (meanings[role].guarded !== false && role !== "unknown"),
);

/** What a change takes away. */
export interface Loss {
    readonly role: Role;
    /** `update` where a Service keeps its name and gives up its load balancer. */
    readonly action: "replace" | "delete" | "unknown" | "update";
    /** What that means, without a full stop. */
    readonly loss: string;
    /** A guard asks before. */
    readonly guarded: boolean;
}

/** What a change takes away for good or for a while; undefined where nothing is lost. */
export function lossOf(change: Change): Loss | undefined {
    const { action, before, retained, deletedFirst } = change;
    if (action === "update" && hasLoadBalancer(change, before) && !hasLoadBalancer(change, change.after)) {
        return { role: "load balancer", action, loss: meanings["load balancer"].loss ?? "", guarded: true };
    }
    const isComponent = (before ?? change.after)?.custom === false;
    if (isComponent || (action !== "replace" && action !== "delete" && action !== "unknown")) {
        return undefined;
    }
    const role = roleBefore(change);
    const meaning = meanings[role];
    const loss = meaning.loss ?? (deletedFirst ? meaning.gap : undefined);
    // The cloud keeps what is retained; only the state forgets it.
    if (loss === undefined || (action === "delete" && retained)) {
        return undefined;
    }
    return {
        role,
        action,
        loss: retained ? "the old one stays in the cloud, and nothing uses it any more" : loss,
        guarded: meaning.guarded !== false,
    };
}

function roleBefore(change: Change): Role {
    const { role } = roleOf(change.type);
    if (role === "Service" && hasLoadBalancer(change, change.before)) {
        return "load balancer";
    }
    return isBrokers(change) ? "brokers" : role;
}

function isBrokers({ type, before }: Change): boolean {
    return before !== undefined && isBrokerRelease({ type, inputs: before.inputs });
}

/** Whether a Service, or VerneMQ's own that is the release's, has a load balancer before it. */
function hasLoadBalancer(change: Change, state: ResourceState | undefined): boolean {
    const path =
        roleOf(change.type).role === "Service" ? "spec.type" : isBrokers(change) ? "values.service.type" : undefined;
    return path !== undefined && valueOf(state?.inputs, path) === "LoadBalancer";
}

/** How many brokers an update takes away. */
export interface ReplicaDecrease {
    readonly from: number;
    readonly to: number;
}

/** Where each owner of brokers says how many there are. */
const replicaPaths: Readonly<Partial<Record<Role, string>>> = {
    "Helm release": "values.replicaCount",
    StatefulSet: "spec.replicas",
    brokers: "spec.size",
};

/**
 * The smaller number of brokers after an update; undefined where it stays or grows. One that is not said is 1, the default of a
 * StatefulSet (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/) and of the chart.
 */
export function replicaDecrease(change: Change): ReplicaDecrease | undefined {
    const { role } = roleOf(change.type);
    const path = replicaPaths[role];
    if (path === undefined || change.action !== "update" || (role === "Helm release" && !isBrokers(change))) {
        return undefined;
    }
    const count = (state: ResourceState | undefined) => {
        const value = valueOf(state?.inputs, path);
        return typeof value === "number" ? value : 1;
    };
    const [from, to] = [count(change.before), count(change.after)];
    return to < from ? { from, to } : undefined;
}
