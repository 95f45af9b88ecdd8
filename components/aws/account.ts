import { join } from "node:path";
import { compact } from "../common/compact";
import { type AccountNeeds, type NeededRights, type Quota, readRights } from "../common/account";

const asOf = "2026-11";
const vpcQuotas = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const loadBalancerQuotas = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html";

/** Default quotas of an account, each in one region. */
const quotas: readonly Quota[] = [
    { name: "VPCs", default: 5, source: vpcQuotas, asOf, uses: ({ count }) => count("aws:ec2/vpc:Vpc") },
    {
        name: "internet gateways",
        default: 5,
        source: vpcQuotas,
        asOf,
        uses: ({ count }) => count("aws:ec2/internetGateway:InternetGateway"),
    },
    {
        name: "Elastic IP addresses",
        default: 5,
        source: vpcQuotas,
        asOf,
        uses: ({ count }) => count("aws:ec2/eip:Eip"),
    },
    {
        name: "rules of a security group, inbound and outbound each",
        default: 60,
        source: vpcQuotas,
        asOf,
        uses: ({ count }) =>
            Math.max(
                count("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
                count("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
            ),
    },
    {
        name: "Network Load Balancers",
        default: 50,
        source: loadBalancerQuotas,
        asOf,
        uses: ({ count }) => count("aws:lb/loadBalancer:LoadBalancer"),
    },
    {
        name: "target groups",
        default: 3000,
        source: loadBalancerQuotas,
        asOf,
        uses: ({ count }) => count("aws:lb/targetGroup:TargetGroup"),
    },
    {
        name: "EKS clusters",
        default: 100,
        source: "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html",
        asOf,
        uses: ({ count }) => count("aws:eks/cluster:Cluster"),
    },
    {
        name: "vCPUs of running on-demand standard instances",
        default: 5,
        source: "https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html",
        asOf,
        uses: ({ vcpus }) => vcpus,
    },
];

/** Services that are given roles. */
const passedTo = ["ec2.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com"];

/** An IAM policy. Who is given a role may not be given any role by any service: that takes a statement with a condition. */
function policy({ preview, up, destroy }: NeededRights): unknown {
    const statement = (Sid: string, Action: readonly string[]) =>
        Action.length === 0 ? [] : [{ Sid, Effect: "Allow", Action, Resource: "*" }];
    const passRole = "iam:PassRole";
    return {
        Version: "2012-10-17",
        Statement: compact([
            ...statement("Preview", preview),
            ...statement(
                "Up",
                up.filter((action) => action !== passRole && !preview.includes(action)),
            ),
            up.includes(passRole) && {
                Sid: "PassRole",
                Effect: "Allow",
                Action: [passRole],
                Resource: "*",
                Condition: { StringEquals: { "iam:PassedToService": passedTo } },
            },
            ...statement(
                "Destroy",
                destroy.filter((action) => !preview.includes(action)),
            ),
        ]),
    };
}

/** What an account of AWS has to give. */
export const awsAccount: AccountNeeds = {
    rights: readRights(join(__dirname, "rights.json")),
    quotas,
    document: policy,
};
