import { join } from "node:path";
import { type AccountNeeds, type MachineQuota, type Quota, readRights } from "../common/account";
import { securityGroupRules } from "./limits";
import { policies } from "./policies";

const asOf = "2026-11";
// The pages' own numbers, read in the guides' repositories at the commits named.
const vpcQuotas =
    "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html (https://github.com/awsdocs/amazon-vpc-user-guide, commit 06e98d9)";
const loadBalancerQuotas = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html";
const instanceQuotas =
    "https://docs.aws.amazon.com/eks/latest/best-practices/known_limits_and_service_quotas.html (https://github.com/aws/aws-eks-best-practices, commit 1940cb1)";

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
        name: "NAT gateways of the fullest zone",
        default: 5,
        source: vpcQuotas,
        asOf,
        uses: ({ inputsOf }) => mostAlike(inputsOf("aws:ec2/natGateway:NatGateway"), "subnetId"),
    },
    {
        name: "Elastic IP addresses",
        default: 5,
        source: vpcQuotas,
        asOf,
        uses: ({ count }) => count("aws:ec2/eip:Eip"),
    },
    {
        name: "rules of the fullest security group, inbound or outbound",
        default: securityGroupRules.default,
        source: vpcQuotas,
        asOf,
        uses: ({ inputsOf }) =>
            Math.max(
                ...["Ingress", "Egress"].map((direction) =>
                    fullestGroup(inputsOf(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`)),
                ),
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
        source: "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html (https://github.com/awsdocs/amazon-eks-user-guide, commit 0a573e1)",
        asOf,
        uses: ({ count }) => count("aws:eks/cluster:Cluster"),
    },
];

type Inputs = Readonly<Record<string, unknown>>;

/** The greatest number of resources with the same value of an input. */
function mostAlike(resources: readonly Inputs[], input: string): number {
    const values = resources.map((inputs) => inputs[input]);
    return Math.max(0, ...values.map((value) => values.filter((other) => other === value).length));
}

/** Rules of one group and direction: those for IPv4 and for IPv6 are counted apart, and what names no network counts as both. */
function fullestGroup(rules: readonly Inputs[]): number {
    return Math.max(
        ...["cidrIpv4", "cidrIpv6"].map((other) =>
            mostAlike(
                rules.filter((rule) => rule[other] === undefined),
                "securityGroupId",
            ),
        ),
    );
}

/** The quota that the vCPUs of an instance type count against. Those of accelerated, high-memory and HPC types were not looked up. */
function machineQuota(instanceType: string): MachineQuota {
    const [, letters = ""] = /^([a-z]+?)\d/.exec(instanceType) ?? [];
    return /^([acdhimrtz]|im|is)$/.test(letters)
        ? {
              name: "vCPUs of running on-demand standard instances (A, C, D, H, I, M, R, T, Z)",
              default: 5,
              source: instanceQuotas,
              asOf,
          }
        : {
              name: `vCPUs of running on-demand ${letters === "" ? "other" : letters.toUpperCase()} instances`,
              default: "not verified",
              source: "https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html",
              asOf,
          };
}

/** What an account of AWS has to give. */
export const awsAccount: AccountNeeds = {
    rights: readRights(join(__dirname, "rights.json")),
    quotas,
    machineQuota,
    document: policies,
};
