import {
    type AccountNeeds,
    type MachineQuota,
    type NeededRights,
    type Quota,
    quotasAsOf,
    type Rights,
    roles,
} from "../common/account";
import { azureCatalog } from "./catalog";

const asOf = "2026-11";
const quota = quotasAsOf(asOf);
const networkLimits =
    "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-resource-manager-virtual-networking-limits (https://github.com/MicrosoftDocs/azure-docs, includes/azure-virtual-network-limits.md, commit 04cb4ea)";
// Both the vCPUs of a region and those of a family in it are limited, by subscription.
const machineLimits =
    "https://learn.microsoft.com/azure/virtual-machines/quotas (https://github.com/MicrosoftDocs/azure-docs, articles/virtual-machines/quotas.md, commit 2f85b1e)";

const networks = roles(["Reader"], ["Network Contributor"]);
// A preview asks the cluster for its kubeconfig, which takes `listClusterUserCredential/action`; Reader has no actions
// (https://learn.microsoft.com/azure/aks/concepts-identity).
const clusters = roles(
    ["Reader", "Azure Kubernetes Service Cluster User Role"],
    ["Azure Kubernetes Service Contributor Role"],
);
const identities = roles(["Reader"], ["Managed Identity Contributor"]);

/** Built-in roles by type of resource. */
const byType: Readonly<Record<string, Rights>> = {
    "azure-native:authorization:RoleAssignment": roles(["Reader"], ["Role Based Access Control Administrator"]),
    // A role for disks alone there is not, and none is created by this program.
    "azure-native:compute:Disk": roles(["Reader"], ["Contributor"]),
    "azure-native:containerservice:AgentPool": clusters,
    "azure-native:containerservice:MaintenanceConfiguration": clusters,
    "azure-native:containerservice:ManagedCluster": {
        read: clusters.read,
        // The cluster is given an identity, which takes the right to assign it.
        write: [...clusters.write, "Managed Identity Operator"],
        delete: clusters.delete,
    },
    "azure-native:dns:RecordSet": roles(["Reader"], ["DNS Zone Contributor"]),
    "azure-native:managedidentity:FederatedIdentityCredential": identities,
    "azure-native:managedidentity:UserAssignedIdentity": identities,
    "azure-native:network:ApplicationGateway": networks,
    "azure-native:network:NatGateway": networks,
    "azure-native:network:NetworkSecurityGroup": networks,
    "azure-native:network:PublicIPAddress": networks,
    "azure-native:network:Subnet": networks,
    "azure-native:network:VirtualNetwork": networks,
    // No narrower built-in role creates a resource group.
    "azure-native:resources:ResourceGroup": roles(["Reader"], ["Contributor"]),
};

const quotas: readonly Quota[] = [
    quota("virtual networks in the region", 1000, networkLimits, ({ count }) =>
        count("azure-native:network:VirtualNetwork"),
    ),
    // By offer: 10 where an account pays as it goes, 1,000 under an Enterprise Agreement.
    quota("public IP addresses in the region", "differs by account", networkLimits, ({ count }) =>
        count("azure-native:network:PublicIPAddress"),
    ),
    quota("Total Regional vCPUs", "differs by account", machineLimits, ({ vcpus }) => vcpus),
];

/** As `az vm list-usage` names it: `Standard DSv5 Family vCPUs`. */
function machineQuota(vmSize: string): MachineQuota {
    const family = (azureCatalog.familyOf(vmSize) ?? vmSize).replace(/^[A-Za-z]+?(?=v\d+$|$)/, (letters) =>
        letters.toUpperCase(),
    );
    return {
        name: `Standard ${family} Family vCPUs`,
        default: "differs by account",
        source: machineLimits,
        asOf,
    };
}

/** What a subscription of Azure has to give. */
export const azureAccount: AccountNeeds = {
    rights: {
        source: "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles; names and main actions were compared with https://github.com/iann0036/iam-dataset, commit 2073fa5, 2026-08-22",
        asOf,
        byType,
    },
    quotas,
    machineQuota,
    document: ({ preview, up, destroy }: NeededRights) => ({ roles: { preview, up, destroy } }),
};
