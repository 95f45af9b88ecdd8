import { shortHash } from "../common/names";

/** AWS is split into partitions; ARNs and one service principal differ between them. */
export interface AwsPartition {
    /** As in `arn:PARTITION:iam::aws:policy/...`. */
    readonly id: "aws" | "aws-cn" | "aws-us-gov";
    /** Principal of the instances' role (https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html). */
    readonly ec2Principal: string;
}

/** The partition that a region belongs to. */
export function partitionOf(region: string): AwsPartition {
    if (region.startsWith("cn-")) {
        return { id: "aws-cn", ec2Principal: "ec2.amazonaws.com.cn" };
    }
    return { id: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", ec2Principal: "ec2.amazonaws.com" };
}

/** The ARN of one of AWS's own policies, for example `AmazonEKSClusterPolicy`. */
export function awsPolicyArn(region: string, policy: string): string {
    return `arn:${partitionOf(region).id}:iam::aws:policy/${policy}`;
}

/**
 * The image that fits an instance type: Graviton families have a `g` right after their generation (m7g, c6gn, r8gd), and a1 is the
 * oldest of them (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
 */
export function amiTypeFor(instanceType: string): "AL2023_x86_64_STANDARD" | "AL2023_ARM_64_STANDARD" {
    const isGraviton = /^(a1|[a-z]+\d+g[a-z0-9-]*)\./.test(instanceType);
    return isGraviton ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}

/** What EKS cannot change on a running cluster: another network is another cluster. */
export interface ClusterIdentity {
    /** Id of an adopted VPC. */
    readonly vpcId?: string;
    /** Network of a VPC that is created here. */
    readonly vpcCidr: string;
}

/**
 * A few digits that change exactly when the cluster has to be replaced. They are part of its name, so that a preview shows the
 * replacement (EKS would refuse the change half-way through an update) and the new cluster can stand beside the old one.
 */
export function clusterGeneration(identity: ClusterIdentity): string {
    return shortHash(identity.vpcId ?? identity.vpcCidr);
}

/** What a kubeconfig for EKS says. */
export interface KubeconfigInput {
    readonly clusterName: string;
    readonly region: string;
    readonly endpoint: string;
    /** The cluster's CA, base64. */
    readonly certificateAuthority: string;
}

/** A kubeconfig (JSON, which is YAML too) that holds no key: every call asks the AWS CLI for a token of the caller's own identity. */
export function kubeconfigText(input: KubeconfigInput): string {
    const { clusterName, region, endpoint, certificateAuthority } = input;
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            { name: clusterName, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } },
        ],
        contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
        "current-context": clusterName,
        users: [
            {
                name: clusterName,
                user: {
                    exec: {
                        apiVersion: "client.authentication.k8s.io/v1beta1",
                        command: "aws",
                        args: [
                            "eks",
                            "get-token",
                            "--cluster-name",
                            clusterName,
                            "--region",
                            region,
                            "--output",
                            "json",
                        ],
                        interactiveMode: "Never",
                    },
                },
            },
        ],
    });
}
