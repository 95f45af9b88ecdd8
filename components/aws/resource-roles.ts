import { valueOf, valuesOf } from "../common/property-path";
import { type PhysicalIds, type ResourceRoles, stateless, statelessWithTags } from "../common/resource-role";
import { listenerTls } from "./tls";

export const resourceRoles: ResourceRoles = {
    "aws:eks/cluster:Cluster": {
        role: "cluster",
        tags: "tags",
        cluster: {
            apiNetworks: "vpcConfig.publicAccessCidrs.*",
            privateApi: { path: "vpcConfig.endpointPublicAccess", value: false },
            deletionProtection: "deletionProtection",
            // By envelope with a key of AWS from 1.28 on (https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html).
            encryptsSecrets: ({ version, encryptionConfig }) =>
                !(Number(/^1\.(\d+)/.exec(String(version))?.[1]) < 28) ||
                valuesOf(encryptionConfig, "provider.keyArn").length > 0,
        },
    },
    "aws:eks/nodeGroup:NodeGroup": {
        role: "node pool",
        tags: "tags",
        nodePool: { labels: "labels", count: "scalingConfig.desiredSize", places: "subnetIds.*" },
    },
    "aws:ebs/volume:Volume": { role: "volume", disks: { path: "", encrypted: "encrypted" } },
    "aws:ec2/eip:Eip": { role: "address", tags: "tags" },
    "aws:lb/loadBalancer:LoadBalancer": { role: "load balancer", tags: "tags" },
    "aws:kms/key:Key": { role: "encryption key", tags: "tags" },
    "aws:cloudwatch/logGroup:LogGroup": { role: "log group" },
    "aws:lb/targetGroup:TargetGroup": {
        role: "stateless",
        tags: "tags",
        keepsAffinity: (inputs) =>
            valueOf(inputs, "stickiness.enabled") === true && valueOf(inputs, "stickiness.type") === "source_ip",
        keepsClientAddress: {
            path: "preserveClientIp",
            value: "true",
            most: 55_000,
            source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html#port-allocation-errors",
            asOf: "2026-11",
        },
    },
    "aws:lb/listener:Listener": { role: "stateless", openPorts: ["port"], lowestTls: listenerTls },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        role: "stateless",
        tags: "tags",
        disks: { path: "blockDeviceMappings.*.ebs", encrypted: "encrypted" },
    },
    ...statelessWithTags(
        "aws:acm/certificate:Certificate",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:eks/addon:Addon",
        "aws:iam/role:Role",
    ),
    ...stateless(
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:lb/listenerCertificate:ListenerCertificate",
        "aws:route53/record:Record",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
    ),
};

export const physicalIds: PhysicalIds = {
    "aws:cloudwatch/logGroup:LogGroup": "{name}",
    "aws:ec2/route:Route": "{routeTableId}_{destinationCidrBlock}",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "{subnetId}/{routeTableId}",
    "aws:eks/addon:Addon": "{clusterName}:{addonName}",
    "aws:eks/cluster:Cluster": "{name}",
    "aws:eks/nodeGroup:NodeGroup": "{clusterName}:{nodeGroupName}",
    "aws:iam/role:Role": "{name}",
    "aws:iam/rolePolicy:RolePolicy": "{role}:{name}",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "{role}/{policyArn}",
    "aws:lb/listenerCertificate:ListenerCertificate": "{listenerArn}_{certificateArn}",
    "aws:route53/record:Record": "{zoneId}_{name}_{type}",
};
