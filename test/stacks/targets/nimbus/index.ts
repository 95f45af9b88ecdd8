import { zoneOfHost } from "../../../../stacks/settings/rules/zone-of-host";
import { defineTarget } from "../../../../stacks/targets/target";
import { planNimbusEdge } from "./edge";
import { nimbusEvidence } from "./evidence";
import { resourceRoles } from "./resource-roles";
import { nimbusClusterSchema } from "./settings";

/** A target for a cloud that does not exist: all that a fifth one needs. */
export const nimbus = defineTarget({
    name: "nimbus",
    title: "Nimbus Kubernetes",
    clusterSchema: nimbusClusterSchema,
    configKeys: [
        {
            key: "nimbus:region",
            name: "region",
            pattern: /^[a-z]+-\d$/,
            rule: "Nimbus needs a region, for example north-1",
            remedy: "run `pulumi config set nimbus:region REGION`",
            description: "Region of everything on Nimbus.",
        },
    ],
    networkSettings: ["network"],
    createsCluster: true,
    nodesHaveZones: true,
    hasReachableNodes: false,
    hasIpv4Only: true,
    loadBalancers: [],
    cloudCertificate: null,
    cloudNames: null,
    dns: {
        credentials: null,
        podsHaveIdentity: false,
        hasResourceGroups: false,
        problems: ({ zone }, host) => zoneOfHost(zone, host, "apex-allowed"),
    },
    snapshotAdvice: { "csi.nimbus.example": "on Nimbus, create a VolumeSnapshotClass for csi.nimbus.example" },
    matrix: [{ when: "default", requirements: { certificateSource: "pem" } }],
    charts: () => ({}),
    problems: ({ broker }) =>
        broker.replicas > 50
            ? [
                  {
                      key: "vernemq:broker.replicas",
                      value: broker.replicas,
                      rule: "a cluster of Nimbus has at most 50 nodes",
                      remedy: "use at most 50",
                  },
              ]
            : [],
    warnings: () => ["Nimbus upgrades its control plane on Sundays."],
    planEdge: planNimbusEdge,
    resourceRoles,
    physicalIds: {},
    catalog: null,
    account: {
        rights: {
            source: "https://nimbus.example/docs/rights",
            asOf: "2026-11",
            byType: {
                "nimbus:index/cluster:Cluster": { read: ["see"], write: ["change"], delete: ["remove"] },
                "nimbus:index/nodePool:NodePool": { read: ["see"], write: ["change"], delete: ["remove"] },
                "nimbus:index/dnsRecord:DnsRecord": { read: ["see"], write: ["name"], delete: ["name"] },
            },
        },
        quotas: [
            {
                name: "clusters",
                default: 3,
                source: "https://nimbus.example/docs/quotas",
                asOf: "2026-11",
                uses: ({ count }) => count("nimbus:index/cluster:Cluster"),
            },
        ],
        machineQuota: null,
        document: (needed) => needed,
    },
    nodePoolTypes: {},
    machineProposals: null,
    edgeEvidence: nimbusEvidence,
    edgeRequirements: () => ({}),
    adoptedKubeconfig: () => undefined,
    create: async (settings) => (await import("./create")).createNimbus(settings),
});
