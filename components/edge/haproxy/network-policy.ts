import type * as k8s from "@pulumi/kubernetes";
import { brokerPorts } from "../../broker/ports";
import type { EdgePlan } from "../plan";
import { brokerBackends } from "./backends";
import { haproxyPodLabels } from "./labels";

type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;

const dnsPort = 53;

/**
 * Traffic of the HAProxy pods: in on their own ports, out to the brokers and to DNS, and nothing else. Who may come in is not said here
 * but in HAProxy's own rules, which know the client's address behind a load balancer too.
 */
export function haproxyNetworkPolicy(input: {
    readonly plan: EdgePlan;
    readonly ports: Readonly<Record<string, number>>;
    readonly brokerPodLabels: Readonly<Record<string, string>>;
}): NetworkPolicySpec {
    return {
        podSelector: { matchLabels: haproxyPodLabels },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ ports: Object.values(input.ports).map((port) => ({ port, protocol: "TCP" })) }],
        egress: [
            {
                to: [{ podSelector: { matchLabels: input.brokerPodLabels } }],
                ports: [...brokerBackends(input.plan).map((kind) => brokerPorts[kind]), brokerPorts.http].map(
                    (port) => ({
                        port,
                        protocol: "TCP",
                    }),
                ),
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
