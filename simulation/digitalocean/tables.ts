import type { ServiceTables } from "../tables";

export const tables: ServiceTables = {
    uniqueInputs: {
        "digitalocean:index/kubernetesCluster:KubernetesCluster": ["name"],
        "digitalocean:index/kubernetesNodePool:KubernetesNodePool": ["clusterId", "name"],
        "digitalocean:index/vpc:Vpc": ["name"],
    },
    seconds: {
        "digitalocean:index/kubernetesCluster:KubernetesCluster": 360,
        "digitalocean:index/kubernetesNodePool:KubernetesNodePool": 150,
    },
};
