import { jsonIn } from "../common/json";
import {
    because,
    type EdgeEvidence,
    type Endpoint,
    type Fact,
    type FoundHop,
    lowestTlsOf,
    ofType,
    problem,
    type PodTarget,
    read,
    readNumber,
    referred,
    type Resource,
    valueOf,
    valuesOf,
} from "../edge/evidence/facts";
import {
    annotation,
    type LoadBalancerReader,
    podsBehind,
    portNamed,
    serviceEntrances,
    services,
} from "../edge/evidence/service";
import type { Exposure } from "../edge/plan";
import { webEntrances, webServices } from "../kubernetes/evidence";
import { googleProxies } from "./backend";
import { connectionTracking } from "./edge";
import { proxyTls, sslPolicyTls } from "./tls";

const negAnnotation = "cloud.google.com/neg";

/** Listeners of a GKE cluster: global forwarding rules with their proxies, and Services. */
export const googleEvidence: EdgeEvidence = (resources) => [
    ...ofType(resources, "gcp:compute/globalForwardingRule:GlobalForwardingRule").map((rule) =>
        entranceOf(resources, rule),
    ),
    ...serviceEntrances(resources, passthrough, [
        ...services(resources).filter((service) => annotation(service, negAnnotation).value !== undefined),
        ...webServices(resources),
    ]),
    ...webEntrances(resources),
];

/** A Service's load balancer; only the kind with a backend service takes its session affinity. */
const passthrough: LoadBalancerReader = (service) => {
    const internal = annotation(service, "networking.gke.io/load-balancer-type");
    const isInternal = internal.value === "Internal";
    const backendService = annotation(service, "cloud.google.com/l4-rbs");
    const hasBackendService = isInternal || backendService.value === "enabled";
    const affinity = read(service, "spec.sessionAffinity");
    return {
        kind: "google-passthrough-nlb",
        affinity: hasBackendService
            ? because(affinity, affinity.value === "ClientIP" ? "source-ip" : "none")
            : because(backendService, "none"),
        idleTimeouts: [because(internal, connectionTracking.seconds[isInternal ? "internal" : "public"])],
        exposure: because<Exposure>(internal, isInternal ? "internal" : "public"),
    };
};

const proxyTypes = ["gcp:compute/targetSSLProxy:TargetSSLProxy", "gcp:compute/targetTCPProxy:TargetTCPProxy"];

function entranceOf(resources: readonly Resource[], rule: Resource): Endpoint {
    const target = read(rule, "target");
    const proxy = referred(resources, target.value);
    const backendRef = proxy === undefined ? target : read(proxy, "backendService");
    const backend = proxy === undefined ? undefined : referred(resources, backendRef.value);
    if (proxy === undefined || backend === undefined || !proxyTypes.includes(proxy.type)) {
        return {
            exposure: undefined,
            hops: [],
            target: undefined,
            problems: [problem(backendRef, "it is not in the plan")],
        };
    }
    const pods = podsOf(resources, backend);
    const scheme = read(rule, "loadBalancingScheme");
    return {
        exposure: because<Exposure>(scheme, String(scheme.value).startsWith("EXTERNAL") ? "public" : "internal"),
        hops: [hopOf(resources, rule, proxy, backend)],
        target: pods.target,
        problems: [
            ...pods.problems,
            ...schemeProblems(scheme, read(backend, "loadBalancingScheme")),
            ...addressProblems(resources, rule),
            ...(pods.target === undefined ? [] : firewallProblems(resources, pods.target)),
        ],
    };
}

/** Google documents CLIENT_IP with this product for the classic scheme only (components/google/load-balancer.ts). */
function schemeProblems(rule: Fact, backend: Fact): readonly string[] {
    return [rule, backend]
        .filter(({ value }) => value !== "EXTERNAL")
        .map((scheme) => problem(scheme, "session affinity CLIENT_IP is documented for EXTERNAL"));
}

/** A rule without an address of the plan gets one that no DNS record knows, and another one whenever it is replaced. */
function addressProblems(resources: readonly Resource[], rule: Resource): readonly string[] {
    const address = read(rule, "ipAddress");
    return referred(resources, address.value) === undefined
        ? [problem(address, "it is no address of the plan, so DNS records do not lead there")]
        : [];
}

function hopOf(resources: readonly Resource[], rule: Resource, proxy: Resource, backend: Resource): FoundHop {
    const isTls = proxy.type.endsWith(":TargetSSLProxy");
    const header = read(proxy, "proxyHeader");
    const affinity = read(backend, "sessionAffinity");
    const range = read(rule, "portRange");
    const map = read(proxy, "certificateMap");
    const certificate = map.value === undefined ? read(proxy, "sslCertificates") : map;
    return {
        kind: "google-proxy-nlb",
        port: because(range, Number(String(range.value).split("-")[0])),
        terminatesTls: because(read(rule, "target"), isTls),
        certificate: isTls ? because(certificate, servesCertificate(resources, certificate)) : undefined,
        lowestTls: isTls ? lowestTls(resources, proxy) : undefined,
        affinity: because(affinity, affinity.value === "CLIENT_IP" ? "source-ip" : "none"),
        sends: because(header, header.value === "PROXY_V1" ? "v1" : "none"),
        expectsHeader: because(header, false),
        keepsClientAddress: because(header, header.value === "PROXY_V1"),
        idleTimeouts: [readNumber(backend, "timeoutSec", 30)],
        allowed: allowedNetworks(resources, backend),
    };
}

/** A certificate map has an entry with a certificate; other certificates are named as they are. */
function servesCertificate(resources: readonly Resource[], { value }: Fact): boolean {
    const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const found = referred(resources, first);
    if (found?.type !== "gcp:certificatemanager/certificateMap:CertificateMap") {
        return found !== undefined;
    }
    return ofType(resources, "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry").some(
        ({ inputs }) =>
            referred(resources, inputs["map"]) === found &&
            valuesOf(inputs, "certificates.*").some((one) => referred(resources, one) !== undefined),
    );
}

function lowestTls(resources: readonly Resource[], proxy: Resource): FoundHop["lowestTls"] {
    const reference = read(proxy, "sslPolicy");
    const policy = referred(resources, reference.value);
    if (policy !== undefined) {
        return lowestTlsOf(policy, sslPolicyTls);
    }
    // A policy that is named and not in the plan may accept anything.
    return reference.value === undefined ? lowestTlsOf(proxy, proxyTls) : because(reference, "");
}

/** The networks that Cloud Armor lets in; all addresses where no policy is attached or its last rule allows. */
function allowedNetworks(resources: readonly Resource[], backend: Resource): Fact<readonly string[]> {
    const reference = read(backend, "securityPolicy");
    const policy = referred(resources, reference.value);
    const rules = policy === undefined ? [] : valuesOf(policy.inputs, "rules.*");
    const open = { value: ["0.0.0.0/0"], at: policy === undefined ? reference.at : `${policy.name}: rules` };
    const others = rules.find((one) => valuesOf(one, "match.config.srcIpRanges.*").includes("*"));
    if (policy === undefined || !String(valueOf(others, "action")).startsWith("deny")) {
        return open;
    }
    const allowing = rules.filter((one) => valueOf(one, "action") === "allow");
    return { ...open, value: allowing.flatMap((one) => valuesOf(one, "match.config.srcIpRanges.*").map(String)) };
}

/** The pods whose Service fills the endpoint groups of a backend service. */
function podsOf(
    resources: readonly Resource[],
    backend: Resource,
): { readonly target: PodTarget | undefined; readonly problems: readonly string[] } {
    const groups = valuesOf(backend.inputs, "backends.*").map((one) => referred(resources, valueOf(one, "group")));
    const [group] = groups;
    if (group === undefined || groups.includes(undefined)) {
        const at = `backends[${Math.max(0, groups.indexOf(undefined))}].group`;
        return { target: undefined, problems: [problem(read(backend, at), "it names no endpoint group of the plan")] };
    }
    const name = read(group, "name");
    for (const service of services(resources)) {
        const ports = exposedPorts(service);
        const exposed = Object.keys(ports).find((port) => valueOf(ports[port], "name") === name.value);
        const port = exposed === undefined ? undefined : portNamed(service, Number(exposed));
        if (port !== undefined) {
            return {
                target: { ...podsBehind(service, port), health: healthOf(resources, backend) },
                problems: [...affinityProblems(groups, name.value), ...adoptionProblems(group, service)],
            };
        }
    }
    return {
        target: undefined,
        problems: [problem(name, `no Service's annotation ${negAnnotation} fills that group`)],
    };
}

function affinityProblems(groups: readonly (Resource | undefined)[], name: unknown): readonly string[] {
    return groups.flatMap((group) =>
        group === undefined || valueOf(group.inputs, "name") === name
            ? []
            : [problem(read(group, "name"), "the groups of one backend service are of one port")],
    );
}

/** GKE's controller takes a group for its own by its description (components/google/endpoint-groups.ts). */
function adoptionProblems(group: Resource, service: Resource): readonly string[] {
    const description = read(group, "description");
    const owner = valueOf(jsonIn(description.value), "service-name");
    return owner === valueOf(service.inputs, "metadata.name")
        ? []
        : [problem(description, `GKE's controller fills the group only where it names the Service ${service.name}`)];
}

function exposedPorts(service: Resource): Readonly<Record<string, unknown>> {
    const ports = valueOf(jsonIn(annotation(service, negAnnotation).value), "exposed_ports");
    return typeof ports === "object" && ports !== null ? (ports as Readonly<Record<string, unknown>>) : {};
}

function healthOf(resources: readonly Resource[], backend: Resource): PodTarget["health"] {
    const reference = read(backend, "healthChecks");
    const check = referred(resources, Array.isArray(reference.value) ? reference.value[0] : reference.value);
    if (check === undefined) {
        return { port: because(reference, 0), behindHeader: false };
    }
    const port = readNumber(check, "httpHealthCheck.port");
    const path = read(check, "httpHealthCheck.requestPath");
    return {
        port,
        path: because(path, String(path.value)),
        behindHeader: read(check, "httpHealthCheck.proxyHeader").value === "PROXY_V1",
    };
}

/** Whether a firewall rule lets Google's proxies and health checks in. */
function firewallProblems(resources: readonly Resource[], { port, health }: PodTarget): readonly string[] {
    const rules = ofType(resources, "gcp:compute/firewall:Firewall").filter(
        ({ inputs }) =>
            inputs["direction"] === "INGRESS" &&
            reachesNodes(resources, valuesOf(inputs, "targetTags.*")) &&
            googleProxies.cidrs.every((network) => valuesOf(inputs, "sourceRanges.*").includes(network)),
    );
    const open = rules
        .flatMap(({ inputs }) => valuesOf(inputs, "allows.*"))
        .filter((one) => /^tcp$/i.test(String(valueOf(one, "protocol"))))
        .flatMap((one) => valuesOf(one, "ports.*").map(Number));
    const ports = [port, ...(health?.port.value === undefined ? [] : [because(health.port, health.port.value)])];
    const firewall = ofType(resources, "gcp:compute/firewall:Firewall").at(-1)?.name ?? "no Firewall";
    return ports
        .filter(({ value }) => !open.includes(value))
        .map((wanted) =>
            problem(wanted, `${firewall}: allows, sourceRanges and targetTags do not let Google's proxies in there`),
        );
}

/** Whether a rule with these tags is one for the nodes of every pool: without tags it is for all. */
function reachesNodes(resources: readonly Resource[], tags: readonly unknown[]): boolean {
    return (
        tags.length === 0 ||
        ofType(resources, "gcp:container/nodePool:NodePool").every(({ inputs }) =>
            valuesOf(inputs, "nodeConfig.tags.*").some((tag) => tags.includes(tag)),
        )
    );
}
