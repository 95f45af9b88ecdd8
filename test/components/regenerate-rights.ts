/**
 * Writes components/aws/rights.json: what CloudFormation's handlers call to create, read, change and delete a type, and what Terraform's
 * provider, which Pulumi's is built on, calls besides.
 *
 *     node --import tsx test/components/regenerate-rights.ts CFN_LINT 2026-11
 *
 * CFN_LINT is an unpacked wheel of cfn-lint (`pip download --no-deps cfn-lint==1.58.0`), whose schemas are those of CloudFormation's registry.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rights } from "../../components/common/account";

const [cfnLint = "", asOf = ""] = process.argv.slice(2);
const schemas = join(cfnLint, "cfnlint", "data", "schemas", "resources");

interface Schema {
    readonly typeName: string;
    readonly handlers?: Readonly<Record<string, { readonly permissions: readonly string[] }>>;
}

/** CloudFormation's name of each type. */
const names: Readonly<Record<string, string>> = {
    "aws:acm/certificate:Certificate": "AWS::CertificateManager::Certificate",
    "aws:cloudwatch/logGroup:LogGroup": "AWS::Logs::LogGroup",
    "aws:ebs/volume:Volume": "AWS::EC2::Volume",
    "aws:ec2/eip:Eip": "AWS::EC2::EIP",
    "aws:ec2/internetGateway:InternetGateway": "AWS::EC2::InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate": "AWS::EC2::LaunchTemplate",
    "aws:ec2/natGateway:NatGateway": "AWS::EC2::NatGateway",
    "aws:ec2/route:Route": "AWS::EC2::Route",
    "aws:ec2/routeTable:RouteTable": "AWS::EC2::RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "AWS::EC2::SubnetRouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup": "AWS::EC2::SecurityGroup",
    "aws:ec2/subnet:Subnet": "AWS::EC2::Subnet",
    "aws:ec2/vpc:Vpc": "AWS::EC2::VPC",
    "aws:eks/accessEntry:AccessEntry": "AWS::EKS::AccessEntry",
    "aws:eks/addon:Addon": "AWS::EKS::Addon",
    "aws:eks/cluster:Cluster": "AWS::EKS::Cluster",
    "aws:eks/nodeGroup:NodeGroup": "AWS::EKS::Nodegroup",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "AWS::EKS::PodIdentityAssociation",
    "aws:iam/role:Role": "AWS::IAM::Role",
    "aws:iam/rolePolicy:RolePolicy": "AWS::IAM::RolePolicy",
    "aws:kms/key:Key": "AWS::KMS::Key",
    "aws:lb/listener:Listener": "AWS::ElasticLoadBalancingV2::Listener",
    "aws:lb/loadBalancer:LoadBalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "aws:lb/targetGroup:TargetGroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "aws:route53/record:Record": "AWS::Route53::RecordSet",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "AWS::EC2::SecurityGroupEgress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "AWS::EC2::SecurityGroupIngress",
};

/** Types that CloudFormation has not, by https://github.com/hashicorp/terraform-provider-aws (internal/service/acm, eks, elbv2, iam). */
const others: Readonly<Record<string, Rights>> = {
    "aws:acm/certificateValidation:CertificateValidation": { read: ["acm:DescribeCertificate"], write: [], delete: [] },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
        read: ["eks:ListAssociatedAccessPolicies"],
        write: ["eks:AssociateAccessPolicy"],
        delete: ["eks:DisassociateAccessPolicy"],
    },
    "aws:lb/listenerCertificate:ListenerCertificate": {
        read: ["elasticloadbalancing:DescribeListenerCertificates"],
        write: ["elasticloadbalancing:AddListenerCertificates"],
        delete: ["elasticloadbalancing:RemoveListenerCertificates"],
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        read: ["iam:ListAttachedRolePolicies"],
        write: ["iam:AttachRolePolicy"],
        delete: ["iam:DetachRolePolicy"],
    },
};

/** What Terraform's provider calls besides, by the same source. */
const besides: Readonly<Record<string, Partial<Rights>>> = {
    "aws:acm/certificate:Certificate": { write: ["acm:ImportCertificate"] },
    "aws:ec2/eip:Eip": { read: ["ec2:DescribeAddressesAttribute"] },
    // CloudFormation attaches it by a separate type.
    "aws:ec2/internetGateway:InternetGateway": {
        write: ["ec2:AttachInternetGateway", "ec2:DetachInternetGateway"],
        delete: ["ec2:DetachInternetGateway"],
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        read: ["ec2:DescribeLaunchTemplateVersions"],
        write: ["ec2:ModifyLaunchTemplate"],
    },
    "aws:ec2/securityGroup:SecurityGroup": { delete: ["ec2:DescribeNetworkInterfaces"] },
    "aws:ec2/subnet:Subnet": { delete: ["ec2:DescribeNetworkInterfaces"] },
    "aws:iam/role:Role": { delete: ["iam:ListInstanceProfilesForRole"] },
    // The first load balancer of an account has its role created (https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html).
    "aws:lb/loadBalancer:LoadBalancer": {
        read: ["elasticloadbalancing:DescribeLoadBalancerAttributes"],
        write: ["iam:CreateServiceLinkedRole"],
    },
    "aws:lb/targetGroup:TargetGroup": { read: ["elasticloadbalancing:DescribeTargetGroupAttributes"] },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { write: ["ec2:ModifySecurityGroupRules"] },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { write: ["ec2:ModifySecurityGroupRules"] },
};

/** What handlers call for features that this program uses none of: other services, EKS Auto Mode, encrypted VPCs, transfers of addresses, pools of IPAM. */
const unused =
    /^(cognito-idp|acm-pca|s3|firehose):|InstanceProfile$|^ec2:(CreateVpcEncryptionControl|DescribeVpcEncryptionControls|AcceptAddressTransfer|ModifyVpcTenancy)$|BearerToken|IpPools$|IpamPools$|ResourcePolic|DataProtection|IndexPolic|^logs:CreateLogDelivery$/;

function load(): ReadonlyMap<string, Schema> {
    return new Map(
        readdirSync(schemas)
            .filter((name) => name.endsWith(".json"))
            .map((name) => JSON.parse(readFileSync(join(schemas, name), "utf8")) as Schema)
            .map((schema) => [schema.typeName, schema]),
    );
}

function rightsOf(type: string, schema: Schema | undefined): Rights {
    const own = (kind: keyof Rights, ...handlers: readonly string[]) =>
        [
            ...new Set([
                ...handlers.flatMap((handler) => schema?.handlers?.[handler]?.permissions ?? []),
                ...(besides[type]?.[kind] ?? []),
            ]),
        ]
            .filter((action) => !unused.test(action) || action === "iam:ListInstanceProfilesForRole")
            .sort();
    return { read: own("read", "read"), write: own("write", "create", "update"), delete: own("delete", "delete") };
}

const found = load();
const byType = Object.fromEntries(
    [
        ...Object.entries(names).map(([type, name]) => [type, rightsOf(type, found.get(name))] as const),
        ...Object.entries(others),
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
);
const wheel = readdirSync(cfnLint).find((name) => name.endsWith(".dist-info")) ?? "";
const table = {
    source: `PyPI ${wheel
        .replace(".dist-info", "")
        .replace("_", "-")
        .replace(
            /-(?=\d)/,
            " ",
        )}, handlers of CloudFormation's schemas; https://github.com/hashicorp/terraform-provider-aws`,
    asOf,
    byType,
};
writeFileSync(join(__dirname, "..", "..", "components", "aws", "rights.json"), `${JSON.stringify(table, null, 4)}\n`);
