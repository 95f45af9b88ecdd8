import { compact } from "../../../components/common/compact";
import { loadBalancerNodes } from "../../../components/digitalocean/limits";
import { refusedTags } from "../../../components/digitalocean/tags";
import { keepsNobodyOut } from "../../../components/common/addresses";
import type { Problem } from "../../../components/common/problem";
import type { DoksGroups } from "./schema";

/** What DigitalOcean refuses of settings that are valid by themselves. */
export function doksProblems({ broker, cluster }: DoksGroups): Problem[] {
    return compact([
        ...refusedTags(cluster.tags).map((key) => ({
            key: `vernemq:cluster.tags.${key}`,
            value: cluster.tags[key],
            rule: "DigitalOcean joins both into one string, KEY:VALUE, with at most 255 letters, digits, colons, hyphens and underscores",
            remedy: "use only these characters",
        })),
        // Where spreading over zones is required, nothing starts on a node without a zone
        // (https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#conventions), and DigitalOcean's nodes say their region only
        // (https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/node/labels.md).
        broker.zoneSpread === "required" && {
            key: "vernemq:broker.zoneSpread",
            value: broker.zoneSpread,
            rule: "DigitalOcean's nodes have no zone, and where one is required no broker would ever start",
            remedy: "leave it out: each broker has its own node anyway",
        },
    ]);
}

export function doksWarnings({ cluster, edge }: DoksGroups): string[] {
    return [...capacityWarnings({ cluster, edge }), ...firewallWarnings(cluster.apiAllowedCidrs)];
}

/** The firewall is by invitation (https://docs.digitalocean.com/products/kubernetes/how-to/add-control-plane-firewall, read 2026-08). */
function firewallWarnings(apiAllowedCidrs: readonly string[] | undefined): string[] {
    if (apiAllowedCidrs !== undefined && keepsNobodyOut(apiAllowedCidrs)) {
        return [];
    }
    return apiAllowedCidrs === undefined
        ? ["The Kubernetes API is open to the whole internet (cluster.apiAllowedCidrs)."]
        : [
              "DigitalOcean enables its control plane firewall by invitation only; an account without one is refused, and then has to leave cluster.apiAllowedCidrs out.",
          ];
}

function capacityWarnings({ cluster, edge }: Pick<DoksGroups, "cluster" | "edge">): string[] {
    const hasLoadBalancer = edge.exposure === "public" || edge.exposure === "internal";
    return hasLoadBalancer && edge.loadBalancer !== "network"
        ? compact([
              `A regional load balancer with ${cluster.loadBalancerNodes} nodes takes ${(cluster.loadBalancerNodes * loadBalancerNodes.connections).toLocaleString("en")} connections (cluster.loadBalancerNodes).`,
              cluster.loadBalancerNodes > loadBalancerNodes.most &&
                  `DigitalOcean's API documents at most ${loadBalancerNodes.most} nodes of a load balancer, its guide 200 (cluster.loadBalancerNodes).`,
          ])
        : [];
}
