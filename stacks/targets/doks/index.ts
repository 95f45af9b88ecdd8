import { planDoksEdge } from "../../../components/digitalocean/edge";
import { digitalOceanEvidence } from "../../../components/digitalocean/evidence";
import { digitalOceanAccount } from "../../../components/digitalocean/account";
import { machineProposals, nodePoolTypes } from "../../../components/digitalocean/limits";
import { digitalOceanCatalog } from "../../../components/digitalocean/catalog";
import { physicalIds, resourceRoles } from "../../../components/digitalocean/resource-roles";
import { digitalOceanLoadBalancers } from "../../../components/edge/plan";
import { zoneOfHost } from "../../settings/rules/zone-of-host";
import { defineTarget } from "../target";
import { doksProblems, doksWarnings } from "./rules";
import { doksClusterSchema } from "./schema";

/** DigitalOcean Kubernetes. */
export const doks = defineTarget({
    name: "doks",
    title: "DigitalOcean Kubernetes",
    clusterSchema: doksClusterSchema,
    // The region is the cluster's own setting, and DigitalOcean's provider takes none.
    configKeys: [],
    networkSettings: ["vpcCidr"],
    createsCluster: true,
    nodesHaveZones: false,
    hasReachableNodes: false,
    hasIpv4Only: true,
    loadBalancers: digitalOceanLoadBalancers,
    cloudCertificate: null,
    cloudNames: null,
    dns: {
        credentials: "digitalocean",
        podsHaveIdentity: false,
        hasResourceGroups: false,
        problems: ({ zone }, host) => zoneOfHost(zone, host, "apex-allowed"),
    },
    snapshotAdvice: {
        // The driver brings its class: https://github.com/digitalocean/csi-digitalocean (deploy/kubernetes/releases)
        "dobs.csi.digitalocean.com": "DOKS comes with the class do-block-storage; it has been deleted",
    },
    resourceRoles,
    nodePoolTypes,
    machineProposals,
    physicalIds,
    account: digitalOceanAccount,
    catalog: {
        known: digitalOceanCatalog,
        regionKey: "vernemq:cluster.region",
        zones: null,
        version: "version",
        machine: "size",
    },
    edgeEvidence: digitalOceanEvidence,
    matrix: [
        { when: "default", requirements: { certificateSource: "pem" } },
        { when: "`loadBalancer: network`", requirements: { certificateSource: "pem", loadBalancer: "network" } },
    ],
    charts: () => ({}),
    problems: doksProblems,
    warnings: doksWarnings,
    planEdge: planDoksEdge,
    edgeRequirements: () => ({}),
    adoptedKubeconfig: () => undefined,
    create: async (settings) => (await import("./create")).createDoks(settings),
});
