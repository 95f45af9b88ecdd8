import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { extend, nameIsLabel } from "./object";

const services = "https://kubernetes.io/docs/concepts/services-networking/service/";
const affinity = "https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity";

type Ports = readonly unknown[];

/** A rule about the ports of a Service: the index of the first that breaks it, and the property. */
function portRule(
    text: string,
    source: string,
    property: string,
    breaks: (port: unknown, ports: Ports, index: number) => boolean,
): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) => {
            const ports = listAt(inputs, "spec.ports");
            const index = ports.findIndex((port, position) => breaks(port, ports, position));
            return index < 0 ? undefined : `spec.ports[${index}].${property}`;
        },
    };
}

const nodePortsInRange = portRule(
    "a node port is between 30000 and 32767",
    `${services}#type-nodeport`,
    "nodePort",
    (port) => {
        const nodePort = at(port, "nodePort");
        return typeof nodePort === "number" && (nodePort < 30_000 || nodePort > 32_767);
    },
);

const portsInRange = portRule("a port is between 1 and 65535", services, "port", (port) => {
    const number = at(port, "port");
    return typeof number === "number" && (!Number.isInteger(number) || number < 1 || number > 65_535);
});

const portsHaveNames = portRule(
    "with more than one port each has a name, and each another one",
    `${services}#multi-port-services`,
    "name",
    (port, ports, index) => {
        const name = at(port, "name");
        const repeats = ports.slice(0, index).some((earlier) => at(earlier, "name") === name);
        return ports.length > 1 && (typeof name !== "string" || repeats);
    },
);

const portsDiffer = portRule(
    "two ports of a Service differ in number or protocol",
    services,
    "port",
    (port, ports, index) =>
        ports
            .slice(0, index)
            .some((earlier) => at(earlier, "port") === at(port, "port") && protocolOf(earlier) === protocolOf(port)),
);

function protocolOf(port: unknown): unknown {
    return at(port, "protocol") ?? "TCP";
}

/** A rule about a field that only some Services may have. */
function fieldRule(field: string, text: string, source: string, allowed: (spec: unknown) => boolean): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) => {
            const spec = at(inputs, "spec");
            return at(spec, field) !== undefined && !allowed(spec) ? `spec.${field}` : undefined;
        },
    };
}

function typeOf(spec: unknown): unknown {
    return at(spec, "type") ?? "ClusterIP";
}

const rules: readonly Rule[] = [
    nameIsLabel,
    nodePortsInRange,
    portsInRange,
    portsHaveNames,
    portsDiffer,
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
