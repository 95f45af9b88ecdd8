import type * as pulumi from "@pulumi/pulumi";

/** What load balancers have to know of a VPC and of the cluster in it. */
export interface AwsNetworkContext {
    readonly region: string;
    readonly vpcId: pulumi.Output<string>;
    /** The subnets are resources of this program, so the ids of new ones are unknown in a preview. */
    readonly createsSubnets: boolean;
    readonly publicSubnetIds: pulumi.Output<string[]>;
    readonly privateSubnetIds: pulumi.Output<string[]>;
    /** The security group that every node carries. */
    readonly nodeSecurityGroupId: pulumi.Output<string>;
}
