import type { Origin } from "../common/catalog";
import {
    type EdgeDraft,
    type EdgeRequest,
    certManagerProblem,
    clientCertificateProblem,
    edgeKeys,
    keepaliveFor,
    keepaliveProblem,
    keptAlive,
    resolveTermination,
} from "../edge/planner/draft";
import { draftWithHaproxy, haproxyAndBroker, hop, vernemqHop } from "../edge/planner/hops";
import { idleTimeoutFor } from "../edge/plan";

declare module "../edge/plan" {
    interface HopKinds {
        "google-proxy-nlb": never;
        "google-passthrough-nlb": never;
    }
}

const proxyLoadBalancer = "https://cloud.google.com/load-balancing/docs/proxy-network-load-balancer";
const sessionAffinity =
    "https://cloud.google.com/python/docs/reference/compute/0.6.0/google.cloud.compute_v1.types.BackendService.SessionAffinity";
const affinityLimits = "https://cloud.google.com/load-balancing/docs/backend-service#session_affinity";
const backendServices = "https://cloud.google.com/compute/docs/reference/rest/v1/backendServices";
const passthrough = "https://cloud.google.com/load-balancing/docs/passthrough-network-load-balancer";

/**
 * Seconds of silence after which a passthrough load balancer forgets a connection and hashes its next packet anew: fixed at 60 for external
 * ones, 600 for internal ones unless set otherwise.
 */
export const connectionTracking = {
    seconds: { public: 60, internal: 600 },
    source: "https://cloud.google.com/compute/docs/reference/rest/v1/backendServices (connectionTrackingPolicy.idleTimeoutSec)",
    asOf: "2026-11",
} as const satisfies Origin & { seconds: object };

/** Google is the one cloud whose load balancer terminates TLS for raw MQTT and keeps affinity, so HAProxy may be left out. */
export function planGkeEdge(request: EdgeRequest): EdgeDraft {
    const termination = resolveTermination(request, request.exposure === "public");
    return termination === "cloud" ? tlsAtGoogle(request) : tlsAtHaproxy(request);
}

function tlsAtGoogle(request: EdgeRequest): EdgeDraft {
    const keepaliveSeconds = keepaliveFor(request);
    const needsHaproxy = request.affinity === "client-id" || request.haproxyTier === "always";
    const bestEffort = request.affinity === "source-ip" && !needsHaproxy;
    const loadBalancer = hop({
        kind: "google-proxy-nlb",
        title: "Google external proxy Network Load Balancer",
        terminatesTls: request.wantsTls,
        affinity: request.affinity === "source-ip" ? "source-ip" : "none",
        sends: "v1",
        keepsClientAddress: true,
        // That `timeoutSec` is the idle timeout of this product is unverified; it is treated so, and set long.
        idleTimeoutSeconds: Math.max(86_400, idleTimeoutFor(keepaliveSeconds)),
        sources: [proxyLoadBalancer, sessionAffinity, backendServices],
    });
    return {
        hops: [loadBalancer, ...(needsHaproxy ? haproxyAndBroker(request, keepaliveSeconds, false) : [vernemqHop])],
        certificateSource: request.wantsTls ? (request.certificateSource ?? "cloud") : null,
        keepaliveSeconds,
        warnings: [
            bestEffort &&
                `Google's session affinity is best effort: a backend that is added, removed, unhealthy or full moves clients of others too (${affinityLimits}). ${edgeKeys.haproxyTier}: always makes HAProxy keep it, where a broker that comes or goes moves only its own clients.`,
        ],
        problems: [
            clientCertificateProblem(request, "Google's target SSL proxy"),
            request.exposure !== "public" && {
                key: edgeKeys.terminateTls,
                value: request.terminateTls,
                rule: `only Google's global external load balancer terminates TLS for raw MQTT; the regional and internal ones handle TCP only (${proxyLoadBalancer})`,
                remedy: `use haproxy, or set ${edgeKeys.exposure} to public`,
            },
            certManagerProblem(request, "Google's load balancer"),
            needsHaproxy &&
                request.haproxyTier === "never" && {
                    key: edgeKeys.haproxyTier,
                    value: request.haproxyTier,
                    rule: "no Google load balancer reads MQTT client ids, so client-id affinity needs HAProxy behind it",
                    remedy: `leave it at auto, or set ${edgeKeys.affinity} to source-ip`,
                },
        ],
    };
}

function tlsAtHaproxy(request: EdgeRequest): EdgeDraft {
    const trackingSeconds = connectionTracking.seconds[request.exposure === "internal" ? "internal" : "public"];
    const loadBalancer = hop({
        kind: "google-passthrough-nlb",
        title: "Google passthrough Network Load Balancer",
        affinity: request.affinity === "source-ip" ? "source-ip" : "none",
        keepsClientAddress: true,
        idleTimeoutSeconds: trackingSeconds,
        ...keptAlive(request, connectionTracking.source),
        sources: [passthrough, connectionTracking.source],
    });
    return draftWithHaproxy(request, loadBalancer, {
        keepaliveSeconds: keepaliveFor(request, request.tcpKeepalive ? undefined : trackingSeconds),
        problems: [
            keepaliveProblem(request, {
                limit: trackingSeconds,
                owner: "the connection tracking of Google's passthrough load balancer",
                source: connectionTracking.source,
                alternative: `set ${edgeKeys.terminateTls} to cloud, whose proxy holds idle connections for a day`,
                restartedByKeepalives: connectionTracking.source,
            }),
        ],
    });
}
