import { compact } from "../../../components/common/compact";
import { planAksEdge } from "../../../components/azure/edge";
import { azureEvidence } from "../../../components/azure/evidence";
import { azureAccount } from "../../../components/azure/account";
import { machineProposals, nodePoolTypes } from "../../../components/azure/limits";
import { azureCatalog } from "../../../components/azure/catalog";
import { physicalIds, resourceRoles } from "../../../components/azure/resource-roles";
import { zoneOfHost } from "../../settings/rules/zone-of-host";
import { defineTarget } from "../target";
import { aksProblems } from "./rules";
import { aksClusterSchema } from "./schema";

/** Azure Kubernetes Service. */
export const aks = defineTarget({
    name: "aks",
    title: "Azure Kubernetes Service",
    clusterSchema: aksClusterSchema,
    configKeys: [
        {
            key: "azure-native:location",
            name: "region",
            pattern: /^[a-z][a-z0-9]+$/,
            rule: "AKS needs a location of Azure, for example westeurope",
            remedy: "run `pulumi config set azure-native:location LOCATION`",
            description: "Location of everything on Azure.",
        },
    ],
    networkSettings: ["vnetCidr", "podCidr", "serviceCidr"],
    createsCluster: true,
    nodesHaveZones: true,
    hasReachableNodes: false,
    hasIpv4Only: true,
    loadBalancers: [],
    cloudCertificate: "key-vault",
    // Listeners that are told apart by their host names are HTTP's.
    cloudNames: {
        sharesIssued: true,
        mostShared: 100,
        mostOwn: 0,
        source: "https://learn.microsoft.com/azure/application-gateway/configuration-listeners#listener-type",
        asOf: "2026-11",
    },
    dns: {
        credentials: "azureDns",
        podsHaveIdentity: true,
        hasResourceGroups: true,
        problems: ({ zone, resourceGroup }, host) =>
            compact([
                ...zoneOfHost(zone, host, "below-it-only"),
                resourceGroup === undefined && {
                    key: "vernemq:dns.resourceGroup",
                    rule: "an Azure DNS zone is found by its resource group",
                    remedy: "set it to the zone's resource group",
                },
            ]),
    },
    snapshotAdvice: {
        // It runs the controller, and leaves the class to you: https://learn.microsoft.com/en-us/azure/aks/azure-disk-csi
        "disk.csi.azure.com": "on AKS, create a VolumeSnapshotClass for disk.csi.azure.com",
    },
    resourceRoles,
    nodePoolTypes,
    machineProposals,
    physicalIds,
    account: azureAccount,
    catalog: {
        known: azureCatalog,
        regionKey: "azure-native:location",
        zones: "zones",
        version: "version",
        machine: "vmSize",
    },
    edgeEvidence: azureEvidence,
    matrix: [
        { when: "default", requirements: { certificateSource: "pem" } },
        {
            when: "`terminateTls: cloud`, `affinity: client-id`",
            requirements: { certificateSource: "cloud", keyVaultCertificate: true, affinity: "client-id" },
        },
    ],
    charts: () => ({}),
    problems: aksProblems,
    warnings: () => [],
    planEdge: planAksEdge,
    edgeRequirements: () => ({}),
    adoptedKubeconfig: () => undefined,
    create: async (settings) => (await import("./create")).createAks(settings),
});
