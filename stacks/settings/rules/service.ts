import { compact } from "../../../components/common/compact";
import { isOpenToAll } from "../../../components/common/addresses";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../settings";

/** Ways of offering VerneMQ's own Service that cannot work, or that expose messages in plain text. */
export function serviceProblems({ broker, edge }: ParsedGroups): Problem[] {
    const { type, nodePorts } = broker.service;
    return compact([
        type !== "ClusterIP" &&
            edge.exposure !== "none" && {
                key: "vernemq:broker.service.type",
                value: type,
                rule: "with an edge, VerneMQ's own Service would be a second, unencrypted listener that expects PROXY headers",
                remedy: "use ClusterIP, or set vernemq:edge.exposure to none",
            },
        type === "NodePort" &&
            nodePorts === undefined && {
                key: "vernemq:broker.service.nodePorts",
                rule: "the chart's own node ports (1883, 8080) are outside Kubernetes' range, so each has to be set",
                remedy: "give mqtt a port between 30000 and 32767",
            },
        type !== "NodePort" &&
            nodePorts !== undefined && {
                key: "vernemq:broker.service.nodePorts",
                rule: `a Service of type ${type} has no node ports to choose`,
                remedy: "leave it out, or use type NodePort",
            },
        ...webSocketProblems(broker.service, edge.exposure),
        // Passwords and messages in plain text to every client, from the whole internet where the load balancer is a public one.
        type === "LoadBalancer" &&
            edge.exposure === "none" &&
            isOpenToAll(edge.allowedCidrs) && {
                key: "vernemq:edge.allowedCidrs",
                value: edge.allowedCidrs,
                rule: "without an edge nothing terminates TLS, so a load balancer before VerneMQ's own Service would take passwords in plain text from everywhere",
                remedy: "name the networks that you trust, or choose another vernemq:edge.exposure, which terminates TLS",
            },
    ]);
}

/** WebSocket on VerneMQ's own Service, which is the edge's affair where there is one. */
function webSocketProblems(
    { type, webSocket, nodePorts }: ParsedGroups["broker"]["service"],
    exposure: ParsedGroups["edge"]["exposure"],
): Problem[] {
    return compact([
        webSocket &&
            exposure !== "none" && {
                key: "vernemq:broker.service.webSocket",
                value: webSocket,
                rule: "the edge serves WebSocket itself, with TLS",
                remedy: "leave it out and name wss in vernemq:edge.listeners, or set vernemq:edge.exposure to none",
            },
        webSocket &&
            type === "NodePort" &&
            nodePorts !== undefined &&
            nodePorts.ws === undefined && {
                key: "vernemq:broker.service.nodePorts.ws",
                rule: "the chart's own node port, 8080, is outside Kubernetes' range",
                remedy: "give it a port between 30000 and 32767",
            },
        !webSocket &&
            nodePorts?.ws !== undefined && {
                key: "vernemq:broker.service.nodePorts.ws",
                value: nodePorts.ws,
                rule: "the Service offers no WebSocket, so it has no port for it",
                remedy: "remove it, or set vernemq:broker.service.webSocket",
            },
        webSocket &&
            nodePorts?.ws !== undefined &&
            nodePorts.ws === nodePorts.mqtt && {
                key: "vernemq:broker.service.nodePorts.ws",
                value: nodePorts.ws,
                rule: "a node port serves one listener",
                remedy: "choose another",
            },
    ]);
}

/** Seconds that kube-proxy remembers a client where a Service does not say (https://kubernetes.io/docs/reference/networking/virtual-ips/#session-stickiness-timeout). */
const defaultAffinitySeconds = 10_800;

/** What each type of Service leaves to the user, as VerneMQ's guide to Kubernetes says. */
export function serviceWarnings(groups: ParsedGroups): string[] {
    const { broker, edge } = groups;
    if (edge.exposure !== "none") {
        return [];
    }
    const operated = broker.engine === "operator";
    const seconds = broker.service.affinitySeconds ?? defaultAffinitySeconds;
    return [
        reachOf(groups),
        `The Service's affinity is kube-proxy's: each node keeps its own record and forgets a client ${seconds} s after its last connection${operated ? "" : " (broker.service.affinitySeconds)"}, so a persistent session may move between brokers.`,
    ];
}

function reachOf({ broker, edge }: ParsedGroups): string {
    const { type } = broker.service;
    // The Service of the operator's brokers is the guide's, which has both.
    const webSocket = broker.service.webSocket || broker.engine === "operator";
    const offer = `${webSocket ? "MQTT and WebSocket" : "MQTT"} without TLS`;
    switch (type) {
        case "ClusterIP":
            return `No edge: VerneMQ's Service is of type ClusterIP and offers ${offer} to pods of this cluster; for TLS your own pod, for example HAProxy, has to terminate it before VerneMQ.`;
        case "NodePort":
            return `No edge: VerneMQ's Service is of type NodePort, so nodes with a broker offer ${offer} to ${isOpenToAll(edge.allowedCidrs) ? "every client that reaches them" : edge.allowedCidrs.join(", ")}; terminate TLS before them, for example in HAProxy.`;
        case "LoadBalancer":
            return `No edge: VerneMQ's Service is of type LoadBalancer and offers ${offer} to ${edge.allowedCidrs.join(", ")}.`;
    }
}
