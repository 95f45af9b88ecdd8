import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../cluster/handle";
import type { EdgeEndpoint } from "../endpoint";
import type { HaproxyTier } from "../haproxy/tier";
import type { EdgePlan, ListenerName } from "../plan";

export interface ServiceEntranceArgs {
    readonly cluster: ClusterHandle;
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
    /** Fixed node ports, with exposure node-port. */
    readonly nodePorts?: Readonly<Partial<Record<ListenerName, number>>>;
    /** Address to ask MetalLB for. */
    readonly address?: string;
}

/** The Service before HAProxy on a cluster of one's own: a load balancer (MetalLB or what the cluster has), node ports or a ClusterIP. */
export class ServiceEntrance extends pulumi.ComponentResource implements EdgeEndpoint {
    readonly address: pulumi.Output<string> | undefined;
    readonly addressKind = "ip";
    readonly serviceName = "vernemq-edge";

    constructor(name: string, args: ServiceEntranceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:ServiceEntrance", name, {}, opts);
        const type = serviceType(args.plan);
        const service = new core.Service(
            `${name}-service`,
            {
                metadata: { name: this.serviceName, namespace: args.haproxy.namespace },
                spec: {
                    type,
                    selector: args.haproxy.podLabels,
                    ...(type === "ClusterIP" ? {} : { externalTrafficPolicy: "Local" }),
                    ports: args.plan.listeners.map((listener) => ({
                        name: listener.name,
                        port: listener.port,
                        targetPort: args.haproxy.ports[listener.name],
                        ...(args.nodePorts?.[listener.name] === undefined
                            ? {}
                            : { nodePort: args.nodePorts[listener.name] }),
                    })),
                },
            },
            { parent: this, provider: args.cluster.provider, dependsOn: [...args.haproxy.ready] },
        );
        this.address =
            type === "LoadBalancer"
                ? service.status.apply((status) => status.loadBalancer.ingress[0]?.ip ?? "")
                : undefined;
        this.registerOutputs({ address: this.address });
    }
}

function serviceType(plan: EdgePlan): "LoadBalancer" | "NodePort" | "ClusterIP" {
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
