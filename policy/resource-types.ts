/** What resource types of the clouds stand for. The paths lead to inputs; `*` goes into each item. */

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
