import type { Properties } from "../provider";
import { at } from "../provider";

/** A rule of a security group, whichever way it lets pass. */
const securityGroupRule = [
    "securityGroupId",
    "ipProtocol",
    "fromPort",
    "toPort",
    "cidrIpv4",
    "referencedSecurityGroupId",
] as const;

/**
 * What makes a resource one of its kind: the inputs that two of them cannot share. Types that a cloud tells apart by an id of its own
 * alone (networks, disks, keys) are not here: of those it makes a second one without a word, which is how duplicates come about.
 */
const nameInputs: Readonly<Record<string, readonly string[]>> = {
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
    "digitalocean:index/kubernetesCluster:KubernetesCluster": ["name"],
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": ["clusterId", "name"],
    "digitalocean:index/vpc:Vpc": ["name"],
    "gcp:container/cluster:Cluster": ["location", "name"],
    "gcp:container/nodePool:NodePool": ["location", "cluster", "name"],
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": ["zone", "name"],
    "gcp:dns/recordSet:RecordSet": ["managedZone", "name", "type"],
    "gcp:projects/iAMMember:IAMMember": ["project", "role", "member"],
    "gcp:serviceaccount/account:Account": ["accountId"],
};

/**
 * The text that no other resource of the cloud may share; undefined where the program leaves the name to the cloud.
 *
 * @param id The resource's id: on Azure and in Kubernetes it is the name.
 * @param place What it is unique in; see place.ts. Regions and zones that a resource names itself are added here.
 */
export function uniqueName(type: string, inputs: Properties, id: string, place: string): string | undefined {
    const [cloud] = type.split(":");
    if (cloud === "kubernetes") {
        return `${place} ${type} ${id}`;
    }
    if (cloud === "azure-native") {
        return `${place} ${id.toLowerCase()}`;
    }
    const own = nameInputs[type];
    const paths = own ?? (cloud === "gcp" ? ["name"] : undefined);
    // The last part is the name itself: without it the cloud makes one up. Rules have no name and are told apart by all they say.
    if (paths === undefined || paths.every((path) => at(inputs, path) === undefined)) {
        return undefined;
    }
    const isNamed = paths.includes("fromPort") || at(inputs, paths[paths.length - 1] ?? "") !== undefined;
    const within = ["project", "region", "zone"].flatMap((path) => {
        const value = at(inputs, path);
        return typeof value === "string" ? [value] : [];
    });
    const values = paths.map((path) => JSON.stringify(at(inputs, path) ?? null)).join(" ");
    return isNamed ? [place, ...within, type, values].join(" ") : undefined;
}
