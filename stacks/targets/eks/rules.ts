import type { Problem } from "../../../components/common/problem";
import { eksClusterSchema } from "./schema";
import type { EksGroups } from "./settings";

/** What AWS refuses of settings that are valid by themselves. */
export function eksProblems(groups: EksGroups): Problem[] {
    return [adoptedVpc, serviceWithAffinity, albWithoutRights].flatMap((rule) => rule(groups));
}

/** Settings of a VPC that this program would create. */
const ownVpc = ["vpcCidr", "zones", "natGateways"] as const;

function adoptedVpc({ cluster }: EksGroups): Problem[] {
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
            rule: "it has no effect with a VPC of yours",
            remedy: "remove it, or vernemq:cluster.vpc",
        }));
}

/**
 * The controller in EKS's control plane makes no load balancer for a Service with session affinity: "unsupported load balancer affinity:
 * ClientIP" (cilium#32646, kubernetes#13892). The AWS Load Balancer Controller of target eks has no right to make any.
 */
function serviceWithAffinity({ broker, edge }: EksGroups): Problem[] {
    return broker.service.type === "LoadBalancer" && edge.exposure === "none"
        ? [
              {
                  key: "vernemq:broker.service.type",
                  value: broker.service.type,
                  rule: "AWS makes no load balancer for a Service with session affinity, so its address would never come (kubernetes#13892)",
                  remedy: "use ClusterIP, or choose another vernemq:edge.exposure: internal stays in the VPC",
              },
          ]
        : [];
}

/** The cluster that this program creates has a load balancer controller without the rights to create load balancers. */
function albWithoutRights({ edge: { webSocket } }: EksGroups): Problem[] {
    return webSocket?.controller === "alb"
        ? [
              {
                  key: "vernemq:edge.webSocket.controller",
                  value: webSocket.controller,
                  rule: "the AWS Load Balancer Controller of target eks may put pods into target groups and make nothing, so it serves no Ingress",
                  remedy: "leave vernemq:edge.webSocket out, since the edge's Network Load Balancer serves wss itself, or use another controller",
              },
          ]
        : [];
}
