import type * as pulumi from "@pulumi/pulumi";

/** What load balancers have to know of a VNet and of the cluster in it. */
export interface AzureNetworkContext {
    readonly location: string;
    /** Zones that have nodes: `1`, `2`, `3`. */
    readonly zones: readonly string[];
    readonly resourceGroupName: pulumi.Output<string>;
    readonly resourceGroupId: pulumi.Output<string>;
    readonly virtualNetworkName: pulumi.Output<string>;
    /** Network that is kept free for an Application Gateway. */
    readonly gatewayCidr: string;
    /** Subnet that internal load balancers take their address from. */
    readonly loadBalancerSubnetName: pulumi.Output<string>;
    /** The address in it for the edge, known before anything is created. */
    readonly loadBalancerAddress: string;
    /** Object id of the cluster's identity, which makes and changes load balancers. */
    readonly clusterPrincipalId: pulumi.Output<string>;
}
