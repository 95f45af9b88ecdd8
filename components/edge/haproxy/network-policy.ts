import type * as k8s from "@pulumi/kubernetes";
import { brokerPorts } from "../../broker/ports";
import { brokerListeners, type EdgePlan } from "../plan";
import { haproxyPodLabels } from "./labels";
import { haproxyPorts } from "./ports";

type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;

const dnsPort = 53;

/** Where an ingress controller or Gateway connects from: the pods of a namespace, or a network. */
export interface WebSource {
    /** All pods of this namespace. */
    readonly namespace?: string;
    readonly cidr?: string;
}

/**
 * Traffic of the HAProxy pods: in on their own ports, out to the brokers and to DNS, and nothing else. Who may come in is not said here
 * but in HAProxy's own rules, which know the client's address behind a load balancer too. Only the port of WebSocket without TLS is for
 * an ingress controller or Gateway alone: what it says of the client's address is believed.
 */
export function haproxyNetworkPolicy(input: {
    readonly plan: EdgePlan;
    readonly ports: Readonly<Record<string, number>>;
    readonly brokerPodLabels: Readonly<Record<string, string>>;
    /** Where an ingress controller or Gateway connects from. */
    readonly webSources?: readonly WebSource[];
}): NetworkPolicySpec {
    const open = Object.values(input.ports).filter((port) => port !== haproxyPorts.web);
    return {
        podSelector: { matchLabels: haproxyPodLabels },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
            { ports: open.map(tcp) },
            ...(input.plan.webSocket === undefined
                ? []
                : [{ from: (input.webSources ?? []).map(webPeer), ports: [tcp(haproxyPorts.web)] }]),
        ],
        egress: [
            {
                to: [{ podSelector: { matchLabels: input.brokerPodLabels } }],
                ports: [...brokerListeners(input.plan).map((kind) => brokerPorts[kind]), brokerPorts.http].map(tcp),
            },
            {
                // Anywhere: a node-local DNS cache has no pod and no address of the cluster.
                ports: [
                    { port: dnsPort, protocol: "UDP" },
                    { port: dnsPort, protocol: "TCP" },
                ],
            },
        ],
    };
}

function tcp(port: number) {
    return { port, protocol: "TCP" };
}

/** Every namespace has its name as a label (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name). */
function webPeer(source: WebSource) {
    return {
        ...(source.cidr === undefined ? {} : { ipBlock: { cidr: source.cidr } }),
        ...(source.namespace === undefined
            ? {}
            : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": source.namespace } } }),
    };
}
