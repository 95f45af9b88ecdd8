import { valueOf, valuesOf } from "../../components/common/property-path";
import { brokersOf } from "../brokers";
import { entryOf } from "../../components/common/resource-type";
import { resourceRoles } from "../resource-roles";
import { isUnknown, type Resource, type Rule, shown } from "../rule";

const guide =
    "https://docs.vernemq.com/guides/vernemq-on-kubernetes#general-recommendations-for-large-scale-deployments";

const service = "kubernetes:core/v1:Service";

function isBroker(resource: Resource): boolean {
    return brokersOf(resource) !== undefined;
}

/** VerneMQ's plain ports for clients: MQTT, and MQTT over WebSocket. */
const plainPorts: ReadonlySet<string> = new Set(["1883", "8080"]);

function isOutside(type: unknown): boolean {
    return type === "LoadBalancer" || type === "NodePort";
}

const tlsOutsideBroker: Rule = {
    id: "tls-outside-broker",
    level: "mandatory",
    title: "TLS is terminated outside VerneMQ",
    text: "A load balancer or HAProxy terminates TLS: handshakes cost VerneMQ the CPU that messages need, and its listeners with TLS take no PROXY header.",
    remedy: "Terminate TLS at the load balancer or at HAProxy, and turn off VerneMQ's listeners ssl and wss (service.mqtts, service.wss of the chart).",
    source: guide,
    scope: "resource",
    concerns: isBroker,
    check: (resource) => {
        const configured = [...(brokersOf(resource)?.configuration.keys() ?? [])];
        const listeners = configured.filter((key) => /^listener\.(ssl|wss)(\.|$)/.test(key));
        const ports = ["mqtts", "wss"].filter(
            (port) => valueOf(resource.inputs, `values.service.${port}.enabled`) === true,
        );
        return [
            ...listeners.slice(0, 1).map((key) => `VerneMQ itself terminates TLS (${key})`),
            ...ports.map((port) => `its Service opens ${port}, a listener of VerneMQ's own with TLS`),
        ];
    },
};

const noPublicPlainMqtt: Rule = {
    id: "no-public-plain-mqtt",
    level: "mandatory",
    title: "No load balancer or node port serves plain MQTT",
    text: "Ports 1883 and 8080 carry passwords and messages in the clear, so only pods of the cluster reach them.",
    remedy: "Serve 8883 or 443 with TLS, or give the Service the type ClusterIP.",
    source: "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901261",
    scope: "resource",
    concerns: (resource) =>
        isBroker(resource) ||
        resource.type === service ||
        entryOf(resourceRoles, resource.type)?.openPorts !== undefined,
    check: (resource) =>
        outsidePorts(resource)
            .filter((port) => plainPorts.has(String(port)))
            .map((port) => `port ${String(port)} is open to the outside`),
};

/** Ports that a resource opens to what is outside the cluster. */
function outsidePorts(resource: Resource): readonly unknown[] {
    const { inputs } = resource;
    const path = entryOf(resourceRoles, resource.type)?.openPorts;
    if (path !== undefined) {
        // A listener that terminates TLS is not plain, whatever its port.
        return inputs["protocol"] === "TLS" ? [] : valuesOf(inputs, path);
    }
    if (resource.type === service) {
        return isOutside(valueOf(inputs, "spec.type")) ? valuesOf(inputs, "spec.ports.*.port") : [];
    }
    if (!isOutside(valueOf(inputs, "values.service.type"))) {
        return [];
    }
    // The chart opens mqtt unless told otherwise (helm/vernemq/values.yaml).
    const mqtt = valueOf(inputs, "values.service.mqtt.enabled") === false ? [] : ["1883"];
    return [...mqtt, ...(valueOf(inputs, "values.service.ws.enabled") === true ? ["8080"] : [])];
}

/** A line of HAProxy that picks a server by what stays the same for a client. */
const affine = /^\s*(balance\s+(source|hash)\b|stick\s+on\b)/m;

function haproxyTexts({ type, inputs }: Resource): readonly string[] {
    return type === "kubernetes:core/v1:ConfigMap"
        ? valuesOf(inputs, "data.*")
              .map(String)
              .filter((text) => /^\s*(frontend|listen)\s/m.test(text) && /^\s*bind\s/m.test(text))
        : [];
}

/** Names of HAProxy's sections with more than one server and nothing that keeps a client on its own. */
function sectionsWithoutAffinity(text: string): readonly string[] {
    return text
        .split(/^(?=(?:global|defaults|frontend|backend|listen|resolvers)\b)/m)
        .filter(
            (section) =>
                /^(backend|listen)\s/.test(section) &&
                (section.match(/^\s*server\s/gm) ?? []).length > 1 &&
                !affine.test(section),
        )
        .map((section) => section.split(/\s+/)[1] ?? "");
}

const targetGroup = "aws:lb/targetGroup:TargetGroup";
const backendService = "gcp:compute/backendService:BackendService";
const balancers: ReadonlySet<string> = new Set([service, targetGroup, backendService]);

const affinity: Rule = {
    id: "session-affinity",
    level: "mandatory",
    title: "Every connection path keeps session affinity",
    text: "A client that reconnects comes back to the broker that holds its session; elsewhere its queue has to move first.",
    remedy: "HAProxy: `balance source` or `balance hash`. A Service before brokers: sessionAffinity ClientIP. An AWS target group: stickiness source_ip. A Google backend service: sessionAffinity CLIENT_IP.",
    source: guide,
    scope: "stack",
    concerns: (resource, all) =>
        haproxyTexts(resource).length > 0 ||
        opensBrokers(resource) ||
        (balancers.has(resource.type) && all.some(isBroker) && isBeforeBrokers(resource, all)),
    check: (resource) => {
        const sections = haproxyTexts(resource).flatMap(sectionsWithoutAffinity);
        if (sections.length > 0) {
            return sections.map((name) => `HAProxy's ${name} sends a client to any broker`);
        }
        return keepsAffinity(resource) ? [] : ["nothing keeps a client on its broker"];
    },
};

/** Whether the chart's own Service is a load balancer or a node port. */
function opensBrokers(resource: Resource): boolean {
    return isBroker(resource) && isOutside(valueOf(resource.inputs, "values.service.type"));
}

function isBeforeBrokers(resource: Resource, all: readonly Resource[]): boolean {
    if (resource.type === service) {
        return isOutside(valueOf(resource.inputs, "spec.type")) && selectsBrokers(resource, all);
    }
    // With HAProxy between, it is HAProxy that picks the broker.
    const isForConnections = ["TCP", "TLS", "TCP_UDP", "SSL"].includes(String(resource.inputs["protocol"]));
    return isForConnections && !all.some((other) => haproxyTexts(other).length > 0);
}

function selectsBrokers(resource: Resource, all: readonly Resource[]): boolean {
    const selector = Object.entries((valueOf(resource.inputs, "spec.selector") ?? {}) as Record<string, unknown>);
    return (
        selector.length > 0 &&
        all.some((other) => {
            const labels = brokersOf(other)?.podLabels;
            return labels !== undefined && selector.every(([key, value]) => labels[key] === value);
        })
    );
}

function keepsAffinity({ type, inputs }: Resource): boolean {
    switch (type) {
        case service:
            return valueOf(inputs, "spec.sessionAffinity") === "ClientIP";
        case targetGroup:
            return valueOf(inputs, "stickiness.enabled") === true && valueOf(inputs, "stickiness.type") === "source_ip";
        case backendService:
            return String(inputs["sessionAffinity"]).startsWith("CLIENT_IP");
        case "kubernetes:helm.sh/v3:Release":
            return valueOf(inputs, "values.service.sessionAffinity") === "ClientIP";
        default:
            // HAProxy's sections have been looked at.
            return true;
    }
}

/** Where each product says how old a TLS version it accepts, with the values that mean 1.2 or later. */
const tlsPolicies: Readonly<Record<string, { readonly path: string; readonly accepted: RegExp }>> = {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
    "aws:lb/listener:Listener": {
        path: "sslPolicy",
        accepted: /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/,
    },
    "gcp:compute/sSLPolicy:SSLPolicy": { path: "minTlsVersion", accepted: /^TLS_1_[23]$/ },
    "azure-native:network:ApplicationGateway": { path: "sslPolicy.minProtocolVersion", accepted: /^TLSv1_[23]$/ },
};

const tls12: Rule = {
    id: "tls-1-2",
    level: "mandatory",
    title: "TLS 1.2 is the lowest version that is accepted",
    text: "TLS 1.0 and 1.1 are deprecated, and their ciphers are broken.",
    remedy: "Choose a policy from TLS 1.2 on: `sslPolicy` of an AWS listener, `minTlsVersion` of a Google SSL policy, `minProtocolVersion` of an Application Gateway, `ssl-min-ver TLSv1.2` in HAProxy.",
    source: "https://www.rfc-editor.org/rfc/rfc8996",
    scope: "resource",
    concerns: (resource) => tlsPolicyOf(resource) !== undefined || haproxyTexts(resource).some(terminatesTls),
    check: (resource) => {
        const policy = tlsPolicyOf(resource);
        if (policy === undefined) {
            return haproxyTexts(resource)
                .filter((text) => terminatesTls(text) && !/ssl-min-ver\s+TLSv1\.[23]/.test(text))
                .map(() => "HAProxy sets no ssl-min-ver of TLS 1.2 or later");
        }
        const value = valueOf(resource.inputs, policy.path);
        return isUnknown(value) || policy.accepted.test(String(value))
            ? []
            : [`${policy.path} is ${value === undefined ? "not set, and the cloud's default is older" : shown(value)}`];
    },
};

function tlsPolicyOf(resource: Resource): (typeof tlsPolicies)[string] | undefined {
    const policy = entryOf(tlsPolicies, resource.type);
    const isPlain = "protocol" in resource.inputs && !["TLS", "HTTPS"].includes(String(resource.inputs["protocol"]));
    return isPlain ? undefined : policy;
}

function terminatesTls(text: string): boolean {
    return /^\s*bind\s.*\bssl\b/m.test(text);
}

/** The rules of the connection path. The offline plan says the same from its edge plan (plan/checks/edge.ts). */
export const connectionRules: readonly Rule[] = [tlsOutsideBroker, affinity, noPublicPlainMqtt, tls12];
