import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../parse";
import { eksClusterSchema } from "../schema/cluster";

/** Combinations of the cluster's settings that cannot work. */
export function clusterProblems(groups: ParsedGroups): Problem[] {
    return [existingCluster, adoptedVpc, networksAreApart].flatMap((rule) => rule(groups));
}

function existingCluster({ broker, cluster, edge }: ParsedGroups): Problem[] {
    if (!("name" in cluster)) {
        return [];
    }
    const problems: Problem[] = [];
    if (cluster.kubeconfig !== undefined && cluster.kubeconfigPath !== undefined) {
        problems.push({
            key: "vernemq:cluster.kubeconfigPath",
            value: cluster.kubeconfigPath,
            rule: "the kubeconfig comes from its contents or from a path, not from both",
            remedy: "remove one of kubeconfig and kubeconfigPath",
        });
    }
    if (cluster.metallb?.mode === "bgp" && cluster.metallb.bgpPeers.length === 0) {
        problems.push({
            key: "vernemq:cluster.metallb.bgpPeers",
            rule: "mode bgp announces addresses to routers, and none is named",
            remedy: "name at least one router, or use mode l2",
        });
    }
    if (cluster.metallb?.mode === "l2" && cluster.metallb.bgpPeers.length > 0) {
        problems.push({
            key: "vernemq:cluster.metallb.bgpPeers",
            rule: "mode l2 talks to no router",
            remedy: "remove it, or use mode bgp",
        });
    }
    const ownLoadBalancer = edge.exposure === "none" && broker.service.type === "LoadBalancer";
    const isServed = edge.exposure === "public" || edge.exposure === "internal" || ownLoadBalancer;
    if (cluster.metallb !== undefined && !isServed) {
        problems.push({
            key: "vernemq:cluster.metallb",
            rule: `MetalLB serves load balancers, and exposure ${edge.exposure} has none`,
            remedy: `remove it, or set ${edge.exposure === "none" ? "vernemq:broker.service.type to LoadBalancer, or " : ""}vernemq:edge.exposure to public or internal`,
        });
    }
    return problems;
}

interface Network {
    readonly key: string;
    readonly value: string;
}

/** The networks of a cluster that must not overlap. */
function networksOf({ cluster }: ParsedGroups): Network[] {
    const names = ["vpcCidr", "vnetCidr", "nodeCidr", "podCidr", "serviceCidr", "controlPlaneCidr"];
    const fields = cluster as Readonly<Record<string, unknown>>;
    return names.flatMap((name) => {
        const value = fields[name];
        return typeof value === "string" ? [{ key: `vernemq:cluster.${name}`, value }] : [];
    });
}

function networksAreApart(groups: ParsedGroups): Problem[] {
    const networks = networksOf(groups);
    return networks.flatMap((network, index) =>
        networks
            .slice(0, index)
            .filter((earlier) => overlap(network.value, earlier.value))
            .map((earlier) => ({
                key: network.key,
                value: network.value,
                rule: `it overlaps ${earlier.key} (${earlier.value})`,
                remedy: "choose a network apart from it",
            })),
    );
}

function overlap(a: string, b: string): boolean {
    const [first, second] = [rangeOf(a), rangeOf(b)];
    return first.start < second.end && second.start < first.end;
}

function rangeOf(cidr: string): { start: number; end: number } {
    const [address = "", prefix = "32"] = cidr.split("/");
    const start = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return { start, end: start + 2 ** (32 - Number(prefix)) };
}

/** Settings of a VPC that this program would make. */
const ownVpc = ["vpcCidr", "zones", "natGateways"] as const;

function adoptedVpc({ cluster }: ParsedGroups): Problem[] {
    if (!("natGateways" in cluster) || cluster.vpc === undefined) {
        return [];
    }
    // Parsed settings do not tell a default from the same value written out, which does no harm.
    return ownVpc
        .filter(
            (name) => JSON.stringify(cluster[name]) !== JSON.stringify(eksClusterSchema.shape[name].parse(undefined)),
        )
        .map((name) => ({
            key: `vernemq:cluster.${name}`,
            value: cluster[name],
            rule: "it has no effect with a VPC of yours",
            remedy: "remove it, or vernemq:cluster.vpc",
        }));
}
