import type * as pulumi from "@pulumi/pulumi";

/** What load balancers have to know of a VPC network and of the cluster in it. */
export interface GoogleNetworkContext {
    readonly project: string;
    readonly region: string;
    /** Zones that have nodes, for example `europe-west3-a`: each has its own network endpoint group. */
    readonly zones: readonly string[];
    readonly networkId: pulumi.Output<string>;
    /** Subnet of the nodes, in which network endpoint groups and internal addresses live. */
    readonly subnetworkId: pulumi.Output<string>;
    /** Network tag of the nodes, for firewall rules. */
    readonly nodeTag: string;
}
