import { compact, type Maybe } from "../../common/compact";
import type { Problem } from "../../common/problem";
import {
    type EdgeDecision,
    type EdgeListener,
    type EdgePlan,
    type EdgeRequirements,
    idleTimeoutFor,
    keepaliveIntervalFor,
    listenerPorts,
    shortestTrackingSeconds,
    type WebSocketRoute,
} from "../plan";
import { planClusterIpEdge } from "./cluster-ip";
import {
    type EdgeDraft,
    type EdgeRequest,
    type EdgeTarget,
    edgeKeys,
    type FixedTimeout,
    keepaliveFor,
    keepaliveProblem,
} from "./draft";
import { vernemqHop } from "./hops";
import { planWebSocket } from "./web-socket";

/**
 * Chooses the connection path for a target. Pure and total: any requirements give a plan in which TLS is terminated before VerneMQ and the requested
 * affinity is kept while the broker pod lives, or the problems that say which requirement cannot be met there and what to choose instead.
 */
export function planEdge(target: EdgeTarget, requirements: EdgeRequirements): EdgeDecision {
    const { webSocket } = requirements;
    // What comes in through an ingress or gateway is none of the edge's own listeners.
    const listeners =
        webSocket === undefined ? requirements.listeners : requirements.listeners.filter((name) => name !== "wss");
    const request: EdgeRequest = { ...requirements, listeners, wantsTls: listeners.some((name) => name !== "mqtt") };
    const draft = draftEdge(target, request);
    const way = webSocket === undefined ? undefined : planWebSocket(requirements, webSocket, draft);
    const problems = compact([
        ...commonProblems(target, request, way?.route),
        ...draft.problems,
        ...(way?.problems ?? []),
        tierProblems(request, draft),
        // HAProxy is the hop that can be told to send TCP keepalives.
        request.tcpKeepalive &&
            !draft.hops.some(({ kind }) => kind === "haproxy") && {
                key: edgeKeys.tcpKeepalive,
                value: true,
                rule: "HAProxy sends the TCP keepalives, and there is none on this connection path",
                remedy: "leave it out",
            },
        keepaliveProblem(request, nodeTracking),
    ]);
    if (problems.length > 0) {
        return { ok: false, problems: withoutRepeats(problems), certificateSource: draft.certificateSource };
    }
    const plan = finishPlan(target, request, draft);
    return {
        ok: true,
        plan:
            way === undefined ? plan : { ...plan, webSocket: way.route, warnings: [...plan.warnings, ...way.warnings] },
    };
}

const connectionTracking =
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy (--conntrack-tcp-timeout-established)";

/** Every connection crosses a node, which forgets it after a day of silence, whatever load balancers before it allow. */
const nodeTracking: FixedTimeout = {
    limit: 86_400,
    owner: "a node's connection tracking",
    source: connectionTracking,
    alternative: "make the devices send a PINGREQ once a day",
    restartedByKeepalives: connectionTracking,
};

function draftEdge(target: EdgeTarget, request: EdgeRequest): EdgeDraft {
    switch (request.exposure) {
        case "none":
            return noEdge(request);
        case "cluster-ip":
            return planClusterIpEdge(request);
        case "public":
        case "internal":
        case "node-port":
            return target.planEdge(request);
    }
}

/** Clients reach VerneMQ's own Service: nothing terminates TLS and nothing keeps affinity, so neither may be asked for. */
function noEdge(request: EdgeRequest): EdgeDraft {
    return {
        hops: [vernemqHop],
        certificateSource: null,
        keepaliveSeconds: keepaliveFor(request),
        // Who reaches VerneMQ's own Service, and what its affinity is worth, follows from its type.
        warnings: [],
        problems: [
            (request.wantsTls || !request.listeners.includes("mqtt")) && {
                key: edgeKeys.listeners,
                value: request.listeners,
                rule: "without an edge nothing terminates TLS: only plain mqtt is left, and it has to be named",
                remedy: `set it to [mqtt], or choose another ${edgeKeys.exposure}`,
            },
            request.affinity !== "none" && {
                key: edgeKeys.affinity,
                value: request.affinity,
                rule: "without an edge nothing keeps a client on its broker (a Service's sessionAffinity counts per node only)",
                remedy: `set it to none, or choose another ${edgeKeys.exposure}`,
            },
        ],
    };
}

/** What no target allows, or only some, whatever the chain. */
function commonProblems(target: EdgeTarget, request: EdgeRequest, webSocket: WebSocketRoute | undefined): Problem[] {
    const someoneDials = request.listeners.length > 0 || webSocket !== undefined;
    const ingressServesIt = (webSocket?.certificateSource ?? null) !== null;
    return compact([
        request.listeners.length === 0 &&
            webSocket === undefined && {
                key: edgeKeys.listeners,
                value: request.listeners,
                rule: "an edge needs at least one listener",
                remedy: "name one or more of mqtts, wss and mqtt",
            },
        !request.wantsTls &&
            request.terminateTls !== "auto" && {
                key: edgeKeys.terminateTls,
                value: request.terminateTls,
                rule: "no listener uses TLS, so no hop terminates it",
                remedy: `leave it at auto, or add mqtts or wss to ${edgeKeys.listeners}`,
            },
        !request.wantsTls &&
            request.clientCertificates && {
                key: edgeKeys.clientCertificates,
                rule: "no listener uses TLS, so no client shows a certificate",
                remedy: `leave it out, or add mqtts or wss to ${edgeKeys.listeners}`,
            },
        request.affinity === "client-id" &&
            someoneDials &&
            !readsClientIds(request) && {
                key: edgeKeys.affinity,
                value: request.affinity,
                rule: "a WebSocket client sends its client id only after a broker has answered the upgrade, and no listener but wss is open",
                remedy: `use source-ip or none, or add mqtts to ${edgeKeys.listeners}`,
            },
        request.exposure === "node-port" &&
            !target.hasReachableNodes && {
                key: edgeKeys.exposure,
                value: request.exposure,
                rule: "the nodes of a managed cluster are private, so a node port cannot be reached",
                remedy: "use public or internal",
            },
        request.loadBalancer !== undefined &&
            !target.loadBalancers.includes(request.loadBalancer) && {
                key: edgeKeys.loadBalancer,
                value: request.loadBalancer,
                rule: `target ${target.name} has no such load balancer to choose`,
                remedy: "leave it out",
            },
        !request.wantsTls &&
            request.certificateSource !== undefined &&
            !ingressServesIt && {
                key: edgeKeys.certificateSource,
                value: request.certificateSource,
                rule: "no listener uses TLS, so no certificate is served",
                remedy: `leave it out, or add mqtts or wss to ${edgeKeys.listeners}`,
            },
    ]);
}

/** Whether some listener shows the client id before a broker has to be chosen. */
function readsClientIds(request: EdgeRequest): boolean {
    return request.listeners.some((name) => name !== "wss");
}

/** `haproxy.tier: never` is a promise that a path which needs HAProxy breaks, and `always` one that a path without it breaks. */
function tierProblems(request: EdgeRequest, draft: EdgeDraft): Maybe<Problem> {
    const needsHaproxy = draft.hops.some((hop) => hop.kind === "haproxy");
    if (request.haproxyTier === "always" && !needsHaproxy) {
        return {
            key: edgeKeys.haproxyTier,
            value: request.haproxyTier,
            rule: "without an edge there is no place for HAProxy: clients reach VerneMQ's own Service",
            remedy: `leave it at auto, or choose another ${edgeKeys.exposure}`,
        };
    }
    const alreadySaid = compact(draft.problems).some((problem) => problem.key === edgeKeys.haproxyTier);
    if (!needsHaproxy || request.haproxyTier !== "never" || alreadySaid) {
        return undefined;
    }
    const duties = compact([
        request.wantsTls && draft.hops.some((hop) => hop.kind === "haproxy" && hop.terminatesTls) && "terminate TLS",
        request.affinity !== "none" && `keep ${request.affinity} affinity`,
    ]);
    return {
        key: edgeKeys.haproxyTier,
        value: request.haproxyTier,
        rule: `nothing but HAProxy can ${duties.length === 0 ? "carry this edge" : duties.join(" and ")} here`,
        remedy: "leave it at auto",
    };
}

/** How often TCP keepalives are sent towards devices, in seconds; null where none are. */
function tcpKeepaliveSeconds(request: EdgeRequest, draft: EdgeDraft): number | null {
    const timers = draft.hops.flatMap((hop) => (hop.keptAliveBy === undefined ? [] : (hop.idleTimeoutSeconds ?? [])));
    return request.tcpKeepalive ? keepaliveIntervalFor(Math.min(shortestTrackingSeconds, ...timers)) : null;
}

function tcpKeepaliveWarnings(request: EdgeRequest, draft: EdgeDraft): string[] {
    const seconds = tcpKeepaliveSeconds(request, draft);
    if (seconds === null) {
        return [];
    }
    const lifted = draft.hops.flatMap(({ title, idleTimeoutSeconds, keptAliveBy }) =>
        keptAliveBy === undefined || idleTimeoutSeconds === null
            ? []
            : [`${title} (${idleTimeoutSeconds} s, by ${keptAliveBy}; not tried live)`],
    );
    return compact([
        `HAProxy sends a TCP keepalive every ${seconds} s to each silent device, which wakes a sleeping radio (edge.tcpKeepalive).`,
        lifted.length !== 0 &&
            `Silent connections rely on TCP keepalives restarting the timeout of ${lifted.join(" and ")}.`,
    ]);
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
    const isRepeated = (one: Problem, other: Problem) => one.key === other.key && one.rule === other.rule;
    return problems.filter((one, index) => problems.findIndex((other) => isRepeated(one, other)) === index);
}

function finishPlan(target: EdgeTarget, request: EdgeRequest, draft: EdgeDraft): EdgePlan {
    return {
        target: target.name,
        exposure: request.exposure,
        listeners: request.listeners.map((name): EdgeListener => ({
            name,
            port: listenerPorts[name],
            tls: name !== "mqtt",
            broker: name === "wss" ? "ws" : "mqtt",
        })),
        hops: draft.hops,
        affinity: request.affinity,
        certificateSource: draft.certificateSource,
        clientCertificates: request.clientCertificates,
        minimumTlsVersion: request.minimumTlsVersion,
        allowedCidrs: request.allowedCidrs,
        keepaliveSeconds: draft.keepaliveSeconds,
        idleTimeoutSeconds: idleTimeoutFor(draft.keepaliveSeconds),
        tcpKeepaliveSeconds: tcpKeepaliveSeconds(request, draft),
        warnings: compact([
            ...commonWarnings(request, draft),
            ...tcpKeepaliveWarnings(request, draft),
            ...draft.warnings,
        ]),
    };
}

function commonWarnings(request: EdgeRequest, draft: EdgeDraft): string[] {
    return compact([
        request.listeners.includes("mqtt") &&
            request.exposure !== "none" &&
            "Listener mqtt is open without TLS on port 1883, because edge.listeners names it.",
        draft.certificateSource === "self-signed" &&
            "The certificate is self-signed: clients need the CA of output `ca`. Use it for development.",
        request.affinity === "none" &&
            request.exposure !== "none" &&
            "No affinity: a persistent session moves between brokers when its client reconnects.",
        request.affinity === "source-ip" &&
            "Clients behind one NAT address share one broker; client-id affinity spreads them.",
        request.affinity === "client-id" && request.listeners.includes("wss") && webSocketWarning(draft),
        request.affinity === "client-id" && request.webSocket !== undefined && bySourceAddress,
    ]);
}

const bySourceAddress =
    "Listener wss uses source-ip affinity: a WebSocket client sends its client id only after a broker has answered.";

/** What is left of client-id affinity for WebSocket clients, whose id comes after the upgrade. */
function webSocketWarning(draft: EdgeDraft): string {
    const haproxy = draft.hops.findIndex((hop) => hop.kind === "haproxy");
    return draft.hops[haproxy - 1]?.keepsClientAddress === true
        ? bySourceAddress
        : "Listener wss has no affinity: a WebSocket client sends its client id only after a broker has answered, and its address is hidden.";
}
