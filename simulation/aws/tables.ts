import type { ServiceTables } from "../tables";

/** A rule of a security group, whichever way it lets pass. */
const securityGroupRule = [
    "securityGroupId",
    "ipProtocol",
    "fromPort",
    "toPort",
    "cidrIpv4",
    "referencedSecurityGroupId",
] as const;

export const tables: ServiceTables = {
    uniqueInputs: {
        "aws:cloudwatch/logGroup:LogGroup": ["name"],
        "aws:ec2/launchTemplate:LaunchTemplate": ["name"],
        "aws:ec2/route:Route": ["routeTableId", "destinationCidrBlock"],
        "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
        "aws:ec2/securityGroup:SecurityGroup": ["vpcId", "name"],
        "aws:eks/addon:Addon": ["clusterName", "addonName"],
        "aws:eks/cluster:Cluster": ["name"],
        "aws:eks/nodeGroup:NodeGroup": ["clusterName", "nodeGroupName"],
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": ["clusterName", "namespace", "serviceAccount"],
        "aws:iam/role:Role": ["name"],
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role", "policyArn"],
        "aws:lb/listener:Listener": ["loadBalancerArn", "port"],
        "aws:lb/loadBalancer:LoadBalancer": ["name"],
        "aws:lb/targetGroup:TargetGroup": ["name"],
        "aws:route53/record:Record": ["zoneId", "name", "type"],
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
    },
    seconds: {
        "aws:eks/cluster:Cluster": 600,
        "aws:eks/nodeGroup:NodeGroup": 150,
        "aws:eks/addon:Addon": 40,
        "aws:ec2/natGateway:NatGateway": 100,
        "aws:lb/loadBalancer:LoadBalancer": 150,
        "aws:acm/certificateValidation:CertificateValidation": 90,
    },
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
    idPrefixes: {
        "aws:ec2/vpc:Vpc": "vpc",
        "aws:ec2/subnet:Subnet": "subnet",
        "aws:ec2/internetGateway:InternetGateway": "igw",
        "aws:ec2/eip:Eip": "eipalloc",
        "aws:ec2/natGateway:NatGateway": "nat",
        "aws:ec2/routeTable:RouteTable": "rtb",
        "aws:ec2/route:Route": "r",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc",
        "aws:ec2/securityGroup:SecurityGroup": "sg",
        "aws:ec2/launchTemplate:LaunchTemplate": "lt",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": "a",
    },
    // https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
    globalTypes: /^aws:(iam|route53)\//,
    idIsOutput: { arn: /^aws:(acm|lb)\//, name: /^aws:iam\/role:/ },
};
