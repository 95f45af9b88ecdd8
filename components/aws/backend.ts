import type * as pulumi from "@pulumi/pulumi";
import type { BrokerInfo } from "../broker/info";
import { brokerPorts } from "../broker/ports";
import { haproxyPorts } from "../edge/haproxy/ports";
import type { HaproxyTier } from "../edge/haproxy/tier";
import type { ListenerName } from "../edge/plan";

/**
 * How the load balancer finds out whether a pod can take connections. It puts the PROXY header before its health checks too, so an HTTP
 * check needs a port that understands it
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol).
 */
export type NlbHealthCheck =
    | { readonly protocol: "HTTP"; readonly port: number; readonly path: string }
    /** Opens a connection to the port that takes the clients. */
    | { readonly protocol: "TCP" };

/** The pods that the load balancer sends connections to. */
export interface NlbBackend {
    readonly namespace: pulumi.Output<string>;
    readonly podLabels: Readonly<Record<string, string>>;
    /** Container ports by listener. */
    readonly ports: Readonly<Record<ListenerName, number>>;
    readonly healthCheck: NlbHealthCheck;
    /** What has to be there before connections are sent. */
    readonly ready: readonly pulumi.Resource[];
}

/** HAProxy's pods. */
export function haproxyBackend(haproxy: HaproxyTier): NlbBackend {
    return {
        namespace: haproxy.namespace,
        podLabels: haproxy.podLabels,
        ports: haproxy.ports,
        healthCheck: { protocol: "HTTP", port: haproxyPorts.healthBehindProxyHeader, path: "/healthz" },
        ready: haproxy.ready,
    };
}

/**
 * VerneMQ's pods. Its HTTP port takes no PROXY header, its MQTT and WebSocket listeners take one without an address; whether they serve is
 * the readiness probe's question, and pods that are not ready are no targets.
 */
export function brokerBackend(broker: BrokerInfo): NlbBackend {
    return {
        namespace: broker.namespace,
        podLabels: broker.podLabels,
        ports: { mqtts: brokerPorts.mqtt, wss: brokerPorts.ws, mqtt: brokerPorts.mqtt },
        healthCheck: { protocol: "TCP" },
        ready: broker.ready,
    };
}
