import { compact } from "../common/compact";
import {
    because,
    type EdgeEvidence,
    type Endpoint,
    type Fact,
    type FoundHop,
    ofType,
    problem,
    read,
    type Resource,
    valueOf,
    valuesOf,
} from "../edge/evidence/facts";
import { isCreated } from "../edge/evidence/haproxy-certificate";
import {
    annotation,
    type LoadBalancerReader,
    podsBehind,
    portNamed,
    serviceEntrances,
    serviceNamed,
} from "../edge/evidence/service";

/** Listeners of the user's own cluster: Services, with MetalLB where it announces their addresses. */
export const existingEvidence: EdgeEvidence = (resources) => [
    ...serviceEntrances(resources, metallb(resources), webServices(resources)),
    ...webEntrances(resources),
];

function metallb(resources: readonly Resource[]): LoadBalancerReader {
    const pools = ofType(resources, "kubernetes:metallb.io/v1beta1:IPAddressPool").map(({ inputs }) =>
        valueOf(inputs, "metadata.name"),
    );
    const announced = (kind: string) =>
        ofType(resources, `kubernetes:metallb.io/v1beta1:${kind}`).some(({ inputs }) =>
            valuesOf(inputs, "spec.ipAddressPools.*").some((pool) => pools.includes(pool)),
        );
    return (service) => {
        const pool = annotation(service, "metallb.io/address-pool");
        if (pool.value === undefined) {
            return { kind: "service-load-balancer" };
        }
        const [l2, bgp] = [announced("L2Advertisement"), announced("BGPAdvertisement")];
        const peers = ofType(resources, "kubernetes:metallb.io/v1beta2:BGPPeer");
        return {
            kind: bgp ? "metallb-bgp" : "metallb-l2",
            problems: compact([
                !pools.includes(pool.value) && problem(pool, "no IPAddressPool of that name is there"),
                !(l2 || bgp) && problem(pool, "no L2Advertisement or BGPAdvertisement announces the pool"),
                bgp && peers.length === 0 && problem(pool, "it is announced by BGP, and there is no BGPPeer"),
            ]),
        };
    };
}

/** What an Ingress or HTTPRoute of the graph leads to: its Service. */
interface WebRoute {
    readonly resource: Resource;
    readonly service: Fact;
    readonly port: Fact;
}

function webRoutes(resources: readonly Resource[]): readonly WebRoute[] {
    const ingresses = ofType(resources, "kubernetes:networking.k8s.io/v1:Ingress").map((resource) => {
        const backend = "spec.rules[0].http.paths[0].backend.service";
        return { resource, service: read(resource, `${backend}.name`), port: read(resource, `${backend}.port.number`) };
    });
    const routes = ofType(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute").map((resource) => {
        const backend = "spec.rules[0].backendRefs[0]";
        return { resource, service: read(resource, `${backend}.name`), port: read(resource, `${backend}.port`) };
    });
    return [...ingresses, ...routes];
}

/** The Services behind an Ingress or HTTPRoute: they are not separate listeners. */
export function webServices(resources: readonly Resource[]): readonly Resource[] {
    return webRoutes(resources).flatMap(({ service }) => serviceNamed(resources, service.value) ?? []);
}

/** WebSocket clients that come in through an ingress controller or Gateway. */
export function webEntrances(resources: readonly Resource[]): readonly Endpoint[] {
    return webRoutes(resources).map(({ resource, service: name, port: number }) => {
        const service = serviceNamed(resources, name.value);
        const port = portNamed(service, number.value);
        return {
            exposure: undefined,
            hops: [resource.type.endsWith(":Ingress") ? ingressHop(resource, resources) : gatewayHop(resource)],
            target: service === undefined || port === undefined ? undefined : podsBehind(service, port),
            problems: compact([
                service === undefined && problem(name, "no Service of that name is there"),
                service !== undefined && port === undefined && problem(number, "the Service has no such port"),
                ...pathProblems(resource),
            ]),
        };
    });
}

/** VerneMQ's only WebSocket path. */
function pathProblems(resource: Resource): readonly string[] {
    const path = resource.type.endsWith(":Ingress")
        ? read(resource, "spec.rules[0].http.paths[0].path")
        : read(resource, "spec.rules[0].matches[0].path.value");
    return path.value === "/mqtt" ? [] : [problem(path, "VerneMQ takes WebSocket connections at /mqtt")];
}

function httpHop(resource: Resource, kind: FoundHop["kind"], tls: Fact<boolean>): FoundHop {
    const no = (input: string) => because(read(resource, input), false);
    return {
        kind,
        // An ingress controller or Gateway listens for HTTPS.
        port: because(tls, 443),
        terminatesTls: tls,
        affinity: because(tls, "none"),
        sends: because(tls, "none"),
        expectsHeader: no("spec"),
        // In X-Forwarded-For.
        keepsClientAddress: because(tls, true),
        idleTimeouts: idleTimeouts(resource),
    };
}

/** A Gateway's listener has its own TLS settings; the route only names the Gateway. */
function gatewayHop(route: Resource): FoundHop {
    const parent = read(route, "spec.parentRefs[0].name");
    const named = because(parent, parent.value !== undefined);
    return { ...httpHop(route, "gateway", named), certificate: named };
}

function ingressHop(ingress: Resource, resources: readonly Resource[]): FoundHop {
    const hosts = valuesOf(ingress.inputs, "spec.tls.*.hosts.*");
    const host = valueOf(ingress.inputs, "spec.rules[0].host");
    const tls = because(read(ingress, "spec.tls"), host !== undefined && hosts.includes(host));
    const secret = read(ingress, "spec.tls[0].secretName");
    const namespace = valueOf(ingress.inputs, "metadata.namespace");
    return {
        ...httpHop(ingress, "ingress-controller", tls),
        // Without a Secret the controller serves what it has for the host; one that the user brings is not in the graph.
        certificate: because(
            secret,
            typeof secret.value !== "string" ||
                !secret.value.startsWith("vernemq-edge") ||
                isCreated(secret.value, namespace, resources),
        ),
    };
}

/** Annotations that say how long a silent connection lives, with the place of the seconds in them (components/edge/web-socket/controllers.ts). */
const idleAnnotations: readonly { readonly name: string; readonly seconds: RegExp }[] = [
    { name: "nginx.org/proxy-read-timeout", seconds: /^(\d+)s$/ },
    { name: "nginx.org/proxy-send-timeout", seconds: /^(\d+)s$/ },
    { name: "haproxy.org/timeout-tunnel", seconds: /^(\d+)s$/ },
    { name: "haproxy-ingress.github.io/timeout-tunnel", seconds: /^(\d+)s$/ },
    { name: "alb.ingress.kubernetes.io/load-balancer-attributes", seconds: /idle_timeout\.timeout_seconds=(\d+)/ },
    { name: "nginx.ingress.kubernetes.io/proxy-read-timeout", seconds: /^(\d+)$/ },
    { name: "nginx.ingress.kubernetes.io/proxy-send-timeout", seconds: /^(\d+)$/ },
];

function idleTimeouts(resource: Resource): readonly Fact<number>[] {
    return idleAnnotations.flatMap(({ name, seconds }) => {
        const found = annotation(resource, name);
        return typeof found.value === "string" ? [because(found, Number(seconds.exec(found.value)?.[1]))] : [];
    });
}
