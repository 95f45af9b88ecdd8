import * as pulumi from "@pulumi/pulumi";
import type { Broker } from "../components/broker/broker";
import type { ClusterHandle } from "../components/cluster/handle";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import { summarizeEdge } from "../components/edge/plan";
import type { Settings } from "./config";

/** What a stack exports: where devices connect, whom they trust and what a person runs next. */
export interface StackOutputs {
    /** URL by listener, for example `mqtts://mqtt.example.com:8883`. */
    readonly endpoints: Readonly<Record<string, string>>;
    /** Address of the load balancer, for the DNS record of the host where this program keeps none. */
    readonly address: pulumi.Output<string> | undefined;
    /** The CA to give to clients, where it is ours. */
    readonly ca: pulumi.Output<string> | undefined;
    readonly clusterName: pulumi.Output<string>;
    /** A secret; left out where the machine's own kubeconfig is used. */
    readonly kubeconfig: pulumi.Output<string> | undefined;
    /** Passwords that were generated, by user; a secret. */
    readonly passwords: pulumi.Output<Record<string, string>>;
    /** The chain of hops in one line. */
    readonly edge: string;
    readonly nextCommands: readonly string[];
}

/** Gathers the outputs of a deployed stack; those that a stack does not have are left out. */
export function stackOutputs(parts: {
    readonly settings: Settings;
    readonly cluster: ClusterHandle;
    readonly broker: Broker;
    readonly endpoint: EdgeEndpoint | undefined;
    readonly ca: pulumi.Output<string> | undefined;
}): StackOutputs {
    const { settings, cluster, broker, endpoint, ca } = parts;
    const outputs: StackOutputs = {
        endpoints: endpointUrls(settings),
        address: endpoint?.address,
        ca,
        clusterName: cluster.clusterName,
        kubeconfig: cluster.kubeconfig,
        passwords: broker.passwords,
        edge: summarizeEdge(settings.edgePlan),
        nextCommands: nextCommands(settings, broker, endpoint),
    };
    return Object.fromEntries(
        Object.entries(outputs).filter(([, value]) => value !== undefined),
    ) as unknown as StackOutputs;
}

function endpointUrls(settings: Settings): Record<string, string> {
    const host = settings.edge.host;
    return host === undefined
        ? {}
        : Object.fromEntries(
              settings.edgePlan.listeners.map(({ name, port }) => [
                  name,
                  name === "wss" ? `wss://${host}:${port.toString()}/mqtt` : `${name}://${host}:${port.toString()}`,
              ]),
          );
}

function nextCommands(settings: Settings, broker: Broker, endpoint: EdgeEndpoint | undefined): string[] {
    const namespace = `--namespace ${settings.broker.namespace}`;
    const service = `svc/${broker.release}`;
    return [
        ...(settings.target === "existing"
            ? []
            : ["pulumi stack output kubeconfig --show-secrets > kubeconfig && export KUBECONFIG=$PWD/kubeconfig"]),
        `kubectl exec ${broker.release}-0 ${namespace} -- vmq-admin cluster show`,
        `kubectl port-forward ${service} ${namespace} 1883:1883`,
        `kubectl port-forward ${broker.release}-0 ${namespace} 8888:8888`,
        ...(endpoint?.address === undefined && endpoint?.serviceName !== undefined
            ? [`kubectl port-forward svc/${endpoint.serviceName} ${namespace} 8883:8883`]
            : []),
        "pulumi stack output passwords --show-secrets",
    ];
}
