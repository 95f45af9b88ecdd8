import { valuesOf } from "../components/common/paths";
import type { PlannedResource } from "./graph";

export { clusterTypes, type ClusterType, isOneOf, openPorts, roleOf } from "../policy/resource-types";

/** What a resource type stands for, whatever cloud it is of. The paths lead to inputs; `*` goes into each item. */

/** A pool of nodes. */
export interface NodePoolType {
    readonly labels: string;
    readonly count: string;
    /** Where the count is per zone: the zones. */
    readonly zones?: string;
}

export const nodePoolTypes: Readonly<Record<string, NodePoolType>> = {
    "aws:eks/nodeGroup:NodeGroup": { labels: "labels", count: "scalingConfig.desiredSize" },
    "gcp:container/nodePool:NodePool": {
        labels: "nodeConfig.labels",
        count: "nodeCount",
        zones: "nodeLocations.*",
    },
    "azure-native:containerservice:AgentPool": { labels: "nodeLabels", count: "count" },
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": { labels: "labels", count: "nodeCount" },
};

/** Addresses that devices or their DNS records hold on to. */
export const addressTypes: ReadonlySet<string> = new Set([
    "aws:ec2/eip:Eip",
    "gcp:compute/address:Address",
    "gcp:compute/globalAddress:GlobalAddress",
    "azure-native:network:PublicIPAddress",
    "digitalocean:index/reservedIp:ReservedIp",
]);

/** Disks, and claims on them. */
export const volumeTypes: ReadonlySet<string> = new Set([
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "aws:ebs/volume:Volume",
    "gcp:compute/disk:Disk",
    "azure-native:compute:Disk",
    "digitalocean:index/volume:Volume",
]);

/** Pods with names and volumes of their own. */
export const statefulSetType = "kubernetes:apps/v1:StatefulSet";

export const namespaceType = "kubernetes:core/v1:Namespace";

/** A kind of resource; its deletion deletes every resource of the kind. */
export const definitionType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/** Load balancers, and Services that a cloud makes one for. */
export const loadBalancerTypes: ReadonlySet<string> = new Set([
    "aws:lb/loadBalancer:LoadBalancer",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:compute/forwardingRule:ForwardingRule",
    "azure-native:network:ApplicationGateway",
    "digitalocean:index/loadBalancer:LoadBalancer",
]);

/** The Helm release of VerneMQ, or undefined where there is none. */
export function brokerRelease(resources: readonly PlannedResource[]): PlannedResource | undefined {
    return resources.find(
        ({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && inputs["chart"] === "vernemq",
    );
}

/** The VerneMQ resource of the operator, which makes brokers of it. */
export const operatedBrokersType = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";

/** The VerneMQ resource of the operator, or undefined where there is none. */
export function operatedBrokers(resources: readonly PlannedResource[]): PlannedResource | undefined {
    return resources.find(({ type }) => type === operatedBrokersType);
}

/** How many brokers the operator runs of a resource. */
export function sizeOf(resource: PlannedResource | undefined): number | undefined {
    const size = resource === undefined ? undefined : valuesOf(resource.inputs, "spec.size")[0];
    return typeof size === "number" ? size : undefined;
}

/** How many brokers a release runs. */
export function replicasOf(release: PlannedResource | undefined): number | undefined {
    const count = release === undefined ? undefined : valuesOf(release.inputs, "values.replicaCount")[0];
    return typeof count === "number" ? count : undefined;
}

/** How many nodes a pool has; undefined where its inputs do not say. */
export function nodeCount(pool: PlannedResource, type: NodePoolType): number | undefined {
    const [count] = valuesOf(pool.inputs, type.count);
    const zones = type.zones === undefined ? 1 : Math.max(1, valuesOf(pool.inputs, type.zones).length);
    return typeof count === "number" ? count * zones : undefined;
}
