import { labelsOf, selects } from "../../components/edge/evidence/facts";
import { valueOf, valuesOf } from "../../components/common/property-path";
import {
    linesOf,
    lowestTlsOfBind,
    parseHaproxyConfig,
    picksByClient,
    type Section,
    settingOf,
} from "../../components/edge/evidence/haproxy-config";
import { brokersOf } from "../brokers";
import { isUnknown, type Resource, type Rule, shown } from "../rule";

const guide =
    "https://docs.vernemq.com/guides/vernemq-on-kubernetes#general-recommendations-for-large-scale-deployments";

const service = "kubernetes:core/v1:Service";

function isBroker(resource: Resource): boolean {
    return brokersOf(resource) !== undefined;
}

/** VerneMQ's plain ports for clients: MQTT, and MQTT over WebSocket. */
const plainPorts = [1883, 8080] as const;

function isOutside(type: unknown): boolean {
    return type === "LoadBalancer" || type === "NodePort";
}

const tlsOutsideBroker: Rule = {
    id: "tls-outside-broker",
    level: "mandatory",
    title: "TLS is terminated outside VerneMQ",
    text: "A load balancer or HAProxy terminates TLS: handshakes cost VerneMQ the CPU that messages need, and its TLS listeners accept no PROXY header.",
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
    concerns: (resource) => isBroker(resource) || resource.type === service || resource.role?.openPorts !== undefined,
    check: (resource) => plainPortsOutside(resource).map((port) => `port ${port} is open to the outside`),
};

/** VerneMQ's plain ports that a resource opens to what is outside the cluster, alone or in a range. */
export function plainPortsOutside(resource: Resource): readonly number[] {
    const open = outsidePorts(resource);
    return plainPorts.filter((port) => open.some((ports) => holdsPort(ports, port)));
}

/** Whether a port is among those that an input opens: a number, a range, or all. */
function holdsPort(open: unknown, port: number): boolean {
    const [first, last = first] = String(open).split("-").map(Number);
    return open === true || (Number(first) <= port && port <= Number(last));
}

/** Ports that a resource opens to what is outside the cluster. */
function outsidePorts(resource: Resource): readonly unknown[] {
    const { inputs } = resource;
    const paths = resource.role?.openPorts;
    if (paths !== undefined) {
        // A listener that terminates TLS is not plain, whatever its port.
        return inputs["protocol"] === "TLS" ? [] : paths.flatMap((path) => valuesOf(inputs, path));
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

/** The sections of each configuration of HAProxy that a ConfigMap holds. */
function haproxies({ type, inputs }: Resource): readonly (readonly Section[])[] {
    return type === "kubernetes:core/v1:ConfigMap"
        ? valuesOf(inputs, "data.*")
              .map((text) => parseHaproxyConfig(String(text)))
              .filter((sections) => sections.some(isListening))
        : [];
}

function isListening(section: Section): boolean {
    return ["frontend", "listen"].includes(section.keyword) && linesOf(section, "bind").length > 0;
}

/** Names of HAProxy's sections with more than one server and nothing that keeps a client on its own. */
function sectionsWithoutAffinity(sections: readonly Section[]): readonly string[] {
    return sections
        .filter((section, index) => {
            const defaults = sections.slice(0, index).findLast(({ keyword }) => keyword === "defaults");
            return (
                ["backend", "listen"].includes(section.keyword) &&
                hasSeveralServers(section) &&
                !picksByClient(settingOf(section, defaults, "balance")?.[0]) &&
                linesOf(section, "stick", "on").length === 0
            );
        })
        .map(({ name }) => name);
}

function hasSeveralServers(section: Section): boolean {
    return linesOf(section, "server").length > 1 || linesOf(section, "server-template").length > 0;
}

const affinity: Rule = {
    id: "session-affinity",
    level: "mandatory",
    title: "Every connection path keeps session affinity",
    text: "A client reconnects to the broker that holds its session; on another its queue has to move first.",
    remedy: "HAProxy: `balance source` or `balance hash`. A Service in front of brokers: sessionAffinity ClientIP. An AWS target group: stickiness source_ip. A Google backend service: sessionAffinity CLIENT_IP.",
    source: guide,
    scope: "stack",
    concerns: (resource, all) =>
        haproxies(resource).length > 0 ||
        opensBrokers(resource) ||
        (isBalancer(resource) && all.some(isBroker) && isBeforeBrokers(resource, all)),
    check: (resource) => {
        const sections = haproxies(resource).flatMap(sectionsWithoutAffinity);
        if (sections.length > 0) {
            return sections.map((name) => `HAProxy's ${name} sends a client to any broker`);
        }
        return keepsAffinity(resource) ? [] : ["nothing keeps a client on its broker"];
    },
};

function isBalancer({ type, role }: Resource): boolean {
    return type === service || role?.keepsAffinity !== undefined;
}

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
    return isForConnections && !all.some((other) => haproxies(other).length > 0);
}

function selectsBrokers(resource: Resource, all: readonly Resource[]): boolean {
    const selector = labelsOf(valueOf(resource.inputs, "spec.selector"));
    return all.some((other) => selects(selector, labelsOf(brokersOf(other)?.podLabels)));
}

function keepsAffinity({ type, role, inputs }: Resource): boolean {
    switch (type) {
        case service:
            return valueOf(inputs, "spec.sessionAffinity") === "ClientIP";
        case "kubernetes:helm.sh/v3:Release":
            return valueOf(inputs, "values.service.sessionAffinity") === "ClientIP";
        default:
            // HAProxy's sections have been looked at.
            return role?.keepsAffinity?.(inputs) ?? true;
    }
}

const tls12: Rule = {
    id: "tls-1-2",
    level: "mandatory",
    title: "TLS 1.2 is the lowest version that is accepted",
    text: "TLS 1.0 and 1.1 are deprecated, and their ciphers are broken.",
    remedy: "Choose a policy from TLS 1.2 on: `sslPolicy` of an AWS listener, `minTlsVersion` of a Google SSL policy, `minProtocolVersion` of an Application Gateway, `ssl-min-ver TLSv1.2` in HAProxy.",
    source: "https://www.rfc-editor.org/rfc/rfc8996",
    scope: "resource",
    concerns: (resource) =>
        resource.role?.lowestTls?.(resource.inputs) !== undefined || haproxies(resource).some(terminatesTls),
    check: (resource) => {
        const lowest = resource.role?.lowestTls?.(resource.inputs);
        const value = lowest && valueOf(resource.inputs, lowest.path);
        const isOld = lowest !== undefined && !isUnknown(value) && !(Number(lowest.version) >= lowestVersion);
        return [
            ...(isOld ? [`${lowest.path} is ${shown(value)}`] : []),
            ...haproxies(resource).flatMap((sections) =>
                bindsOfTls(sections)
                    .filter(({ words, global }) => !(Number(lowestTlsOfBind(words, global)) >= lowestVersion))
                    .map(({ name }) => `HAProxy's ${name} sets no ssl-min-ver of TLS 1.2 or later`),
            ),
        ];
    },
};

/** The lowest TLS version that is not deprecated. */
const lowestVersion = 1.2;

/** The `bind` lines that terminate TLS, with the section `global` that has their defaults. */
function bindsOfTls(sections: readonly Section[]) {
    const global = sections.find(({ keyword }) => keyword === "global");
    return sections.filter(isListening).flatMap((section) =>
        linesOf(section, "bind")
            .filter((words) => words.includes("ssl"))
            .map((words) => ({ name: section.name, words, global })),
    );
}

function terminatesTls(sections: readonly Section[]): boolean {
    return bindsOfTls(sections).length > 0;
}

/** The rules of the connection path. What the resources open is held against the edge plan besides (plan/checks/edge.ts). */
export const connectionRules: readonly Rule[] = [tlsOutsideBroker, affinity, noPublicPlainMqtt, tls12];
