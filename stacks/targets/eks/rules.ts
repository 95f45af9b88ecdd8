import { compact, type Maybe } from "../../../components/common/compact";
import { connectionTracking, publicAccessCidrs, securityGroupRules } from "../../../components/aws/limits";
import { familyOf, zonesWithoutEks } from "../../../components/aws/catalog";
import type { Problem } from "../../../components/common/problem";
import { isForDocumentation, isNonPublic } from "../../../components/common/special-networks";
import { idleTimeoutFor } from "../../../components/edge/plan";
import { eksClusterSchema, type EksGroups } from "./schema";

/** What AWS refuses of settings that are valid by themselves. */
export function eksProblems(groups: EksGroups): Problem[] {
    const { broker, cluster, edge } = groups;
    return compact([
        ...adoptedVpc(cluster),
        ...apiNetworks(cluster),
        // This program creates objects in the cluster, so it has to reach a private endpoint before it has created any network itself.
        cluster.apiEndpoint === "private" &&
            cluster.vpc === undefined && {
                key: "vernemq:cluster.apiEndpoint",
                value: cluster.apiEndpoint,
                rule: "a private endpoint is reached from inside its VPC, and nothing outside reaches a new VPC yet, so the update would wait forever",
                remedy: "name a VPC that your pipeline reaches (vernemq:cluster.vpc), or use public with few vernemq:cluster.apiAllowedCidrs",
            },
        ...foreignKey(groups),
        // The controller in EKS's control plane makes no load balancer for a Service with session affinity: "unsupported load balancer affinity:
        // ClientIP" (cilium#32646, kubernetes#13892). The AWS Load Balancer Controller of target eks has no right to make any.
        broker.service.type === "LoadBalancer" &&
            edge.exposure === "none" && {
                key: "vernemq:broker.service.type",
                value: broker.service.type,
                rule: "AWS creates no load balancer for a Service with session affinity, so it would never get an address (kubernetes#13892)",
                remedy: "use ClusterIP, or choose another vernemq:edge.exposure: internal stays in the VPC",
            },
        // The cluster that this program creates has a load balancer controller without the rights to create load balancers.
        edge.webSocket?.controller === "alb" && {
            key: "vernemq:edge.webSocket.controller",
            value: edge.webSocket.controller,
            rule: "the AWS Load Balancer Controller of target eks may register pods in target groups and create nothing, so it serves no Ingress",
            remedy: "leave vernemq:edge.webSocket out, since the edge's Network Load Balancer serves wss itself, or use another controller",
        },
    ]);
}

/** What works and yet deserves a thought, or a higher quota. */
export function eksWarnings({ cloud: { region }, cluster, edge }: EksGroups): string[] {
    const { apiAllowedCidrs, apiEndpoint, vpc } = cluster;
    // EKS refuses these too, and still examples have to be planned.
    const examples = apiEndpoint === "private" ? [] : apiAllowedCidrs.filter(isForDocumentation);
    const zoneId = region === undefined || vpc !== undefined ? undefined : zonesWithoutEks.ids[region];
    // The load balancer's security group has a rule for each allowed network and listener.
    const hasLoadBalancer = edge.exposure === "public" || edge.exposure === "internal";
    const rules = hasLoadBalancer ? new Set(edge.listeners).size * edge.allowedCidrs.length : 0;
    return compact([
        examples.length > 0 &&
            `EKS refuses documentation networks: put yours in place of ${examples.join(", ")} (cluster.apiAllowedCidrs).`,
        zoneId !== undefined &&
            region !== undefined &&
            `EKS takes no subnets in zone ${zoneId} of ${region}, and which letter that is differs by account: \`aws ec2 describe-availability-zones --region ${region}\` shows it (cluster.zones).`,
        rules > securityGroupRules.default &&
            `The load balancer's security group gets ${rules} inbound rules, and AWS allows ${securityGroupRules.default} unless the quota is raised (edge.allowedCidrs, ${securityGroupRules.source}).`,
        forgottenConnections(cluster, edge),
    ]);
}

/** EKS takes public networks only, and a limited number of them (containers-roadmap#2174, and errors quoted in public repositories). */
function apiNetworks({ apiAllowedCidrs, apiEndpoint }: EksGroups["cluster"]): Problem[] {
    const key = "vernemq:cluster.apiAllowedCidrs";
    if (apiEndpoint === "private") {
        return [];
    }
    return compact([
        apiAllowedCidrs.length > publicAccessCidrs.most && {
            key,
            value: apiAllowedCidrs.length,
            rule: `EKS takes at most ${publicAccessCidrs.most} networks`,
            remedy: "join neighboring networks, or let users in through one gateway",
        },
        ...apiAllowedCidrs.map(
            (cidr, index) =>
                isNonPublic(cidr) && {
                    key: `${key}[${index}]`,
                    value: cidr,
                    rule: "EKS takes public networks only: requests to the public endpoint never come from a private or reserved one",
                    remedy: "name the public address that these clients have on the internet, or none: inside the VPC the private endpoint needs no entry",
                },
        ),
    ]);
}

/** EKS and CloudWatch encrypt with keys of the cluster's region (https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html). */
function foreignKey({ cloud: { region }, cluster }: EksGroups): Problem[] {
    return compact(
        (["kmsKeyArn", "logKmsKeyArn"] as const).map((name) => {
            const keyRegion = cluster[name]?.split(":")[3];
            return (
                keyRegion !== undefined &&
                region !== undefined &&
                keyRegion !== region && {
                    key: `vernemq:cluster.${name}`,
                    value: cluster[name],
                    rule: `the key is in ${keyRegion}, and here AWS takes keys of the cluster's region only, ${region}`,
                    remedy: "name a key of that region; for a multi-Region key, its replica there",
                }
            );
        }),
    );
}

/** Instances whose connection tracking forgets a silent connection sooner than the edge does. */
function forgottenConnections(cluster: EksGroups["cluster"], edge: EksGroups["edge"]): Maybe<string> {
    const machine = cluster.systemNodes.instanceType;
    const silence = edge.keepaliveSeconds === undefined ? 0 : idleTimeoutFor(edge.keepaliveSeconds);
    const family = familyOf(machine);
    const forgets = family !== undefined && connectionTracking.families.has(family);
    return (
        forgets &&
        silence > connectionTracking.seconds &&
        !edge.tcpKeepalive &&
        `Instances of ${machine} forget a connection that was silent for ${connectionTracking.seconds} s, and this edge keeps connections for ${silence} s (${connectionTracking.source}): set edge.tcpKeepalive, or use a machine of an older generation (cluster.systemNodes.instanceType).`
    );
}

/** Settings of a VPC that this program would create. */
const ownVpc = ["vpcCidr", "zones", "natGateways"] as const;

function adoptedVpc(cluster: EksGroups["cluster"]): Problem[] {
    if (cluster.vpc === undefined) {
        return [];
    }
    // Parsed settings do not tell a default from the same value written out, which does no harm.
    return ownVpc
        .filter(
            (name) => JSON.stringify(cluster[name]) !== JSON.stringify(eksClusterSchema.shape[name].parse(undefined)),
        )
        .map((name) => ({
            key: `vernemq:cluster.${name}`,
            value: cluster[name],
            rule: "it has no effect with your own VPC",
            remedy: "remove it, or vernemq:cluster.vpc",
        }));
}
