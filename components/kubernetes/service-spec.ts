import { keepsNobodyOut } from "../common/addresses";
import type { EdgePlan, ListenerName } from "../edge/plan";

/** Name of the Service before HAProxy. */
export const edgeServiceName = "vernemq-edge";

export type EdgeServiceType = "LoadBalancer" | "NodePort" | "ClusterIP";

export interface EdgeServiceSpecInput {
    readonly plan: EdgePlan;
    /** Labels of the HAProxy pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** Container ports by listener. */
    readonly ports: Readonly<Record<ListenerName, number>>;
    readonly nodePorts?: Readonly<Partial<Record<ListenerName, number>>>;
}

/** What a Service before HAProxy says. Pure. */
export interface EdgeServiceSpec {
    readonly type: EdgeServiceType;
    readonly selector: Readonly<Record<string, string>>;
    readonly externalTrafficPolicy?: "Local" | "Cluster";
    readonly sessionAffinity: "ClientIP" | "None";
    readonly loadBalancerSourceRanges?: string[];
    readonly ports: {
        readonly name: string;
        readonly protocol: "TCP";
        readonly port: number;
        readonly targetPort: number;
        readonly nodePort?: number;
    }[];
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
export function edgeServiceSpec(input: EdgeServiceSpecInput): EdgeServiceSpec {
    const { plan } = input;
    const type = edgeServiceType(plan);
    return {
        type,
        selector: input.podLabels,
        externalTrafficPolicy: type === "ClusterIP" ? undefined : "Local",
        sessionAffinity: plan.affinity === "source-ip" && firstHopKeepsAddress(plan) ? "ClientIP" : "None",
        loadBalancerSourceRanges:
            type === "LoadBalancer" && !keepsNobodyOut(plan.allowedCidrs) ? [...plan.allowedCidrs] : undefined,
        ports: plan.listeners.map(({ name, port }) => {
            const nodePort = input.nodePorts?.[name];
            return {
                name,
                protocol: "TCP",
                port,
                targetPort: input.ports[name],
                nodePort,
            };
        }),
    };
}

/** Whether packets reach the Service with the client's own address: not behind a load balancer that ends connections. */
function firstHopKeepsAddress(plan: EdgePlan): boolean {
    const endpoint = plan.hops[0];
    return endpoint?.keepsClientAddress === true && endpoint.sends === "none";
}

function edgeServiceType(plan: EdgePlan): EdgeServiceType {
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
