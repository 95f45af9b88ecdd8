import { join } from "node:path";
import {
    type AccountNeeds,
    type Demand,
    type MachineQuota,
    type NamedResource,
    type Quota,
    quotasAsOf,
    readRights,
} from "../common/account";
import { valueOf, valuesOf } from "../common/property-path";
import { securityGroupRules } from "./limits";
import { policies } from "./policies";

const asOf = "2026-11";
const quota = quotasAsOf(asOf);
// The pages' own numbers, read in the guides' repositories at the commits named.
const vpcQuotas =
    "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html (https://github.com/awsdocs/amazon-vpc-user-guide, commit 06e98d9)";
const loadBalancerQuotas = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html";
const clusterQuotas =
    "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html (https://github.com/awsdocs/amazon-eks-user-guide, commit 0a573e1)";
const nodeQuotas =
    "https://docs.aws.amazon.com/eks/latest/best-practices/known_limits_and_service_quotas.html (https://github.com/aws/aws-eks-best-practices, commit 1940cb1)";

/** Default quotas of an account, each in one region. */
const quotas: readonly Quota[] = [
    quota("VPCs", 5, vpcQuotas, ({ count }) => count("aws:ec2/vpc:Vpc")),
    quota("internet gateways", 5, vpcQuotas, ({ count }) => count("aws:ec2/internetGateway:InternetGateway")),
    quota("NAT gateways of the fullest zone", 5, vpcQuotas, ({ of }) =>
        mostAlike(of("aws:ec2/natGateway:NatGateway"), "subnetId"),
    ),
    quota("Elastic IP addresses", 5, vpcQuotas, ({ count }) => count("aws:ec2/eip:Eip")),
    quota("rules of the fullest security group, inbound or outbound", securityGroupRules.default, vpcQuotas, ({ of }) =>
        Math.max(
            ...["Ingress", "Egress"].map((direction) =>
                fullestGroup(of(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`)),
            ),
        ),
    ),
    quota("Network Load Balancers", 50, loadBalancerQuotas, ({ count }) => count("aws:lb/loadBalancer:LoadBalancer")),
    quota("target groups", 3000, loadBalancerQuotas, ({ count }) => count("aws:lb/targetGroup:TargetGroup")),
    quota("EKS clusters", 100, clusterQuotas, ({ count }) => count("aws:eks/cluster:Cluster")),
    // 50 TiB: quota L-7A658B76.
    quota("GiB of General Purpose SSD (gp3) volumes", 50 * 1024, nodeQuotas, gp3Gibibytes),
];

/** The nodes' own disks and the claims; undefined where a class of storage is not the plan's, so that its volumes may be of another type. */
function gp3Gibibytes({ of, claims }: Demand): number | undefined {
    const classes = new Map(
        of("kubernetes:storage.k8s.io/v1:StorageClass").map(({ inputs }) => [
            valueOf(inputs, "metadata.name"),
            valueOf(inputs, "parameters.type"),
        ]),
    );
    const templates = of("aws:ec2/launchTemplate:LaunchTemplate");
    const disks = of("aws:eks/nodeGroup:NodeGroup").map(({ inputs }) => {
        const id = valueOf(inputs, "launchTemplate.id");
        const template = templates.find(({ name }) => id === `\${${name}.id}`);
        const sizes = valuesOf(template?.inputs, "blockDeviceMappings.*.ebs").map((disk) =>
            valueOf(disk, "volumeType") === "gp3" ? Number(valueOf(disk, "volumeSize")) : 0,
        );
        return Number(valueOf(inputs, "scalingConfig.desiredSize")) * sum(sizes);
    });
    const claimed = claims
        .filter(({ storageClass }) => classes.get(storageClass) === "gp3")
        .map(({ gibibytes }) => gibibytes);
    return claims.every(({ storageClass }) => classes.has(storageClass)) ? sum([...disks, ...claimed]) : undefined;
}

function sum(amounts: readonly number[]): number {
    return amounts.reduce((total, amount) => total + amount, 0);
}

/** The greatest number of resources with the same value of an input. */
function mostAlike(resources: readonly NamedResource[], input: string): number {
    const values = resources.map(({ inputs }) => inputs[input]);
    return Math.max(0, ...values.map((value) => values.filter((other) => other === value).length));
}

/** Rules of one group and direction: those for IPv4 and for IPv6 are counted apart, and what names no network counts as both. */
function fullestGroup(rules: readonly NamedResource[]): number {
    return Math.max(
        ...["cidrIpv4", "cidrIpv6"].map((other) =>
            mostAlike(
                rules.filter(({ inputs }) => inputs[other] === undefined),
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
              source: nodeQuotas,
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
