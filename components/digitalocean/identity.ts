/** What makes a DOKS cluster the one that it is: a change of any of these replaces it. */
export interface DoksIdentity {
    readonly region: string;
    readonly name: string;
    readonly vpcCidr: string;
    readonly systemNodes: { readonly size: string };
}

/**
 * The identity of a cluster for the Kubernetes provider, known before the cluster is created. It changes exactly when the cluster is
 * replaced: with its region, with its VPC and with the size of its default pool's nodes, which DigitalOcean cannot change in place
 * (terraform-provider-digitalocean, resource_kubernetes_cluster.go and kubernetes.go, ForceNew). Without it, a kubeconfig that is not
 * known yet would show every object in the cluster as replaced.
 */
export function doksClusterIdentifier(identity: DoksIdentity): string {
    return ["digitalocean", identity.region, identity.name, identity.vpcCidr, identity.systemNodes.size].join("/");
}
