import { type ResourceRoles, stateless } from "../../../../components/common/resource-role";

export const resourceRoles: ResourceRoles = {
    "nimbus:index/cluster:Cluster": { role: "cluster", tags: "labels" },
    "nimbus:index/nodePool:NodePool": {
        role: "node pool",
        nodePool: { labels: "nodeLabels", count: "count" },
    },
    ...stateless("nimbus:index/dnsRecord:DnsRecord"),
};
