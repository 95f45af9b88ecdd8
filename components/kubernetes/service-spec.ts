import type * as pulumi from "@pulumi/pulumi";
import { keepsNobodyOut } from "../common/addresses";
import type { HaproxyTier } from "../edge/haproxy/tier";
import type { EdgePlan, ListenerName } from "../edge/plan";

/** Name of the Service before HAProxy. */
export const edgeServiceName = "vernemq-edge";

/** What a Service before HAProxy follows from. */
export interface EdgeServiceInput {
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
    /** Annotations for whatever serves the Service's load balancer. */
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
    /** Fixed node ports, with exposure node-port. Default: the cluster picks. */
    readonly nodePorts?: Readonly<Partial<Record<ListenerName, number>>>;
}

/**
 * The Service before HAProxy as the edge plan wants it.
 *
 * - externalTrafficPolicy Local, because Cluster shows the node's address instead of the client's
 *   (https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip).
 * - sessionAffinity follows the plan: it counts per node only, so affinity rests on HAProxy's hash, which is the same in each of its
 *   pods; a client reconnects to the same HAProxy, which can then resume its TLS session. For a fleet behind one address
 *   (affinity client-id) it would put all of it on one pod.
 * - loadBalancerSourceRanges, unless all addresses may connect.
 */
export function edgeService({ plan, haproxy, annotations, nodePorts }: EdgeServiceInput) {
    const type = edgeServiceType(plan);
    return {
        metadata: { name: edgeServiceName, namespace: haproxy.namespace, annotations },
        spec: {
            type,
            selector: haproxy.podLabels,
            externalTrafficPolicy: type === "ClusterIP" ? undefined : "Local",
            sessionAffinity: plan.affinity === "source-ip" && firstHopKeepsAddress(plan) ? "ClientIP" : "None",
            loadBalancerSourceRanges:
                type === "LoadBalancer" && !keepsNobodyOut(plan.allowedCidrs) ? [...plan.allowedCidrs] : undefined,
            ports: plan.listeners.map(({ name, port }) => ({
                name,
                protocol: "TCP",
                port,
                targetPort: haproxy.ports[name],
                nodePort: nodePorts?.[name],
            })),
        },
    };
}

/** Whether packets reach the Service with the client's own address: not behind a load balancer that ends connections. */
function firstHopKeepsAddress(plan: EdgePlan): boolean {
    const endpoint = plan.hops[0];
    return endpoint?.keepsClientAddress === true && endpoint.sends === "none";
}

function edgeServiceType(plan: EdgePlan): "LoadBalancer" | "NodePort" | "ClusterIP" {
    switch (plan.exposure) {
        case "node-port":
            return "NodePort";
        case "cluster-ip":
        case "none":
            return "ClusterIP";
        case "public":
        case "internal":
            return "LoadBalancer";
    }
}
