import { parseNetwork } from "../../components/common/addresses";
import { at, listAt, type Properties, type ResourceModel, type SimulatedResource, type World } from "../provider";
import { between, isMatch, matches, ofType, oneOf, property, rule, siblings, symbols, textOr } from "../rules";
import { labelsRule, nameRule } from "./model";
import { rangesOf } from "./network";

const clusters = "https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters";
const privateClusters = "https://cloud.google.com/kubernetes-engine/docs/concepts/private-cluster-concept";
const podRanges =
    "https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing_secondary_range_pods";
const dataplane = "https://cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2";
const upgrades = "https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies";
const hyperdisk = "https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support";

function clusterOf({ inputs }: SimulatedResource, world: World): SimulatedResource | undefined {
    return ofType(world, "gcp:container/cluster:Cluster").find(
        (cluster) => cluster.inputs["name"] === inputs["cluster"],
    );
}

const nodesInRegion = property(
    "nodeLocations[]",
    "nodes are in zones of the cluster's region",
    clusters,
    (zone, { inputs }) => String(zone).startsWith(`${String(inputs["location"])}-`),
);

/** The network of a cluster's pods. */
function podRangeOf(cluster: SimulatedResource | undefined, world: World) {
    const subnet = world.resolve(cluster?.inputs["subnetwork"]);
    const wanted = at(cluster?.inputs, "ipAllocationPolicy.clusterSecondaryRangeName");
    return subnet === undefined ? undefined : rangesOf(subnet).find(({ name }) => name === wanted);
}

const cluster: ResourceModel = {
    rules: [
        nameRule(40, clusters),
        labelsRule("resourceLabels"),
        property(
            "privateClusterConfig.masterIpv4CidrBlock",
            "the control plane's network is a /28",
            privateClusters,
            (block) => parseNetwork(block)?.prefix === 28,
        ),
        rule(
            "privateClusterConfig",
            "private nodes need a VPC-native cluster",
            privateClusters,
            ({ inputs }) =>
                at(inputs, "privateClusterConfig.enablePrivateNodes") !== true ||
                at(inputs, "ipAllocationPolicy") !== undefined,
        ),
        rule(
            "networkPolicy",
            "Dataplane V2 enforces network policies by itself and refuses the add-on that does so elsewhere",
            dataplane,
            ({ inputs }) =>
                inputs["datapathProvider"] !== "ADVANCED_DATAPATH" || at(inputs, "networkPolicy.enabled") !== true,
        ),
        ...["cluster", "services"].map((kind) =>
            rule(
                `ipAllocationPolicy.${kind}SecondaryRangeName`,
                "a secondary range is one of the subnet's",
                "https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips",
                ({ inputs }, world) => {
                    const subnet = world.resolve(inputs["subnetwork"]);
                    const wanted = at(inputs, `ipAllocationPolicy.${kind}SecondaryRangeName`);
                    return subnet === undefined || rangesOf(subnet).some(({ name }) => name === wanted);
                },
            ),
        ),
        nodesInRegion,
        rule(
            "initialNodeCount",
            "a cluster starts with a default pool of at least one node, even where it is removed at once",
            "https://www.pulumi.com/registry/packages/gcp/api-docs/container/cluster/",
            ({ inputs }) => inputs["removeDefaultNodePool"] !== true || Number(inputs["initialNodeCount"] ?? 0) >= 1,
        ),
        rule(
            "workloadIdentityConfig.workloadPool",
            "the workload pool is PROJECT.svc.id.goog",
            "https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
            ({ inputs }) => {
                const pool = at(inputs, "workloadIdentityConfig.workloadPool");
                return pool === undefined || isMatch(pool, /\.svc\.id\.goog$/);
            },
        ),
        oneOf("releaseChannel.channel", ["RAPID", "REGULAR", "STABLE", "EXTENDED", "UNSPECIFIED"], clusters),
        oneOf("anonymousAuthenticationConfig.mode", ["ENABLED", "LIMITED"], clusters),
        matches(
            "maintenancePolicy.dailyMaintenanceWindow.startTime",
            /^([01]\d|2[0-3]):[0-5]\d$/,
            "a window starts at a time of day, HH:MM",
            clusters,
        ),
    ],
    // terraform-provider-google, resource_container_cluster.go: ForceNewIfChange of these two with isBeenEnabled, which is true where it was on
    replaceOnWhen: (after, before) =>
        ["enableL4IlbSubsetting", "enableFqdnNetworkPolicy"].filter(
            (property) => before[property] === true && after[property] === false,
        ),
    outputs: (resource) => ({
        ...symbols("endpoint", "masterVersion", "selfLink")(resource),
        masterAuth: {
            ...(resource.inputs["masterAuth"] as object | undefined),
            clusterCaCertificate: resource.symbol("masterAuth.clusterCaCertificate"),
        },
    }),
    id: ({ inputs }) =>
        `projects/${textOr(inputs["project"], "${gcp.project}")}/locations/${String(inputs["location"])}/clusters/${String(inputs["name"])}`,
};

/** Addresses that each node takes from the pods' network: room for 110 pods. */
const addressesPerNode = 256;

function nodesOf({ inputs }: SimulatedResource): number {
    return Number(inputs["nodeCount"] ?? 0) * Math.max(1, listAt(inputs, "nodeLocations").length);
}

const nodePool: ResourceModel = {
    rules: [
        nameRule(
            40,
            "https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools",
        ),
        labelsRule("nodeConfig.resourceLabels"),
        nodesInRegion,
        rule(
            "nodeCount",
            "each node takes a /24 of the pods' network, which has room for no more",
            podRanges,
            (resource, world) => {
                const range = podRangeOf(clusterOf(resource, world), world);
                const pools = [resource, ...siblings(resource, world, ["cluster"])];
                const nodes = pools.reduce((sum, pool) => sum + nodesOf(pool), 0);
                const network = parseNetwork(range?.cidr);
                return network === undefined || nodes * addressesPerNode <= Number(network.last - network.first) + 1;
            },
        ),
        rule(
            "nodeCount",
            "a pool has a fixed number of nodes or an autoscaler",
            clusters,
            ({ inputs }) => inputs["nodeCount"] === undefined || inputs["autoscaling"] === undefined,
        ),
        rule(
            "upgradeSettings",
            "an upgrade may add or take at least one node, and 20 in all",
            upgrades,
            ({ inputs }) => {
                const { maxSurge = 1, maxUnavailable = 0, strategy } = (inputs["upgradeSettings"] ?? {}) as Properties;
                const moving = Number(maxSurge) + Number(maxUnavailable);
                return strategy === "BLUE_GREEN" || (moving >= 1 && moving <= 20);
            },
        ),
        property(
            "nodeConfig.taints[]",
            "a taint's effect is NO_SCHEDULE, PREFER_NO_SCHEDULE or NO_EXECUTE",
            clusters,
            (taint) => ["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"].includes(String(at(taint, "effect"))),
        ),
        rule(
            "nodeConfig.diskType",
            "machines of series C4, N4 and their kin take Hyperdisk only",
            hyperdisk,
            ({ inputs }) => {
                const machine = textOr(at(inputs, "nodeConfig.machineType"), "e2-medium");
                const disk = textOr(at(inputs, "nodeConfig.diskType"), "pd-balanced");
                return !/^(c4|c4a|c4d|m4|n4|n4a|n4d|h4d|x4)-/.test(machine) || disk.startsWith("hyperdisk-");
            },
        ),
        matches(
            "nodeConfig.machineType",
            /^[a-z]\d[a-z]*-[a-z0-9-]+$/,
            "a machine type has a series, a kind and a size",
            "https://cloud.google.com/compute/docs/machine-resource",
        ),
        between("nodeConfig.diskSizeGb", 10, 65_536, clusters),
        rule(
            "nodeConfig.workloadMetadataConfig",
            "GKE_METADATA needs a cluster with a workload pool",
            "https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
            (resource, world) => {
                const owner = clusterOf(resource, world);
                return (
                    at(resource.inputs, "nodeConfig.workloadMetadataConfig.mode") !== "GKE_METADATA" ||
                    owner === undefined ||
                    at(owner.inputs, "workloadIdentityConfig.workloadPool") !== undefined
                );
            },
        ),
    ],
    outputs: ({ inputs, symbol }) => ({
        name: inputs["name"] ?? symbol("name"),
        instanceGroupUrls: [],
        version: symbol("version"),
    }),
};

const account: ResourceModel = {
    rules: [
        rule(
            "accountId",
            "an account id has 6 to 30 lower-case letters, digits and hyphens, starts with a letter and ends with a letter or digit",
            "https://cloud.google.com/iam/docs/service-accounts-create",
            ({ inputs }) => isMatch(inputs["accountId"], /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/),
        ),
        matches(
            "displayName",
            /^.{0,100}$/,
            "a display name has at most 100 characters",
            "https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts",
        ),
    ],
    outputs: symbols("email", "member", "name"),
};

const iamMember: ResourceModel = {
    rules: [
        matches(
            "member",
            /^(user|group|domain|serviceAccount|principal|principalSet):.+/,
            "a member says what it is: user:, group:, domain:, serviceAccount: or principal:",
            "https://cloud.google.com/iam/docs/principal-identifiers",
        ),
        matches(
            "role",
            /^((projects|organizations)\/[^/]+\/)?roles\/[A-Za-z0-9_.]+$/,
            "a role is roles/NAME, or a custom one of the project or organization",
            "https://cloud.google.com/iam/docs/roles-overview",
        ),
    ],
    outputs: symbols("etag"),
};

export const containerModels: Readonly<Record<string, ResourceModel>> = {
    "gcp:container/cluster:Cluster": cluster,
    "gcp:container/nodePool:NodePool": nodePool,
    "gcp:serviceaccount/account:Account": account,
    "gcp:projects/iAMMember:IAMMember": iamMember,
    "gcp:serviceaccount/iAMMember:IAMMember": iamMember,
    "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": iamMember,
};
