import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { AgentPool, MaintenanceConfiguration, ManagedCluster } from "@pulumi/azure-native/containerservice";
import { listManagedClusterUserCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import { Provider } from "@pulumi/kubernetes/provider";
import { StorageClass } from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { type AksAddressPlan, aksAddressPlan } from "./address-plan";
import {
    apiServerAccess,
    clusterIdentifier,
    maintenanceSchedules,
    maintenanceWindow,
    networkProfile,
    upgradesItself,
} from "./config";
import type { AzureNetworkContext } from "./network-context";
import type { AksClusterArgs, FullAksClusterArgs } from "./cluster-args";
import { aksDefaults } from "./defaults";
import { brokerPoolArgs, createOnlyOfPools, systemPool } from "./node-pools";
import { azureRoleAssignment, azureRoles } from "./role-assignment";
import { complete } from "../common/defaults";
import { type ClusterHandle, dedicatedPlacement, changesConfigurationInPlace } from "../common/cluster-handle";

/** An AKS cluster with its network, identity and node pools: system nodes, and nodes that are VerneMQ's alone. */
export class AksCluster extends Component implements ClusterHandle<AzureNetworkContext> {
    readonly hasManagedControlPlane = true;
    readonly clusterName: pulumi.Output<string>;
    readonly provider: Provider;
    readonly kubeconfig: pulumi.Output<string>;
    readonly network: AzureNetworkContext;
    readonly brokerPlacement = dedicatedPlacement;
    readonly storageClassName: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];
    /** Issuer of the tokens of the cluster's service accounts, for workload identity. */
    readonly oidcIssuerUrl: pulumi.Output<string>;

    constructor(name: string, given: AksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:AksCluster", name, opts);
        const args = complete<FullAksClusterArgs, typeof aksDefaults>(given, aksDefaults);
        const plan = aksAddressPlan(args.vnetCidr, args.serviceCidr);
        const group = this.childWith({ protect: args.deletionProtection }, ResourceGroup, "group", {
            resourceGroupName: args.clusterName,
            location: args.location,
            tags: args.tags,
        });
        const network = this.#network(args, plan, group);
        const identity = this.#identity(args, group, network.vnet);
        const cluster = this.#cluster(args, { plan, group, nodes: network.nodes, identity });
        this.#maintenance(group, cluster);
        const poolOptions = {
            // The name changes with what cannot be changed in place, so that the new pool stands before the old one is drained.
            deleteBeforeReplace: false,
            ignoreChanges: upgradesItself(args) ? ["orchestratorVersion"] : undefined,
        };
        const place = { resourceGroupName: group.name, resourceName: cluster.name, vnetSubnetID: network.nodes.id };
        const brokerPool = this.childWith(poolOptions, AgentPool, "broker-pool", brokerPoolArgs(args, place));
        this.clusterName = cluster.name;
        this.oidcIssuerUrl = cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
        this.kubeconfig = userKubeconfig(group, cluster);
        this.provider = this.child(Provider, "kubernetes", {
            ...changesConfigurationInPlace,
            kubeconfig: this.kubeconfig,
            clusterIdentifier: clusterIdentifier(args),
        });
        const storageClass = this.#storageClass(args);
        this.storageClassName = storageClass.metadata.name;
        this.network = {
            location: args.location,
            zones: args.zones,
            resourceGroupName: group.name,
            resourceGroupId: group.id,
            virtualNetworkName: network.vnet.name,
            gatewayCidr: plan.gateway,
            loadBalancerSubnetName: network.loadBalancers.name.apply((subnet) => subnet ?? loadBalancerSubnet),
            loadBalancerAddress: plan.loadBalancerAddress,
            clusterPrincipalId: identity.principalId,
        };
        this.ready = [brokerPool, storageClass];
        this.registerOutputs({ clusterName: this.clusterName, storageClassName: this.storageClassName });
    }

    /** The VNet with the subnets of the nodes and of internal load balancers; a gateway brings its own. */
    #network(args: FullAksClusterArgs, plan: AksAddressPlan, group: ResourceGroup) {
        const vnet = this.child(VirtualNetwork, "vnet", {
            resourceGroupName: group.name,
            virtualNetworkName: args.clusterName,
            location: args.location,
            addressSpace: { addressPrefixes: [args.vnetCidr] },
            tags: args.tags,
        });
        const inVnet = { resourceGroupName: group.name, virtualNetworkName: vnet.name };
        const nodes = this.child(Subnet, "node-subnet", { ...inVnet, subnetName: "nodes", addressPrefix: plan.nodes });
        // Azure changes one subnet of a VNet at a time.
        const loadBalancers = this.childWith({ dependsOn: [nodes] }, Subnet, "load-balancer-subnet", {
            ...inVnet,
            subnetName: loadBalancerSubnet,
            addressPrefix: plan.loadBalancers,
        });
        return { vnet, nodes, loadBalancers };
    }

    /** The identity that the control plane acts as, with the rights to use the VNet and the disk encryption set. */
    #identity(args: FullAksClusterArgs, group: ResourceGroup, vnet: VirtualNetwork) {
        const identity = this.child(UserAssignedIdentity, "identity", {
            resourceGroupName: group.name,
            resourceName: args.clusterName,
            location: args.location,
            tags: args.tags,
        });
        const { id, principalId } = identity;
        const networkRole = azureRoleAssignment({
            scope: vnet.id,
            principalId,
            role: azureRoles.networkContributor,
            description: "AKS joins nodes and load balancers to the VNet",
        });
        const roles = [this.child(RoleAssignment, "network-role", networkRole)];
        if (args.diskEncryptionSetId !== undefined) {
            // https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys#encrypt-your-aks-cluster-data-disk
            const diskRole = azureRoleAssignment({
                scope: args.diskEncryptionSetId,
                principalId,
                role: azureRoles.contributor,
                description: "AKS encrypts disks with this set",
            });
            roles.push(this.child(RoleAssignment, "disk-encryption-role", diskRole));
        }
        return { id, principalId, roles };
    }

    #cluster(
        args: FullAksClusterArgs,
        parts: {
            readonly plan: AksAddressPlan;
            readonly group: ResourceGroup;
            readonly nodes: Subnet;
            readonly identity: { readonly id: pulumi.Output<string>; readonly roles: readonly pulumi.Resource[] };
        },
    ): ManagedCluster {
        const options = {
            protect: args.deletionProtection,
            // Its name stays, and two clusters of one name cannot be there at once.
            deleteBeforeReplace: true,
            dependsOn: [...parts.identity.roles],
            // AKS cannot exchange the pool that a cluster was created with, so the plan says so instead of failing half-way.
            replaceOnChanges: createOnlyOfPools.properties.map((property) => `agentPoolProfiles[*].${property}`),
            ignoreChanges: upgradesItself(args)
                ? ["kubernetesVersion", "agentPoolProfiles[0].orchestratorVersion"]
                : undefined,
        };
        return this.childWith(options, ManagedCluster, "cluster", {
            resourceGroupName: parts.group.name,
            resourceName: args.clusterName,
            location: args.location,
            dnsPrefix: args.clusterName,
            nodeResourceGroup: `${args.clusterName}-nodes`,
            kubernetesVersion: args.version,
            // The tier with a financially backed uptime of the API; Free has none.
            sku: { name: "Base", tier: "Standard" },
            identity: { type: "UserAssigned", userAssignedIdentities: [parts.identity.id] },
            agentPoolProfiles: [systemPool(args, parts.nodes.id)],
            networkProfile: networkProfile(args, parts.plan),
            apiServerAccessProfile: apiServerAccess(args.apiAllowedCidrs),
            oidcIssuerProfile: { enabled: true },
            securityProfile: { workloadIdentity: { enabled: true } },
            enableRBAC: true,
            // Without local accounts a kubeconfig works only together with the program kubelogin and a user or principal of
            // Microsoft Entra ID, which neither a pipeline nor `kubectl` has at hand. The kubeconfig is kept as a secret instead.
            disableLocalAccounts: false,
            autoUpgradeProfile: {
                upgradeChannel: args.upgradeChannel,
                // The one channel that goes with each upgradeChannel, node-image among them.
                nodeOSUpgradeChannel: "NodeImage",
            },
            diskEncryptionSetID: args.diskEncryptionSetId,
            tags: args.tags,
        });
    }

    #maintenance(group: ResourceGroup, cluster: ManagedCluster): void {
        for (const [what, configName] of Object.entries(maintenanceSchedules)) {
            this.child(MaintenanceConfiguration, `${what}-maintenance`, {
                resourceGroupName: group.name,
                resourceName: cluster.name,
                configName,
                maintenanceWindow,
            });
        }
    }

    /** Premium SSD, encrypted by Azure or with the set's key, made in the zone that the first pod lands in. */
    #storageClass(args: FullAksClusterArgs): StorageClass {
        return this.childWith({ provider: this.provider }, StorageClass, "storage-class", {
            metadata: { name: "vernemq-premium" },
            provisioner: "disk.csi.azure.com",
            // https://github.com/kubernetes-sigs/azuredisk-csi-driver/blob/master/docs/driver-parameters.md
            parameters: {
                skuName: "Premium_LRS",
                ...(args.diskEncryptionSetId === undefined ? {} : { diskEncryptionSetID: args.diskEncryptionSetId }),
            },
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
            allowVolumeExpansion: true,
        });
    }
}

const loadBalancerSubnet = "load-balancers";

/** The kubeconfig of the cluster's user, as AKS hands it out. */
function userKubeconfig(group: ResourceGroup, cluster: ManagedCluster): pulumi.Output<string> {
    const credentials = listManagedClusterUserCredentialsOutput({
        resourceGroupName: group.name,
        resourceName: cluster.name,
    });
    return pulumi.secret(
        credentials.apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString("utf8")),
    );
}
