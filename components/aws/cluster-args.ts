import type * as pulumi from "@pulumi/pulumi";
import type { Given } from "../common/defaults";
import type { ImageSources } from "../common/images";
import type { EksAddonVersions, VolumeAccess } from "./addons";
import type { eksDefaults } from "./defaults";
import type { EksNetworkArgs } from "./network";
import type { NodePoolSize } from "./node-pools";

/** A VPC that is there already. */
export interface AdoptedVpc {
    readonly vpcId: string;
    /** For the nodes, in at least two zones, with a way to the internet. */
    readonly privateSubnetIds: readonly string[];
    /** For the load balancer, in the same zones. */
    readonly publicSubnetIds: readonly string[];
}

/**
 * An EKS cluster as the user describes it. Defaults: Kubernetes 1.35; a new VPC 10.0.0.0/16 over zones a, b and c with one NAT gateway; two
 * m7i.large for the system and three m7i.2xlarge for VerneMQ, with disks of 50 GiB; logs for 30 days; deletion protection.
 */
export type EksClusterArgs = Given<FullEksClusterArgs, typeof eksDefaults>;

/** An EKS cluster with every default filled in. */
export interface FullEksClusterArgs extends EksNetworkArgs {
    /** Kubernetes version, for example `1.35`. */
    readonly version: pulumi.Input<string>;
    /**
     * Where the Kubernetes API is reached: on the internet and in the VPC, or in the VPC alone, which the caller of this program then has to
     * reach. The VPC has to be there before, so `private` takes an adopted one.
     */
    readonly apiEndpoint: "public" | "private";
    /**
     * Networks that reach the Kubernetes API: on the internet, or with a private endpoint those in the VPC or routed to it. IPv4 only: EKS
     * takes no others for an IPv4 cluster.
     */
    readonly apiAllowedCidrs: readonly string[];
    /** IAM roles and users that administer the cluster, beside its creator (whom EKS enters by itself, and refuses a second time). */
    readonly adminPrincipalArns: readonly string[];
    /** A VPC to adopt; the network settings are then not used. Default: a new one. */
    readonly vpc?: AdoptedVpc;
    /** Key for Kubernetes secrets; it cannot be changed later. Default: a new key that rotates yearly. */
    readonly kmsKeyArn?: string;
    /** Days that control plane logs are kept: one of the numbers that CloudWatch knows. */
    readonly logRetentionDays: pulumi.Input<number>;
    /** Key that encrypts these logs, whose policy lets CloudWatch Logs use it. Default: AWS's own. */
    readonly logKmsKeyArn?: string;
    /** Leave the logs in the account when the cluster goes. */
    readonly keepLogs: boolean;
    /**
     * What happens when the standard support of the Kubernetes version ends: extended support, which AWS bills by the hour, or an upgrade to
     * the next version by itself (https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html).
     */
    readonly extendedSupport: boolean;
    readonly systemNodes: NodePoolSize;
    readonly brokerNodes: NodePoolSize;
    /** Refuse to delete or replace the cluster, in Pulumi and in EKS. */
    readonly deletionProtection: boolean;
    readonly addonVersions: EksAddonVersions;
    /** Where the load balancer controller's image is pulled from, and with what. EKS' add-ons are in a registry of the region. */
    readonly images?: ImageSources;
    /** Where the load balancer controller's chart is from. Default: its publisher's repository. */
    readonly controllerChartSource?: string;
    /** Whose volumes the EBS CSI driver may manage. Default: the cluster's, in partitions other than `aws` the account's. */
    readonly volumeAccess?: VolumeAccess;
}
