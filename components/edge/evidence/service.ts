import {
    because,
    type Endpoint,
    type Fact,
    type FoundHop,
    labelsOf,
    ofType,
    problem,
    type PodTarget,
    read,
    readNumber,
    type Resource,
    selects,
    valueOf,
    valuesOf,
} from "./facts";
import { findBrokers, type FoundBrokers } from "./broker";
import { findHaproxies, frontendAt, haproxyOf } from "./haproxy";
import { linesOf } from "./haproxy-config";

/** What the platform makes of a Service with a load balancer. */
export type LoadBalancerReader = (service: Resource) => Pick<FoundHop, "kind"> &
    Partial<FoundHop> & {
        readonly exposure?: Endpoint["exposure"];
        readonly problems?: readonly string[];
    };

/** The Services of a graph. */
export function services(resources: readonly Resource[]): readonly Resource[] {
    return ofType(resources, "kubernetes:core/v1:Service");
}

/** The paths of a Service's ports: `spec.ports[0]`. */
export function portsOf(service: Resource): readonly string[] {
    return valuesOf(service.inputs, "spec.ports.*").map((_, index) => `spec.ports[${index}]`);
}

/** The pods that a port of a Service leads to; the path is one of `portsOf`. */
export function podsBehind(service: Resource, port: string): PodTarget {
    const selector = read(service, "spec.selector");
    const targetPort = read(service, `${port}.targetPort`);
    const number = readNumber(service, `${port}.port`);
    return {
        namespace: valueOf(service.inputs, "metadata.namespace"),
        selector: because(selector, labelsOf(selector.value)),
        port: targetPort.value === undefined ? number : because(targetPort, Number(targetPort.value)),
    };
}

/** The port of a Service with a number or a name, as `portsOf` has it. */
export function portNamed(service: Resource | undefined, wanted: unknown): string | undefined {
    return service === undefined
        ? undefined
        : portsOf(service).find(
              (port) =>
                  valueOf(service.inputs, `${port}.port`) === wanted ||
                  valueOf(service.inputs, `${port}.name`) === wanted,
          );
}

/** A Service by the name that Kubernetes knows it by, or by the symbol of its name. */
export function serviceNamed(resources: readonly Resource[], name: unknown): Resource | undefined {
    return services(resources).find(
        (service) => valueOf(service.inputs, "metadata.name") === name || `\${${service.name}.metadata.name}` === name,
    );
}

export function annotation(service: Resource, name: string): Fact {
    return read(service, `metadata.annotations["${name}"]`);
}

/** A hop that does nothing but pass connections on. */
function passesOn(service: Resource, port: string, kind: FoundHop["kind"]): FoundHop {
    const type = read(service, "spec.type");
    const policy = read(service, "spec.externalTrafficPolicy");
    return {
        kind,
        port: readNumber(service, `${port}.port`),
        terminatesTls: because(type, false),
        affinity: because(read(service, "spec.sessionAffinity"), "none"),
        sends: because(type, "none"),
        expectsHeader: because(type, false),
        // Cluster, the default, shows the node's address in place of the client's.
        keepsClientAddress: because(policy, kind === "cluster-ip" || policy.value === "Local"),
        idleTimeouts: [],
    };
}

const everyone = ["0.0.0.0/0"];

/**
 * The Services before HAProxy or VerneMQ as listeners: those with a load balancer or node ports, and those inside the cluster that lead to
 * HAProxy and that no other listener uses.
 */
export function serviceEntrances(
    resources: readonly Resource[],
    readLoadBalancer: LoadBalancerReader,
    used: readonly Resource[] = [],
): readonly Endpoint[] {
    const haproxies = findHaproxies(resources);
    const brokers = findBrokers(resources);
    // Nowhere counts too, so that it is said; HAProxy's ports for health and metrics lead to no broker.
    const leadsOn = (service: Resource, port: string): boolean => {
        const { selector, port: target } = podsBehind(service, port);
        const haproxy = haproxyOf(haproxies, selector.value);
        const found = haproxy === undefined ? undefined : frontendAt(haproxy, target.value);
        return haproxy === undefined
            ? !podLabels(resources, brokers).some((labels) => selects(selector.value, labels))
            : found === undefined || linesOf(found.frontend, "default_backend").length > 0;
    };
    return services(resources).flatMap((service): readonly Endpoint[] => {
        const { value: type } = read(service, "spec.type");
        const isOutside = type === "LoadBalancer" || type === "NodePort";
        return used.includes(service)
            ? []
            : portsOf(service)
                  .filter((port) => isOutside || leadsOn(service, port))
                  .map((port) => entranceOf(service, port, readLoadBalancer));
    });
}

/** The labels of all pods that a graph creates by name. */
function podLabels(resources: readonly Resource[], brokers: FoundBrokers | undefined): readonly Labels[] {
    const workloads = ["Deployment", "StatefulSet", "DaemonSet"].map((kind) => `kubernetes:apps/v1:${kind}`);
    return [
        ...ofType(resources, ...workloads).map(({ inputs }) =>
            labelsOf(valueOf(inputs, "spec.template.metadata.labels")),
        ),
        ...(brokers === undefined ? [] : [brokers.podLabels]),
    ];
}

type Labels = Readonly<Record<string, unknown>>;

function entranceOf(service: Resource, port: string, readLoadBalancer: LoadBalancerReader): Endpoint {
    const type = read(service, "spec.type");
    const target = podsBehind(service, port);
    if (type.value !== "LoadBalancer") {
        const isNodePort = type.value === "NodePort";
        return {
            exposure: because(type, isNodePort ? "node-port" : "cluster-ip"),
            hops: [passesOn(service, port, isNodePort ? "node-port" : "cluster-ip")],
            target,
            problems: [],
        };
    }
    const { exposure, problems = [], ...facts } = readLoadBalancer(service);
    const ranges = read(service, "spec.loadBalancerSourceRanges");
    const allowed = Array.isArray(ranges.value) ? ranges.value.map(String) : everyone;
    return {
        exposure,
        hops: [{ ...passesOn(service, port, facts.kind), allowed: because(ranges, allowed), ...facts }],
        target,
        problems: [...problems, ...portProblems(service, port)],
    };
}

function portProblems(service: Resource, port: string): readonly string[] {
    const protocol = read(service, `${port}.protocol`);
    return protocol.value === undefined || protocol.value === "TCP" ? [] : [problem(protocol, "MQTT runs over TCP")];
}
