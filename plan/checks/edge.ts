import { affinityKeepers, chainsOf, type Hop, type HopKind } from "../../components/edge/plan";
import type { PlannedResource } from "../graph";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { brokerRelease, openPorts, roleOf } from "../roles";
import { type Checked, claim, type CheckRule } from "./check";

type Evidence = (resources: readonly PlannedResource[]) => boolean;

/** Where the inputs of real resources show that a hop does what the edge plan says of it. */
interface HopEvidence {
    readonly tls?: Evidence;
    readonly affinity?: Evidence;
}

/** A resource of a type whose inputs pass a test. */
function has(type: string, test: (inputs: PlannedResource["inputs"]) => boolean): Evidence {
    return (resources) => resources.some((resource) => resource.type.endsWith(type) && test(resource.inputs));
}

function haproxyConfigHas(pattern: RegExp): Evidence {
    return has("core/v1:ConfigMap", (inputs) => valuesOf(inputs, "data.*").some((text) => pattern.test(String(text))));
}

const serviceAffinity = has("core/v1:Service", (inputs) => valueOf(inputs, "spec.sessionAffinity") === "ClientIP");

const evidence: Readonly<Partial<Record<HopKind, HopEvidence>>> = {
    "aws-nlb": {
        tls: has("lb/listener:Listener", (inputs) => inputs["protocol"] === "TLS" && "certificateArn" in inputs),
        affinity: has(
            "lb/targetGroup:TargetGroup",
            (inputs) =>
                valueOf(inputs, "stickiness.enabled") === true && valueOf(inputs, "stickiness.type") === "source_ip",
        ),
    },
    "google-proxy-nlb": {
        tls: has(
            "targetSSLProxy:TargetSSLProxy",
            (inputs) => "certificateMap" in inputs || "sslCertificates" in inputs,
        ),
        affinity: has("backendService:BackendService", (inputs) => inputs["sessionAffinity"] === "CLIENT_IP"),
    },
    "google-passthrough-nlb": { affinity: serviceAffinity },
    "azure-load-balancer": { affinity: serviceAffinity },
    "azure-application-gateway": {
        tls: has("network:ApplicationGateway", (inputs) => valuesOf(inputs, "sslCertificates.*").length > 0),
    },
    "ingress-controller": {
        tls: has("networking.k8s.io/v1:Ingress", (inputs) => valuesOf(inputs, "spec.tls.*").length > 0),
    },
    gateway: {
        tls: has(
            "gateway.networking.k8s.io/v1:HTTPRoute",
            (inputs) => valuesOf(inputs, "spec.parentRefs.*").length > 0,
        ),
    },
    haproxy: {
        tls: haproxyConfigHas(/^\s*bind\s.*\bssl\b.*\bcrt\b/m),
        affinity: haproxyConfigHas(/^\s*balance\s+(source|hash)\b/m),
    },
};

function hopsWithoutEvidence(hops: readonly Hop[], duty: keyof HopEvidence, { resources }: Checked): readonly string[] {
    return hops.filter((hop) => evidence[hop.kind]?.[duty]?.(resources) === false).map((hop) => hop.title);
}

const tlsEndsOnce: CheckRule = (plan) => {
    const { edge } = plan;
    const name = "TLS ends exactly once, before VerneMQ";
    if (edge.exposure === "none") {
        return {
            name,
            status: "warn",
            detail: "there is no edge: clients speak plain MQTT to VerneMQ's own Service, or to a pod of yours that ends TLS before it",
        };
    }
    const chains = [
        ...(edge.listeners.some((listener) => listener.tls) ? [edge.hops] : []),
        ...(edge.webSocket === undefined ? [] : [edge.webSocket.hops]),
    ].map((hops) => hops.filter((hop) => hop.terminatesTls));
    if (chains.length === 0) {
        return undefined;
    }
    const ends = chains.flat();
    const missing = hopsWithoutEvidence(ends, "tls", plan);
    const route = edge.webSocket?.hops.find((hop) => hop.terminatesTls)?.title;
    const certificate = `certificate: ${edge.certificateSource ?? edge.webSocket?.certificateSource ?? "none"}`;
    const own = edge.hops.find((hop) => hop.terminatesTls)?.title;
    return claim(
        name,
        [
            ...chains.flatMap((hops) => (hops.length === 1 ? [] : [`TLS ends at ${hops.length.toString()} hops`])),
            ...(ends.some((hop) => hop.kind === "vernemq") ? ["VerneMQ itself ends TLS"] : []),
            ...missing.map((title) => `no resource gives ${title} a certificate`),
        ],
        [...(own === undefined ? [] : [own]), ...(route === undefined ? [] : [`${route} for wss`]), certificate].join(
            ", ",
        ),
    );
};

const affinityIsKept: CheckRule = (plan) => {
    const { edge } = plan;
    if (edge.exposure === "none") {
        return undefined;
    }
    const name = "A device comes back to its broker";
    if (edge.affinity === "none") {
        return { name, status: "warn", detail: "edge.affinity is none: sessions move on each reconnect" };
    }
    const keepers = chainsOf(edge).flatMap(({ hops }) => affinityKeepers({ hops }));
    const missing = hopsWithoutEvidence(keepers, "affinity", plan);
    return claim(
        name,
        [
            ...(keepers.length === 0 ? ["no hop keeps affinity"] : []),
            ...missing.map((title) => `no resource sets affinity at ${title}`),
        ],
        `${edge.affinity} affinity at ${[...new Set(keepers.map((hop) => hop.title))].join(" and ")}`,
    );
};

/** Where each product says how old a TLS version it accepts, with a test for 1.2 or later. */
const tlsPolicies: Readonly<Record<string, { readonly path: string; readonly sound: RegExp; readonly asks?: string }>> =
    {
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
        "aws:lb/listener:Listener": {
            path: "sslPolicy",
            sound: /^ELBSecurityPolicy-TLS13-1-[23]-|^ELBSecurityPolicy-TLS-1-2-/,
            asks: "certificateArn",
        },
        "gcp:compute/sSLPolicy:SSLPolicy": { path: "minTlsVersion", sound: /^TLS_1_[23]$/ },
        "azure-native:network:ApplicationGateway": { path: "sslPolicy.minProtocolVersion", sound: /^TLSv1_[23]$/ },
    };

const lowestTls: CheckRule = ({ edge, resources }) => {
    if (!edge.listeners.some((listener) => listener.tls)) {
        return undefined;
    }
    const tooOld = resources.flatMap((resource) => {
        const policy = roleOf(tlsPolicies, resource);
        if (policy === undefined || (policy.asks !== undefined && !(policy.asks in resource.inputs))) {
            return [];
        }
        const value = valueOf(resource.inputs, policy.path);
        return policy.sound.test(String(value)) ? [] : [`${resource.name}: ${policy.path} is ${String(value)}`];
    });
    const route = edge.webSocket?.hops.find((hop) => hop.terminatesTls);
    const atHaproxy = edge.hops.some((hop) => hop.kind === "haproxy" && hop.terminatesTls);
    const haproxyIsSound = haproxyConfigHas(/ssl-min-ver\s+TLSv1\.[23]/)(resources);
    return claim(
        "TLS 1.2 is the lowest that is accepted",
        [...tooOld, ...(atHaproxy && !haproxyIsSound ? ["HAProxy sets no ssl-min-ver"] : [])],
        `TLS ${edge.minimumTlsVersion} or later${route === undefined ? "" : `; for wss what ${route.title} is set to`}`,
    );
};

const plainMqttStaysInside: CheckRule = ({ edge, resources }) => {
    const asked = edge.listeners.some(({ name }) => name === "mqtt");
    const open = resources.filter((resource) => portsOf(resource).some((port) => String(port) === "1883"));
    const stays = (edge.exposure === "cluster-ip" || edge.exposure === "none") && open.length === 0;
    const name = "Plain MQTT (1883) is not open to the outside";
    return asked && !stays
        ? { name, status: "warn", detail: "edge.listeners names mqtt: passwords and messages pass in the clear" }
        : claim(
              name,
              open.map((resource) => resource.name),
              asked ? "only pods of the cluster reach it" : "no load balancer, node port or listener serves it",
          );
};

function portsOf(resource: PlannedResource): readonly unknown[] {
    const path = roleOf(openPorts, resource);
    if (path !== undefined) {
        return valuesOf(resource.inputs, path);
    }
    const isOutside = (type: unknown) => type === "LoadBalancer" || type === "NodePort";
    if (resource === brokerRelease([resource])) {
        return isOutside(valueOf(resource.inputs, "values.service.type"))
            ? valuesOf(resource.inputs, "values.service.mqtt.port")
            : [];
    }
    const external = isOutside(valueOf(resource.inputs, "spec.type"));
    return resource.type === "kubernetes:core/v1:Service" && external
        ? valuesOf(resource.inputs, "spec.ports.*.port")
        : [];
}

const timersOutliveKeepalive: CheckRule = ({ edge }) => {
    const patience = Math.ceil(edge.keepaliveSeconds * 1.5);
    const timers = [...edge.hops, ...(edge.webSocket?.hops.slice(0, 1) ?? [])].filter(
        (hop) => hop.idleTimeoutSeconds !== null && hop.keptAliveBy === undefined,
    );
    return timers.length === 0
        ? undefined
        : claim(
              "No idle timer is shorter than the broker's patience",
              timers
                  .filter((hop) => (hop.idleTimeoutSeconds ?? 0) < patience)
                  .map((hop) => `${hop.title} cuts after ${(hop.idleTimeoutSeconds ?? 0).toString()} s`),
              `keepalive ${edge.keepaliveSeconds.toString()} s, ${timers
                  .map((hop) => `${hop.title} ${(hop.idleTimeoutSeconds ?? 0).toString()} s`)
                  .join(", ")}`,
          );
};

/** The checks of the way from a device to its broker. */
export const edgeChecks: readonly CheckRule[] = [
    tlsEndsOnce,
    affinityIsKept,
    lowestTls,
    plainMqttStaysInside,
    timersOutliveKeepalive,
];
