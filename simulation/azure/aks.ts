import {
    at,
    type ChangeRule,
    listAt,
    type ResourceModel,
    type Rule,
    type SimulatedFunction,
    type SimulatedResource,
    type World,
} from "../provider";
import { between, isMatch, isWithin, items, matches, ofType, property, rule } from "../rules";
import { isLower } from "../versions";
import { areZones, armModel } from "./model";
import { isIpv4Network, overlaps, parseAddress, parseNetwork } from "../../components/common/addresses";

const names =
    "https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/aks-common-issues-faq#what-naming-restrictions-are-enforced-for-aks-resources-and-parameters-";
const cniPlanning = "https://learn.microsoft.com/azure/aks/azure-cni-overlay";
const cilium = "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium";
const nodeUpgrades = "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image";
const clusterUpgrades = "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster";
const authorizedRanges = "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges";
const systemPools = "https://learn.microsoft.com/azure/aks/use-system-pools";
const nodePools = "https://learn.microsoft.com/azure/aks/manage-node-pools#limitations";
const cliReference = "https://learn.microsoft.com/cli/azure/aks#az-aks-create";
const apiReference = "https://learn.microsoft.com/rest/api/aks/managed-clusters/create-or-update";
const managedIdentities = "https://learn.microsoft.com/azure/aks/use-managed-identity";
const plannedMaintenance = "https://learn.microsoft.com/azure/aks/planned-maintenance";

const clusterType = "azure-native:containerservice:ManagedCluster";
const poolType = "azure-native:containerservice:AgentPool";
const poolName = /^[a-z][a-z0-9]{0,11}$/;
const poolNameText = "the name of a Linux node pool is 1 to 12 lower-case letters and digits and begins with a letter";

function isSystem(pool: unknown): boolean {
    return at(pool, "mode") === "System";
}

/** What a pool may be, inside its cluster (`agentPoolProfiles[].`) or as a separate resource. */
function poolRules(within: "agentPoolProfiles[]." | ""): readonly Rule[] {
    return [
        property(
            `${within}availabilityZones`,
            "availability zones are 1, 2 and 3, each named once",
            "https://learn.microsoft.com/azure/aks/availability-zones",
            (value) => areZones(value) && new Set(value).size === value.length,
        ),
        property(
            `${within}count`,
            "a pool has 0 to 1000 nodes, a system pool at least 1",
            apiReference,
            (value, _, __, pool) => isWithin(value, isSystem(pool) ? 1 : 0, 1000),
        ),
        property(
            `${within}osDiskSizeGB`,
            "a node's disk has 30 to 2048 GiB",
            cliReference,
            (value) => value === 0 || isWithin(value, 30, 2048),
        ),
        property(
            `${within}maxPods`,
            "a node takes 10 to 250 pods, a system node at least 30",
            systemPools,
            (value, _, __, pool) => isWithin(value, isSystem(pool) ? 30 : 10, 250),
        ),
        property(
            `${within}nodeTaints`,
            "a taint is written key=value:NoSchedule, :NoExecute or :PreferNoSchedule",
            "https://learn.microsoft.com/azure/aks/use-node-taints",
            (value) =>
                Array.isArray(value) &&
                value.every((taint) => isMatch(taint, /^[\w./-]+=[\w.-]*:(NoSchedule|NoExecute|PreferNoSchedule)$/)),
        ),
        property(
            `${within}nodeLabels`,
            "labels under kubernetes.azure.com are AKS' own",
            "https://learn.microsoft.com/azure/aks/use-labels",
            (value) => !Object.keys(value as object).some((label) => /(^|\.)kubernetes\.azure\.com\//.test(label)),
        ),
    ];
}

/** Nodes of a cluster, each pool with one more while it is upgraded. */
function nodesOf(cluster: SimulatedResource, world: World): number {
    const own = listAt(cluster.inputs, "agentPoolProfiles");
    const others = ofType(world, poolType)
        .filter(({ inputs }) => at(inputs, "resourceName") === at(cluster.inputs, "resourceName"))
        .map(({ inputs }) => inputs);
    return [...own, ...others].reduce<number>((sum, pool) => sum + Number(at(pool, "count") ?? 1) + 1, 0);
}

/** Overlay gives each node a /24 of the pods' network. */
function podNetworkHoldsNodes(cluster: SimulatedResource, world: World): boolean {
    const pods = parseNetwork(at(cluster.inputs, "networkProfile.podCidr"));
    return pods === undefined || nodesOf(cluster, world) <= 2 ** (24 - pods.prefix);
}

/** A pool's cluster, where it is in the plan. */
function clusterOf(pool: SimulatedResource, world: World): SimulatedResource | undefined {
    return ofType(world, clusterType).find(({ inputs }) => inputs["resourceName"] === pool.inputs["resourceName"]);
}

function isApartFromVnet(value: unknown, cluster: SimulatedResource, world: World): boolean {
    const vnets = ofType(world, "azure-native:network:VirtualNetwork")
        .filter(({ inputs }) => at(inputs, "resourceGroupName") === at(cluster.inputs, "resourceGroupName"))
        .flatMap(({ inputs }) => listAt(inputs, "addressSpace.addressPrefixes"));
    return isIpv4Network(value) && !vnets.some((vnet) => overlaps(vnet, value));
}

const versionGoesUp: ChangeRule = {
    text: "a running cluster never goes to a lower version",
    source: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions#faq",
    brokenBy: (before, after) =>
        isLower(before["kubernetesVersion"], after["kubernetesVersion"]) ? "kubernetesVersion" : undefined,
};

const managedCluster = armModel({
    path: (name) => `/providers/Microsoft.ContainerService/managedClusters/${name("resourceName")}`,
    nameInput: "resourceName",
    namePattern: /^[a-zA-Z0-9]([\w-]{0,61}[a-zA-Z0-9])?$/,
    nameText:
        "the name of a cluster is 1 to 63 letters, digits, hyphens and underscores, first and last a letter or a digit",
    nameSource: names,
    rules: [
        matches(
            "dnsPrefix",
            /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/,
            "a DNS prefix is 1 to 54 letters, digits and hyphens, first and last a letter or a digit",
            names,
        ),
        property(
            "nodeResourceGroup",
            "the resource group of the nodes has its own name of at most 80 characters",
            names,
            (value, { inputs }) =>
                isMatch(value, /^[\w().-]{0,79}[\w()-]$/) && value !== at(inputs, "resourceGroupName"),
        ),
        matches("kubernetesVersion", /^1\.\d+(\.\d+)?$/, "a version is MAJOR.MINOR or MAJOR.MINOR.PATCH", apiReference),
        rule("agentPoolProfiles", "a cluster has a system pool", systemPools, ({ inputs }) =>
            listAt(inputs, "agentPoolProfiles").some((pool) => at(pool, "mode") === "System"),
        ),
        items("agentPoolProfiles", poolNameText, names, (pool) => isMatch(at(pool, "name"), poolName), "name"),
        ...poolRules("agentPoolProfiles[]."),
        rule(
            "identity.userAssignedIdentities",
            "a user-assigned identity is exactly one",
            managedIdentities,
            ({ inputs }) =>
                at(inputs, "identity.type") !== "UserAssigned" ||
                listAt(inputs, "identity.userAssignedIdentities").length === 1,
        ),
        rule(
            "oidcIssuerProfile.enabled",
            "workload identity needs the OIDC issuer",
            "https://learn.microsoft.com/azure/aks/workload-identity-overview",
            ({ inputs }) =>
                at(inputs, "securityProfile.workloadIdentity.enabled") !== true ||
                at(inputs, "oidcIssuerProfile.enabled") === true,
        ),
        rule(
            "disableLocalAccounts",
            "local accounts can be disabled only with Microsoft Entra ID",
            "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
            ({ inputs }) => inputs["disableLocalAccounts"] !== true || at(inputs, "aadProfile.managed") === true,
        ),
        matches(
            "autoUpgradeProfile.upgradeChannel",
            /^(none|patch|stable|rapid|node-image)$/,
            "the upgrade channels are none, patch, stable, rapid and node-image",
            clusterUpgrades,
        ),
        property(
            "autoUpgradeProfile.nodeOSUpgradeChannel",
            "the node OS channels are None, Unmanaged, SecurityPatch and NodeImage, and upgrade channel node-image goes with NodeImage only",
            nodeUpgrades,
            (value, { inputs }) =>
                isMatch(value, /^(None|Unmanaged|SecurityPatch|NodeImage)$/) &&
                (value === "NodeImage" || at(inputs, "autoUpgradeProfile.upgradeChannel") !== "node-image"),
        ),
        property(
            "apiServerAccessProfile.authorizedIPRanges",
            "at most 200 ranges, IPv4, each written with its first address",
            authorizedRanges,
            (value) => Array.isArray(value) && value.length <= 200 && value.every(isIpv4Network),
        ),
        property(
            "networkProfile.networkPluginMode",
            "overlay is a mode of the plugin azure",
            cniPlanning,
            (_, { inputs }) => at(inputs, "networkProfile.networkPlugin") === "azure",
        ),
        property(
            "networkProfile.networkPolicy",
            "the cilium data plane enforces NetworkPolicies itself and takes no other engine",
            cilium,
            (value, { inputs }) =>
                (value === "cilium") === (at(inputs, "networkProfile.networkDataplane") === "cilium"),
        ),
        property(
            "networkProfile.outboundType",
            "a managed NAT gateway excludes your own VNet",
            "https://learn.microsoft.com/azure/aks/nat-gateway",
            (value, { inputs }) =>
                !isMatch(value, /^managedNATGateway/) ||
                listAt(inputs, "agentPoolProfiles").every((pool) => at(pool, "vnetSubnetID") === undefined),
        ),
        property(
            "networkProfile.podCidr",
            "the pods' overlay is apart from the VNet and has a /24 for each node, one more in each pool for upgrades",
            cniPlanning,
            (value, cluster, world) => isApartFromVnet(value, cluster, world) && podNetworkHoldsNodes(cluster, world),
        ),
        property(
            "networkProfile.serviceCidr",
            "the Services' network is apart from the VNet and the pods, and no larger than a /12",
            cniPlanning,
            (value, cluster, world) =>
                (parseNetwork(value)?.prefix ?? 0) >= 12 &&
                !overlaps(value, at(cluster.inputs, "networkProfile.podCidr")) &&
                isApartFromVnet(value, cluster, world),
        ),
        property(
            "networkProfile.dnsServiceIP",
            "the DNS Service has an address of the Services' network, but not its first, which is the API's",
            cniPlanning,
            (value, { inputs }) => {
                const services = parseNetwork(at(inputs, "networkProfile.serviceCidr"));
                const dns = parseAddress(value);
                return (
                    services !== undefined &&
                    dns?.version === services.version &&
                    dns.first > services.first + 1n &&
                    dns.last < services.last
                );
            },
        ),
        between(
            "networkProfile.loadBalancerProfile.idleTimeoutInMinutes",
            4,
            120,
            apiReference,
            "an idle timeout of 4 to 120 minutes for outbound connections",
        ),
    ],
    changeRules: [versionGoesUp],
    outputs: ({ symbol }) => ({
        fqdn: symbol("fqdn"),
        currentKubernetesVersion: symbol("currentKubernetesVersion"),
        oidcIssuerProfile: { enabled: true, issuerURL: symbol("oidcIssuerProfile.issuerURL") },
    }),
});

const agentPool = armModel({
    path: (name) =>
        `/providers/Microsoft.ContainerService/managedClusters/${name("resourceName")}/agentPools/${name("agentPoolName")}`,
    nameInput: "agentPoolName",
    namePattern: poolName,
    nameText: poolNameText,
    nameSource: names,
    rules: [
        ...poolRules(""),
        rule(
            "count",
            "the pods' overlay has a /24 for each node, one more in each pool for upgrades",
            cniPlanning,
            (pool, world) => {
                const cluster = clusterOf(pool, world);
                return cluster === undefined || podNetworkHoldsNodes(cluster, world);
            },
        ),
        rule("vnetSubnetID", "the pools of a cluster share its VNet", nodePools, (pool, world) => {
            const vnetOf = (subnet: unknown) => (typeof subnet === "string" ? subnet.split("/subnets/")[0] : undefined);
            const own = vnetOf(pool.inputs["vnetSubnetID"]);
            return listAt(clusterOf(pool, world)?.inputs, "agentPoolProfiles").every(
                (other) => vnetOf(at(other, "vnetSubnetID")) === own,
            );
        }),
    ],
});

const maintenanceConfiguration = armModel({
    path: (name) =>
        `/providers/Microsoft.ContainerService/managedClusters/${name("resourceName")}/maintenanceConfigurations/${name("configName")}`,
    nameInput: "configName",
    namePattern: /^(default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule)$/,
    nameText: "AKS reads the schedules default, aksManagedAutoUpgradeSchedule and aksManagedNodeOSUpgradeSchedule",
    nameSource: plannedMaintenance,
    rules: [
        between("maintenanceWindow.durationHours", 4, 24, plannedMaintenance, "a window lasts 4 to 24 hours"),
        matches(
            "maintenanceWindow.startTime",
            /^([01]\d|2[0-3]):[0-5]\d$/,
            "a time of day, 00:00 to 23:59",
            plannedMaintenance,
        ),
    ],
});

export const aksModels: Readonly<Record<string, ResourceModel>> = {
    [clusterType]: managedCluster,
    [poolType]: agentPool,
    "azure-native:containerservice:MaintenanceConfiguration": maintenanceConfiguration,
};

export const aksFunctions: Readonly<Record<string, SimulatedFunction>> = {
    "azure-native:containerservice:listManagedClusterUserCredentials": (args) => ({
        kubeconfigs: [
            {
                name: "clusterUser",
                value: Buffer.from(`\${kubeconfig of ${String(args["resourceName"])}}`).toString("base64"),
            },
        ],
    }),
};
