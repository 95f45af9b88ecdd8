import { type PlannedResource } from "./graph";
import { valuesOf } from "../components/common/property-path";

/** What a resource type stands for, whatever cloud it is of. The paths lead to inputs; `*` goes into each item. */

/** A managed Kubernetes cluster. */
export interface ClusterType {
    /** Networks that may reach the Kubernetes API. */
    readonly apiNetworks: string;
    /** Input that says that nobody outside reaches the API at all, with the value that says so. */
    readonly privateApi?: { readonly path: string; readonly value: unknown };
    /** Input that keeps the cloud from deleting it. */
    readonly deletionProtection?: string;
}

export const clusterTypes: Readonly<Record<string, ClusterType>> = {
    "aws:eks/cluster:Cluster": {
        apiNetworks: "vpcConfig.publicAccessCidrs.*",
        privateApi: { path: "vpcConfig.endpointPublicAccess", value: false },
        deletionProtection: "deletionProtection",
    },
    "gcp:container/cluster:Cluster": {
        apiNetworks: "masterAuthorizedNetworksConfig.cidrBlocks.*.cidrBlock",
        privateApi: { path: "privateClusterConfig.enablePrivateEndpoint", value: true },
        deletionProtection: "deletionProtection",
    },
    "azure-native:containerservice:ManagedCluster": {
        apiNetworks: "apiServerAccessProfile.authorizedIPRanges.*",
        privateApi: { path: "apiServerAccessProfile.enablePrivateCluster", value: true },
    },
    "digitalocean:index/kubernetesCluster:KubernetesCluster": {
        apiNetworks: "controlPlaneFirewall.allowedAddresses.*",
    },
};

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

/** Ports that load balancers open. */
export const openPorts: Readonly<Record<string, string>> = {
    "aws:lb/listener:Listener": "port",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": "portRange",
    "gcp:compute/forwardingRule:ForwardingRule": "ports.*",
    "azure-native:network:ApplicationGateway": "frontendPorts.*.port",
    "digitalocean:index/loadBalancer:LoadBalancer": "forwardingRules.*.entryPort",
};

/** Where a disk says that it is encrypted, for the clouds that do not encrypt every disk anyway. */
export const diskEncryption: Readonly<Record<string, { readonly disks: string; readonly encrypted: string }>> = {
    "aws:ec2/launchTemplate:LaunchTemplate": { disks: "blockDeviceMappings.*.ebs", encrypted: "encrypted" },
    "aws:ebs/volume:Volume": { disks: "", encrypted: "encrypted" },
};

/** The input that holds tags, by type; types that take none are left out. */
export const tagInputs: Readonly<Record<string, string>> = {
    "aws:acm/certificate:Certificate": "tags",
    "aws:ec2/eip:Eip": "tags",
    "aws:ec2/internetGateway:InternetGateway": "tags",
    "aws:ec2/natGateway:NatGateway": "tags",
    "aws:ec2/routeTable:RouteTable": "tags",
    "aws:ec2/securityGroup:SecurityGroup": "tags",
    "aws:ec2/subnet:Subnet": "tags",
    "aws:ec2/vpc:Vpc": "tags",
    "aws:ec2/launchTemplate:LaunchTemplate": "tags",
    "aws:eks/addon:Addon": "tags",
    "aws:eks/cluster:Cluster": "tags",
    "aws:eks/nodeGroup:NodeGroup": "tags",
    "aws:iam/role:Role": "tags",
    "aws:kms/key:Key": "tags",
    "aws:lb/loadBalancer:LoadBalancer": "tags",
    "aws:lb/targetGroup:TargetGroup": "tags",
    "azure-native:containerservice:ManagedCluster": "tags",
    "azure-native:managedidentity:UserAssignedIdentity": "tags",
    "azure-native:network:ApplicationGateway": "tags",
    "azure-native:network:NatGateway": "tags",
    "azure-native:network:PublicIPAddress": "tags",
    "azure-native:network:VirtualNetwork": "tags",
    "azure-native:resources:ResourceGroup": "tags",
    "digitalocean:index/kubernetesCluster:KubernetesCluster": "tags",
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": "tags",
    "gcp:certificatemanager/certificate:Certificate": "labels",
    "gcp:compute/globalAddress:GlobalAddress": "labels",
    "gcp:container/cluster:Cluster": "resourceLabels",
    "gcp:container/nodePool:NodePool": "nodeConfig.resourceLabels",
};

const apiVersion = /\/v\d{6,8}[a-z]*(?=:)/;

/** The entry of a table of types, whatever API version the type names (`azure-native:network/v20240101:NatGateway`). */
export function roleOf<T>(table: Readonly<Record<string, T>>, { type }: { readonly type: string }): T | undefined {
    const plain = type.replace(apiVersion, "");
    return Object.hasOwn(table, plain) ? table[plain] : undefined;
}

export function isOneOf(types: ReadonlySet<string>, { type }: { readonly type: string }): boolean {
    return types.has(type.replace(apiVersion, ""));
}

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
