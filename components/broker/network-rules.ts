import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { brokerPorts } from "./ports";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/** Who is at the other end of a connection: pods of the broker's namespace, pods anywhere in the cluster, or a network. */
export type NetworkPeer =
    | { readonly kind: "pods"; readonly labels: Readonly<Record<string, string>> }
    | { readonly kind: "cluster" }
    | { readonly kind: "network"; readonly cidr: pulumi.Input<string> };

/** Who may reach which listeners. */
export interface BrokerAccess {
    /** The listeners that the edge uses; those that are not asked for stay closed. */
    readonly listeners: readonly ("mqtt" | "ws")[];
    /** Where the edge's connections come from. Where it sends PROXY headers, any other pod could forge a client's address. */
    readonly edge: readonly NetworkPeer[];
    /** Who checks health from outside the cluster, for example a cloud load balancer's probes. */
    readonly health: readonly NetworkPeer[];
    /** Ports of the Kubernetes API server, of which VerneMQ asks for its peers; none where it does not. */
    readonly apiServerPorts: readonly number[];
}

/**
 * A database, webhook or other broker that the brokers connect to, at a TCP port: of a network outside the cluster, or of a namespace of
 * it, because some network plugins (Cilium) do not match pods by network.
 */
export type EgressTarget = { readonly port: number } & (
    | { readonly cidr: string; readonly namespace?: undefined }
    | { readonly namespace: string; readonly cidr?: undefined }
);

/** Pods of the brokers' own namespace that they connect to. */
export interface NeededPods {
    readonly labels: Readonly<Record<string, string>>;
    readonly port: number;
}

/** Who may talk to the brokers, and whom they may talk to. */
export interface BrokerNetwork {
    /** Labels of the broker pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    readonly access: BrokerAccess;
    /** Where brokers may connect to beside DNS, the Kubernetes API and each other. */
    readonly egress: readonly EgressTarget[];
    /** Ports of the listeners for clients inside the cluster. Default: plain MQTT. */
    readonly insidePorts?: readonly number[];
    /** Pods of the same namespace that the brokers need. */
    readonly neededPods?: readonly NeededPods[];
}

/** The NetworkPolicy of the broker pods. Kubelet probes and `kubectl port-forward` come from a pod's own node, which no policy blocks. */
export function networkPolicySpec(args: BrokerNetwork): NetworkPolicySpec {
    const { access, podLabels, insidePorts = [brokerPorts.internal], neededPods = [] } = args;
    const brokers: Peer = { podSelector: { matchLabels: podLabels } };
    return {
        podSelector: { matchLabels: podLabels },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
            { from: access.edge.map(peer), ports: access.listeners.map((name) => tcp(brokerPorts[name])) },
            { from: [anyPod], ports: [...insidePorts.map(tcp), tcp(brokerPorts.http)] },
            ...(access.health.length === 0 ? [] : [{ from: access.health.map(peer), ports: [tcp(brokerPorts.http)] }]),
            { from: [brokers], ports: clusterPorts },
        ],
        egress: [
            // No `to`: the addresses of DNS (a node-local cache too) and of the API server are the cluster's own affair, and plugins
            // that know pods by identity do not match them by network.
            { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
            // An empty list of ports would be every port.
            ...(access.apiServerPorts.length === 0 ? [] : [{ ports: access.apiServerPorts.map(tcp) }]),
            // The start script reads a peer's status over HTTP before it joins.
            { to: [brokers], ports: [...clusterPorts, tcp(brokerPorts.http)] },
            ...neededPods.map(({ labels, port }) => ({
                to: [{ podSelector: { matchLabels: labels } }],
                ports: [tcp(port)],
            })),
            ...args.egress.map((target) => ({ to: [egressPeer(target)], ports: [tcp(target.port)] })),
        ],
    };
}

const anyPod: Peer = { namespaceSelector: {} };

/** Between the brokers only. A client that reaches these and has the Erlang cookie runs code in the broker. One by one, because not every plugin knows ranges (`endPort`). */
const clusterPorts: Port[] = [
    tcp(brokerPorts.epmd),
    tcp(brokerPorts.clustering),
    ...Array.from({ length: brokerPorts.distribution.last - brokerPorts.distribution.first + 1 }, (_, index) =>
        tcp(brokerPorts.distribution.first + index),
    ),
];

function tcp(port: number): Port {
    return { protocol: "TCP", port };
}

function peer(source: NetworkPeer): Peer {
    switch (source.kind) {
        case "pods":
            return { podSelector: { matchLabels: source.labels } };
        case "cluster":
            return anyPod;
        case "network":
            return { ipBlock: { cidr: source.cidr } };
    }
}

function egressPeer({ cidr, namespace }: EgressTarget): Peer {
    return cidr !== undefined
        ? { ipBlock: { cidr } }
        : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}
