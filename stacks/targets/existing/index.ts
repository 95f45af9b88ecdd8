import { planExistingEdge } from "../../../components/kubernetes/edge";
import { existingEvidence } from "../../../components/kubernetes/evidence";
import { defineTarget } from "../target";
import { existingProblems, existingWarnings } from "./rules";
import { existingClusterSchema } from "./schema";

/** A cluster that exists already: kind, minikube, k3d, bare metal or any other. */
export const existing = defineTarget({
    name: "existing",
    title: "an existing cluster",
    clusterSchema: existingClusterSchema,
    configKeys: [],
    networkSettings: [],
    createsCluster: false,
    nodesHaveZones: true,
    hasReachableNodes: true,
    // Its nodes, or whatever serves its load balancers, may have IPv6 addresses.
    hasIpv4Only: false,
    loadBalancers: [],
    cloudCertificate: null,
    cloudNames: null,
    dns: null,
    snapshotAdvice: {},
    // Those of Kubernetes are every target's.
    resourceRoles: {},
    physicalIds: {},
    account: null,
    catalog: null,
    nodePoolTypes: {},
    machineProposals: null,
    edgeEvidence: existingEvidence,
    matrix: [
        { when: "MetalLB, layer 2", requirements: { certificateSource: "pem", metallb: "l2" } },
        { when: "MetalLB, BGP", requirements: { certificateSource: "pem", metallb: "bgp" } },
        { when: "`exposure: node-port`", requirements: { certificateSource: "pem", exposure: "node-port" } },
    ],
    charts: ({ cluster }) => ({ metallb: cluster.metallb?.version }),
    problems: existingProblems,
    warnings: existingWarnings,
    planEdge: planExistingEdge,
    edgeRequirements: ({ cluster }) => ({ metallb: cluster.metallb?.mode }),
    adoptedKubeconfig: ({ cluster: { kubeconfig, kubeconfigPath, context } }) => ({
        hasContents: kubeconfig !== undefined,
        path: kubeconfigPath,
        context,
    }),
    create: async (settings) => (await import("./create")).createExisting(settings),
});
