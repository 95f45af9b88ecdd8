import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { isSymbolic, isWithin, items, rule } from "../rules";
import { extend, nameIsLabel } from "./object";

const services = "https://kubernetes.io/docs/concepts/services-networking/service/";
const affinity = "https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity";

const portRules: readonly Rule[] = [
    items(
        "spec.ports",
        "a node port is between 30000 and 32767",
        `${services}#type-nodeport`,
        (port) => isWithin(at(port, "nodePort") ?? 30_000, 30_000, 32_767),
        "nodePort",
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
];

function protocolOf(port: unknown): unknown {
    return at(port, "protocol") ?? "TCP";
}

/** A rule about a field that only some Services may have. */
function fieldRule(field: string, text: string, source: string, allowed: (spec: unknown) => boolean): Rule {
    return rule(
        `spec.${field}`,
        text,
        source,
        ({ inputs }) => at(inputs, `spec.${field}`) === undefined || allowed(inputs["spec"]),
    );
}

function typeOf(spec: unknown): unknown {
    return at(spec, "type") ?? "ClusterIP";
}

const rules: readonly Rule[] = [
    nameIsLabel,
    ...portRules,
    fieldRule(
        "externalTrafficPolicy",
        "externalTrafficPolicy is for Services of type NodePort and LoadBalancer",
        `${services}#external-traffic-policy`,
        (spec) => typeOf(spec) === "NodePort" || typeOf(spec) === "LoadBalancer",
    ),
    fieldRule(
        "loadBalancerSourceRanges",
        "loadBalancerSourceRanges is for Services of type LoadBalancer",
        `${services}#loadbalancer`,
        (spec) => typeOf(spec) === "LoadBalancer",
    ),
    fieldRule(
        "healthCheckNodePort",
        "healthCheckNodePort is for type LoadBalancer with externalTrafficPolicy Local",
        `${services}#external-traffic-policy`,
        (spec) => typeOf(spec) === "LoadBalancer" && at(spec, "externalTrafficPolicy") === "Local",
    ),
    fieldRule(
        "sessionAffinityConfig",
        "a session affinity timeout goes with sessionAffinity ClientIP and is between 1 and 86400 seconds",
        affinity,
        (spec) => {
            const seconds = at(spec, "sessionAffinityConfig.clientIP.timeoutSeconds");
            const inRange = typeof seconds !== "number" || (seconds >= 1 && seconds <= 86_400);
            return at(spec, "sessionAffinity") === "ClientIP" && inRange;
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
