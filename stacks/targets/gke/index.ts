import { planGkeEdge } from "../../../components/google/edge";
import { googleEvidence } from "../../../components/google/evidence";
import { googleAccount } from "../../../components/google/account";
import { machineProposals, nodePoolTypes } from "../../../components/google/limits";
import { googleCatalog } from "../../../components/google/catalog";
import { physicalIds, resourceRoles } from "../../../components/google/resource-roles";
import { defineTarget } from "../target";
import { gkeProblems, gkeWarnings } from "./rules";
import { gkeClusterSchema } from "./schema";

/** Google Kubernetes Engine. */
export const gke = defineTarget({
    name: "gke",
    title: "Google Kubernetes Engine",
    clusterSchema: gkeClusterSchema,
    configKeys: [
        {
            key: "gcp:project",
            name: "project",
            pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
            rule: "GKE needs the id of a Google Cloud project: 6 to 30 lower-case letters, digits and hyphens",
            remedy: "run `pulumi config set gcp:project PROJECT`",
            description: "Google Cloud project.",
        },
        {
            key: "gcp:region",
            name: "region",
            pattern: /^[a-z]+-[a-z]+\d{1,2}$/,
            rule: "GKE needs a region of Google Cloud, for example europe-west3",
            remedy: "run `pulumi config set gcp:region REGION`",
            description: "Region of everything on Google Cloud.",
        },
    ],
    networkSettings: ["nodeCidr", "podCidr", "serviceCidr", "controlPlaneCidr"],
    createsCluster: true,
    nodesHaveZones: true,
    hasReachableNodes: false,
    hasIpv4Only: true,
    loadBalancers: [],
    cloudCertificate: "dns-validated",
    // A change of its domains replaces a managed certificate, and a new one is `PROVISIONING` at first. The map has as many entries as hosts.
    cloudNames: {
        sharesIssued: false,
        mostShared: 1,
        mostOwn: 99,
        source: "https://cloud.google.com/certificate-manager/docs/how-it-works",
        asOf: "2026-11",
    },
    // A zone of Cloud DNS is known by a name that says nothing of its domain.
    dns: { credentials: "cloudDns", podsHaveIdentity: true, hasResourceGroups: false, problems: () => [] },
    snapshotAdvice: {
        // It runs the controller, and leaves the class to you:
        // https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/backup-pd-volume-snapshots
        "pd.csi.storage.gke.io": "on GKE, create a VolumeSnapshotClass for pd.csi.storage.gke.io",
    },
    resourceRoles,
    nodePoolTypes,
    machineProposals,
    physicalIds,
    account: googleAccount,
    catalog: {
        known: googleCatalog,
        regionKey: "gcp:region",
        zones: "zones",
        version: null,
        machine: "machineType",
    },
    edgeEvidence: googleEvidence,
    matrix: [
        { when: "default (Certificate Manager)", requirements: {} },
        { when: "`haproxy.tier: always` (stricter affinity)", requirements: { haproxyTier: "always" } },
        { when: "`affinity: client-id`", requirements: { affinity: "client-id" } },
        { when: "`terminateTls: haproxy`, internal", requirements: { certificateSource: "pem" } },
    ],
    charts: () => ({}),
    problems: gkeProblems,
    warnings: gkeWarnings,
    planEdge: planGkeEdge,
    edgeRequirements: () => ({}),
    adoptedKubeconfig: () => undefined,
    create: async (settings) => (await import("./create")).createGke(settings),
});
