import { type PhysicalIds, type ResourceRoles, stateless } from "../common/resource-role";

export const resourceRoles: ResourceRoles = {
    "digitalocean:index/kubernetesCluster:KubernetesCluster": {
        role: "cluster",
        tags: "tags",
        cluster: { apiNetworks: "controlPlaneFirewall.allowedAddresses.*" },
    },
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": {
        role: "node pool",
        tags: "tags",
        nodePool: { labels: "labels", count: "nodeCount" },
    },
    "digitalocean:index/volume:Volume": { role: "volume" },
    "digitalocean:index/reservedIp:ReservedIp": { role: "address" },
    "digitalocean:index/loadBalancer:LoadBalancer": {
        role: "load balancer",
        openPorts: ["forwardingRules.*.entryPort"],
    },
    ...stateless("digitalocean:index/dnsRecord:DnsRecord", "digitalocean:index/vpc:Vpc"),
};

/** The cloud's own UUIDs: none follows from the inputs. */
export const physicalIds: PhysicalIds = {};
