import { type AccountNeeds, type NeededRights, type Quota, quotasAsOf, type Rights } from "../common/account";

const asOf = "2026-11";
const quota = quotasAsOf(asOf);

/** Scopes that those of clusters require (https://docs.digitalocean.com/reference/api/scopes/kubernetes/create). */
const clusterReads = ["actions:read", "kubernetes:access_cluster", "kubernetes:read", "regions:read", "sizes:read"];

function scopes(kind: string): Rights {
    return { read: [`${kind}:read`], write: [`${kind}:create`, `${kind}:update`], delete: [`${kind}:delete`] };
}

/** Scopes of a token by type of resource, as each endpoint of the API names them. */
const byType: Readonly<Record<string, Rights>> = {
    "digitalocean:index/dnsRecord:DnsRecord": {
        read: ["domain:read"],
        write: ["domain:create", "domain:update"],
        // An endpoint of a record takes both.
        delete: ["domain:delete", "domain:update"],
    },
    "digitalocean:index/kubernetesCluster:KubernetesCluster": { ...scopes("kubernetes"), read: clusterReads },
    // A pool is a part of its cluster: whatever is done to it changes that.
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": {
        read: clusterReads,
        write: ["kubernetes:update"],
        delete: ["kubernetes:update"],
    },
    "digitalocean:index/loadBalancer:LoadBalancer": scopes("load_balancer"),
    "digitalocean:index/reservedIp:ReservedIp": scopes("reserved_ip"),
    "digitalocean:index/volume:Volume": scopes("block_storage"),
    "digitalocean:index/vpc:Vpc": scopes("vpc"),
};

const limits = (product: string) => `https://docs.digitalocean.com/products/${product}/details/limits`;

const quotas: readonly Quota[] = [
    quota("Droplets", "differs by account", limits("kubernetes"), ({ nodes }) => nodes),
    quota(
        "load balancers",
        "differs by account",
        limits("networking/load-balancers"),
        ({ loadBalancerServices }) => loadBalancerServices,
    ),
    quota("volumes", "not verified", limits("volumes"), ({ claims }) => claims.length),
];

/** What a team of DigitalOcean has to give. */
export const digitalOceanAccount: AccountNeeds = {
    rights: {
        source: "https://docs.digitalocean.com/reference/api/scopes, and https://github.com/digitalocean/openapi, commit 7c1300c, 2026-08-07",
        asOf,
        byType,
    },
    quotas,
    machineQuota: null,
    document: ({ preview, up, destroy }: NeededRights) => ({ scopes: { preview, up, destroy } }),
};
