import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { between, isSymbolic, isWithin, items, property } from "../rules";
import { extend, nameIsLabel } from "./object";

const services = "https://kubernetes.io/docs/concepts/services-networking/service/";
const affinity = "https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity";

function protocolOf(port: unknown): unknown {
    return at(port, "protocol") ?? "TCP";
}

const rules: readonly Rule[] = [
    nameIsLabel,

    between(
        "spec.ports[].nodePort",
        30_000,
        32_767,
        `${services}#type-nodeport`,
        "a node port is between 30000 and 32767",
    ),
    items(
        "spec.ports",
        "a port is between 1 and 65535",
        services,
        (port) => isSymbolic(at(port, "port")) || isWithin(at(port, "port"), 1, 65_535),
        "port",
    ),
    items(
        "spec.ports",
        "with more than one port each has a name, and each another one",
        `${services}#multi-port-services`,
        (port, { inputs }) => {
            const [ports, name] = [listAt(inputs, "spec.ports"), at(port, "name")];
            const isFirst = ports.find((other) => at(other, "name") === name) === port;
            return ports.length <= 1 || (typeof name === "string" && isFirst);
        },
        "name",
    ),
    items(
        "spec.ports",
        "two ports of a Service differ in number or protocol",
        services,
        (port, { inputs }) =>
            listAt(inputs, "spec.ports").find(
                (other) => at(other, "port") === at(port, "port") && protocolOf(other) === protocolOf(port),
            ) === port,
        "port",
    ),
    property(
        "spec.externalTrafficPolicy",
        "externalTrafficPolicy is for Services of type NodePort and LoadBalancer",
        `${services}#external-traffic-policy`,
        (_, { inputs }) => ["NodePort", "LoadBalancer"].includes(String(at(inputs, "spec.type"))),
    ),
    property(
        "spec.loadBalancerSourceRanges",
        "loadBalancerSourceRanges is for Services of type LoadBalancer",
        `${services}#loadbalancer`,
        (_, { inputs }) => at(inputs, "spec.type") === "LoadBalancer",
    ),
    property(
        "spec.healthCheckNodePort",
        "healthCheckNodePort is for type LoadBalancer with externalTrafficPolicy Local",
        `${services}#external-traffic-policy`,
        (_, { inputs }) =>
            at(inputs, "spec.type") === "LoadBalancer" && at(inputs, "spec.externalTrafficPolicy") === "Local",
    ),
    property(
        "spec.sessionAffinityConfig",
        "a session affinity timeout goes with sessionAffinity ClientIP and is between 1 and 86400 seconds",
        affinity,
        (config, { inputs }) => {
            const seconds = at(config, "clientIP.timeoutSeconds");
            const inRange = typeof seconds !== "number" || (seconds >= 1 && seconds <= 86_400);
            return at(inputs, "spec.sessionAffinity") === "ClientIP" && inRange;
        },
    ),
];

export const service: ResourceModel = extend({
    rules,
    outputs: ({ inputs, symbol }) => ({
        status:
            at(inputs, "spec.type") === "LoadBalancer"
                ? {
                      loadBalancer: {
                          ingress: [
                              {
                                  ip: symbol("status.loadBalancer.ingress[0].ip"),
                                  hostname: symbol("status.loadBalancer.ingress[0].hostname"),
                              },
                          ],
                      },
                  }
                : {},
    }),
});
