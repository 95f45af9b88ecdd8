import type { Emitted } from "./emitted";

/** Terraform's names of the types that this program uses of AWS. */
export const awsTypes: Readonly<Record<string, string>> = {
    "aws:acm/certificate:Certificate": "aws_acm_certificate",
    "aws:acm/certificateValidation:CertificateValidation": "aws_acm_certificate_validation",
    "aws:cloudwatch/logGroup:LogGroup": "aws_cloudwatch_log_group",
    "aws:ec2/eip:Eip": "aws_eip",
    "aws:ec2/internetGateway:InternetGateway": "aws_internet_gateway",
    "aws:ec2/launchTemplate:LaunchTemplate": "aws_launch_template",
    "aws:ec2/natGateway:NatGateway": "aws_nat_gateway",
    "aws:ec2/route:Route": "aws_route",
    "aws:ec2/routeTable:RouteTable": "aws_route_table",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "aws_route_table_association",
    "aws:ec2/securityGroup:SecurityGroup": "aws_security_group",
    "aws:ec2/subnet:Subnet": "aws_subnet",
    "aws:ec2/vpc:Vpc": "aws_vpc",
    "aws:eks/accessEntry:AccessEntry": "aws_eks_access_entry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "aws_eks_access_policy_association",
    "aws:eks/addon:Addon": "aws_eks_addon",
    "aws:eks/cluster:Cluster": "aws_eks_cluster",
    "aws:eks/nodeGroup:NodeGroup": "aws_eks_node_group",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "aws_eks_pod_identity_association",
    "aws:iam/role:Role": "aws_iam_role",
    "aws:iam/rolePolicy:RolePolicy": "aws_iam_role_policy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "aws_iam_role_policy_attachment",
    "aws:kms/key:Key": "aws_kms_key",
    "aws:lb/listener:Listener": "aws_lb_listener",
    "aws:lb/listenerCertificate:ListenerCertificate": "aws_lb_listener_certificate",
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:lb/targetGroup:TargetGroup": "aws_lb_target_group",
    "aws:route53/record:Record": "aws_route53_record",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "aws_vpc_security_group_egress_rule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "aws_vpc_security_group_ingress_rule",
};

/** Settings with which the provider plans and calls nothing. */
export const awsSettings = {
    region: "eu-central-1",
    access_key: "none",
    secret_key: "none",
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_requesting_account_id: true,
} as const;

/** Values that the provider takes, where it does not take just any: others than what a stack has, or two for what no stack has. */
export const awsAlternatives: Readonly<Record<string, unknown>> = {
    "aws:acm/certificate:Certificate validationMethod": "EMAIL",
    "aws:acm/certificate:Certificate keyAlgorithm": ["RSA_2048", "EC_prime256v1"],
    "aws:cloudwatch/logGroup:LogGroup retentionInDays": 60,
    "aws:cloudwatch/logGroup:LogGroup logGroupClass": ["STANDARD", "INFREQUENT_ACCESS"],
    "aws:ec2/eip:Eip domain": "standard",
    "aws:ec2/route:Route destinationIpv6CidrBlock": "2001:db8::/32",
    "aws:ec2/subnet:Subnet cidrBlock": "10.0.1.0/24",
    "aws:ec2/launchTemplate:LaunchTemplate blockDeviceMappings.*.ebs.volumeType": "gp2",
    "aws:ec2/launchTemplate:LaunchTemplate metadataOptions.httpEndpoint": "disabled",
    "aws:ec2/launchTemplate:LaunchTemplate metadataOptions.httpTokens": "optional",
    "aws:ec2/natGateway:NatGateway connectivityType": ["public", "private"],
    "aws:ec2/natGateway:NatGateway privateIp": ["10.0.0.8", "10.0.0.9"],
    "aws:ec2/vpc:Vpc cidrBlock": "10.1.0.0/16",
    "aws:ec2/vpc:Vpc instanceTenancy": ["default", "dedicated"],
    "aws:eks/addon:Addon configurationValues": "{}",
    "aws:eks/addon:Addon resolveConflictsOnCreate": ["NONE", "OVERWRITE"],
    "aws:eks/addon:Addon resolveConflictsOnUpdate": "PRESERVE",
    "aws:eks/cluster:Cluster accessConfig.authenticationMode": "API_AND_CONFIG_MAP",
    "aws:eks/cluster:Cluster enabledClusterLogTypes.*": "scheduler",
    "aws:eks/cluster:Cluster vpcConfig.publicAccessCidrs.*": "198.51.100.0/24",
    "aws:eks/accessEntry:AccessEntry type": "EC2_LINUX",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation accessScope.type": "namespace",
    "aws:eks/cluster:Cluster kubernetesNetworkConfig.ipFamily": "ipv6",
    "aws:eks/cluster:Cluster kubernetesNetworkConfig.serviceIpv4Cidr": "10.200.0.0/16",
    "aws:eks/cluster:Cluster upgradePolicy.supportType": "EXTENDED",
    "aws:eks/nodeGroup:NodeGroup amiType": "AL2023_ARM_64_STANDARD",
    "aws:eks/nodeGroup:NodeGroup capacityType": "SPOT",
    "aws:eks/nodeGroup:NodeGroup taints.*.effect": "NO_EXECUTE",
    "aws:iam/role:Role assumeRolePolicy": '{"Version":"2012-10-17","Statement":[]}',
    "aws:iam/role:Role maxSessionDuration": [3600, 7200],
    "aws:iam/rolePolicy:RolePolicy policy": '{"Version":"2012-10-17","Statement":[]}',
    "aws:kms/key:Key customerMasterKeySpec": ["SYMMETRIC_DEFAULT", "RSA_2048"],
    "aws:kms/key:Key deletionWindowInDays": 20,
    "aws:kms/key:Key keyUsage": ["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
    "aws:kms/key:Key rotationPeriodInDays": [90, 180],
    "aws:lb/listener:Listener protocol": "TCP_UDP",
    "aws:lb/loadBalancer:LoadBalancer ipAddressType": "dualstack",
    "aws:lb/loadBalancer:LoadBalancer loadBalancerType": "gateway",
    "aws:lb/loadBalancer:LoadBalancer namePrefix": ["one-", "two-"],
    "aws:lb/targetGroup:TargetGroup healthCheck.protocol": ["TCP", "HTTPS"],
    "aws:lb/targetGroup:TargetGroup ipAddressType": "ipv6",
    "aws:lb/targetGroup:TargetGroup namePrefix": ["one-", "two-"],
    "aws:lb/targetGroup:TargetGroup protocol": "TCP_UDP",
    "aws:lb/targetGroup:TargetGroup stickiness.type": "source_ip_dest_ip",
    "aws:lb/targetGroup:TargetGroup targetType": "instance",
    "aws:route53/record:Record type": "AAAA",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule cidrIpv4": "198.51.100.0/24",
};

const account = "arn:aws:iam::111122223333";
const cluster = { clusterName: "one", nodeRoleArn: `${account}:role/one`, subnetIds: ["subnet-1", "subnet-2"] };
const scalingConfig = { desiredSize: 1, maxSize: 2, minSize: 1 };

/** Resources that no stack of the tests has, with what a user's transform may set. */
export const awsExtras: readonly Emitted[] = [
    {
        type: "aws:acm/certificate:Certificate",
        inputs: {
            domainName: "one.example.com",
            certificateAuthorityArn: "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/one",
        },
    },
    {
        type: "aws:acm/certificate:Certificate",
        inputs: {
            ...{ domainName: "one.example.com", validationMethod: "EMAIL" },
            validationOptions: [{ domainName: "one.example.com", validationDomain: "example.com" }],
        },
    },
    { type: "aws:cloudwatch/logGroup:LogGroup", inputs: { namePrefix: "one" } },
    { type: "aws:ec2/natGateway:NatGateway", inputs: { connectivityType: "private", subnetId: "subnet-1" } },
    {
        type: "aws:ec2/route:Route",
        inputs: { routeTableId: "rtb-1", destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" },
    },
    {
        type: "aws:ec2/route:Route",
        inputs: { routeTableId: "rtb-1", destinationPrefixListId: "pl-1", transitGatewayId: "tgw-1" },
    },
    {
        type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
        inputs: { routeTableId: "rtb-1", gatewayId: "igw-1" },
    },
    {
        type: "aws:ec2/subnet:Subnet",
        inputs: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", availabilityZoneId: "euc1-az1" },
    },
    { type: "aws:ec2/vpc:Vpc", inputs: { ipv4IpamPoolId: "ipam-pool-1", ipv4NetmaskLength: 20 } },
    {
        type: "aws:eks/accessEntry:AccessEntry",
        inputs: {
            clusterName: "one",
            principalArn: `${account}:role/one`,
            type: "STANDARD",
            kubernetesGroups: ["one"],
        },
    },
    {
        type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        inputs: {
            ...{ clusterName: "one", principalArn: `${account}:role/one` },
            ...{ policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" },
            accessScope: { type: "cluster" },
        },
    },
    {
        type: "aws:eks/cluster:Cluster",
        inputs: {
            ...{ name: "one", roleArn: `${account}:role/one`, vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] } },
            kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "10.100.0.0/16" },
            ...{ upgradePolicy: { supportType: "STANDARD" }, zonalShiftConfig: { enabled: true } },
        },
    },
    {
        type: "aws:eks/nodeGroup:NodeGroup",
        inputs: { ...cluster, scalingConfig, launchTemplate: { name: "one", version: "1" } },
    },
    {
        type: "aws:eks/nodeGroup:NodeGroup",
        inputs: { ...cluster, scalingConfig, remoteAccess: { ec2SshKey: "one", sourceSecurityGroupIds: ["sg-1"] } },
    },
];
