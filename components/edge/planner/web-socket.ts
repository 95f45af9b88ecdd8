import { compact } from "../../common/compact";
import type { Problem } from "../../common/problem";
import { controllers } from "../web-socket/controllers";
import {
    type CertificateSource,
    type EdgeRequirements,
    type Hop,
    idleTimeoutFor,
    keepaliveFactor,
    type WebSocketRoute,
    type WebSocketRequirements,
} from "../plan";
import { type EdgeDraft, edgeKeys } from "./draft";
import { haproxyAndBroker, hop } from "./hops";

const gatewayApi = "https://gateway-api.sigs.k8s.io/guides/user-guides/http-routing/";

/** The way of WebSocket clients through an ingress controller or a Gateway: TLS is terminated there, HAProxy keeps affinity by X-Forwarded-For. */
export function planWebSocket(
    requirements: EdgeRequirements,
    webSocket: WebSocketRequirements,
    draft: EdgeDraft,
): { readonly route: WebSocketRoute; readonly warnings: readonly string[]; readonly problems: readonly Problem[] } {
    const idleSeconds = idleTimeoutFor(draft.keepaliveSeconds);
    const endpoint = firstHop(webSocket, idleSeconds);
    const affinity = requirements.affinity === "none" ? "none" : "source-ip";
    const certificateSource = certificateOf(requirements, webSocket, draft);
    return {
        route: {
            via: webSocket.via,
            controller: webSocket.controller,
            forwardedHops: webSocket.forwardedHops,
            certificateSource,
            hops: [endpoint, ...haproxyAndBroker({ affinity }, draft.keepaliveSeconds, false)],
        },
        warnings: warningsOf(requirements, webSocket, certificateSource, idleSeconds),
        problems: compact([
            ...zoneProblems(requirements, draft),
            ...controllerProblems(webSocket, draft),
            // TLS of this way is the controller's, so what only HAProxy or the load balancer can promise of TLS is not kept here.
            requirements.clientCertificates && {
                key: edgeKeys.clientCertificates,
                rule: "TLS of listener wss is terminated at the ingress or gateway, where this program asks for no client certificate, so WebSocket clients would connect without one",
                remedy: `remove wss from ${edgeKeys.listeners}, or leave ${edgeKeys.webSocket} out`,
            },
        ]),
    };
}

function firstHop(webSocket: WebSocketRequirements, idleSeconds: number): Hop {
    if (webSocket.via === "gateway") {
        return hop({
            kind: "gateway",
            title: "Gateway (HTTPRoute)",
            terminatesTls: true,
            keepsClientAddress: true,
            sources: [gatewayApi],
        });
    }
    const { title, sources, fixedIdleSeconds, annotations } = controllers[webSocket.controller];
    const setsTimeout = Object.keys(annotations(idleSeconds, "")).some((key) => /timeout|attributes/.test(key));
    return hop({
        kind: "ingress-controller",
        title,
        terminatesTls: true,
        keepsClientAddress: true,
        idleTimeoutSeconds: fixedIdleSeconds ?? (setsTimeout ? idleSeconds : null),
        sources,
    });
}

/** The certificate that this program puts into a Secret for the Ingress. A Gateway's listener has its own, as a cloud's load balancer has. */
function certificateOf(
    requirements: EdgeRequirements,
    webSocket: WebSocketRequirements,
    draft: EdgeDraft,
): Exclude<CertificateSource, "cloud"> | null {
    const source =
        requirements.certificateSource ?? draft.certificateSource ?? (requirements.dnsZone ? "acme" : undefined);
    const cloudTerminatesTls = draft.hops.some(({ kind, terminatesTls }) => terminatesTls && kind !== "haproxy");
    return cloudTerminatesTls ||
        webSocket.via === "gateway" ||
        webSocket.ownCertificate ||
        !controllers[webSocket.controller].servesSecrets ||
        source === undefined ||
        source === "cloud"
        ? null
        : source;
}

/** Where the way joins the edge: at HAProxy, and beside a listener for the other listeners. */
function zoneProblems(requirements: EdgeRequirements, draft: EdgeDraft): Problem[] {
    const others = requirements.listeners.filter((name) => name !== "wss");
    const problems: Problem[] = [];
    if (!requirements.listeners.includes("wss")) {
        problems.push({
            key: edgeKeys.webSocket,
            rule: "an ingress controller or Gateway carries HTTP, so only listener wss comes in through it, and that is not in the list; MQTT over TCP or TLS needs the edge's own listener",
            remedy: `add wss to ${edgeKeys.listeners}, or leave this out`,
        });
    }
    if (requirements.exposure === "none") {
        problems.push({
            key: edgeKeys.webSocket,
            rule: "without an edge there is no HAProxy that keeps WebSocket clients on their broker",
            remedy: `choose another ${edgeKeys.exposure}, at least cluster-ip`,
        });
    } else if (others.length === 0 && requirements.exposure !== "cluster-ip") {
        problems.push({
            key: edgeKeys.exposure,
            value: requirements.exposure,
            rule: "listener wss comes in through the ingress or gateway, so the edge has no other listener to open",
            remedy: `set it to cluster-ip, or add mqtts to ${edgeKeys.listeners}`,
        });
    } else if (!draft.hops.some(({ kind }) => kind === "haproxy")) {
        problems.push({
            key: edgeKeys.webSocket,
            rule: "it leads to HAProxy, and this edge needs none",
            remedy: `leave it out, since the load balancer serves wss itself, or set ${edgeKeys.terminateTls} to haproxy`,
        });
    }
    return problems;
}

function controllerProblems(webSocket: WebSocketRequirements, draft: EdgeDraft): Problem[] {
    if (webSocket.via === "gateway") {
        return [];
    }
    const { title, longestIdleSeconds, refused, servesSecrets, sources } = controllers[webSocket.controller];
    const required = idleTimeoutFor(draft.keepaliveSeconds);
    const longest = Math.floor(((longestIdleSeconds ?? 0) - idleTimeoutFor(0)) / keepaliveFactor);
    return compact([
        refused !== undefined && { key: `${edgeKeys.webSocket}.controller`, value: webSocket.controller, ...refused },
        longestIdleSeconds !== undefined &&
            required > longestIdleSeconds && {
                key: edgeKeys.keepaliveSeconds,
                value: draft.keepaliveSeconds,
                rule: `${title} holds a silent connection ${longestIdleSeconds} s at most, and this keepalive needs ${required} s (${sources.at(-1) ?? ""})`,
                remedy: `use ${longest} or less, or leave ${edgeKeys.webSocket} out`,
            },
        webSocket.ownCertificate &&
            !servesSecrets && {
                key: `${edgeKeys.webSocket}.tlsSecretName`,
                rule: `${title} reads no Secrets`,
                remedy: "leave it out, and give the certificate as the controller's documentation says",
            },
    ]);
}

function warningsOf(
    requirements: EdgeRequirements,
    webSocket: WebSocketRequirements,
    certificateSource: WebSocketRoute["certificateSource"],
    idleSeconds: number,
): string[] {
    const facts = webSocket.via === "ingress" ? controllers[webSocket.controller] : undefined;
    const timer = idleSeconds.toString();
    return compact([
        ...(facts?.warnings ?? []),
        facts?.fixedIdleSeconds !== undefined &&
            facts.fixedIdleSeconds < idleSeconds &&
            `${facts.title} drops a connection after ${facts.fixedIdleSeconds} s of silence by default, and no annotation of an Ingress changes that: have its administrator set ${timer} s or more.`,
        (webSocket.via === "gateway" || webSocket.controller === "other") &&
            `How long the ${webSocket.via === "gateway" ? "Gateway" : "ingress controller"} keeps a silent connection open is its own setting: it has to be ${timer} s or more.`,
        webSocket.via === "ingress" &&
            certificateSource === null &&
            !webSocket.ownCertificate &&
            facts?.servesSecrets === true &&
            "The Ingress names no Secret, so the controller serves its own default certificate: set edge.webSocket.tlsSecretName, or vernemq:certificate.",
        requirements.minimumTlsVersion === "1.3" &&
            `The lowest TLS version of listener wss is the ${webSocket.via === "gateway" ? "Gateway's" : "ingress controller's"} own setting, whatever edge.minimumTlsVersion says.`,
    ]);
}
