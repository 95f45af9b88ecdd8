import { type PhysicalIds, type ResourceRoles, stateless, statelessWithTags } from "../common/resource-role";
import { gatewayTls } from "./tls";

export const resourceRoles: ResourceRoles = {
    "azure-native:containerservice:ManagedCluster": {
        role: "cluster",
        tags: "tags",
        cluster: {
            apiNetworks: "apiServerAccessProfile.authorizedIPRanges.*",
            privateApi: { path: "apiServerAccessProfile.enablePrivateCluster", value: true },
        },
    },
    "azure-native:containerservice:AgentPool": {
        role: "node pool",
        nodePool: { labels: "nodeLabels", count: "count", places: "availabilityZones.*" },
    },
    "azure-native:compute:Disk": { role: "volume" },
    "azure-native:network:PublicIPAddress": { role: "address", tags: "tags" },
    "azure-native:network:ApplicationGateway": {
        role: "load balancer",
        tags: "tags",
        openPorts: ["frontendPorts.*.port"],
        lowestTls: gatewayTls,
    },
    "azure-native:resources:ResourceGroup": { role: "resource group", tags: "tags" },
    ...statelessWithTags(
        "azure-native:managedidentity:UserAssignedIdentity",
        "azure-native:network:NatGateway",
        "azure-native:network:VirtualNetwork",
    ),
    ...stateless(
        "azure-native:authorization:RoleAssignment",
        "azure-native:containerservice:MaintenanceConfiguration",
        "azure-native:dns:RecordSet",
        "azure-native:managedidentity:FederatedIdentityCredential",
        "azure-native:network:NetworkSecurityGroup",
        "azure-native:network:Subnet",
    ),
};

const group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers";

export const physicalIds: PhysicalIds = {
    "azure-native:containerservice:AgentPool": `${group}/Microsoft.ContainerService/managedClusters/{resourceName}/agentPools/{agentPoolName}`,
    "azure-native:containerservice:MaintenanceConfiguration": `${group}/Microsoft.ContainerService/managedClusters/{resourceName}/maintenanceConfigurations/{configName}`,
    "azure-native:containerservice:ManagedCluster": `${group}/Microsoft.ContainerService/managedClusters/{resourceName}`,
    "azure-native:dns:RecordSet": `${group}/Microsoft.Network/dnsZones/{zoneName}/{recordType}/{relativeRecordSetName}`,
    "azure-native:managedidentity:FederatedIdentityCredential": `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
    "azure-native:managedidentity:UserAssignedIdentity": `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`,
    "azure-native:network:ApplicationGateway": `${group}/Microsoft.Network/applicationGateways/{applicationGatewayName}`,
    "azure-native:network:PublicIPAddress": `${group}/Microsoft.Network/publicIPAddresses/{publicIpAddressName}`,
    "azure-native:network:Subnet": `${group}/Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}`,
    "azure-native:network:VirtualNetwork": `${group}/Microsoft.Network/virtualNetworks/{virtualNetworkName}`,
    "azure-native:authorization:RoleAssignment":
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    "azure-native:resources:ResourceGroup": "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
};
