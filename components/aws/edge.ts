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
        "aws-nlb": never;
    }
}

const stickiness =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#sticky-sessions";
const idleTimeout = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html";

/** "Connection idle timeout": clients and targets restart it by TCP keepalives, and a TLS listener sends its own every 20 s once it gets one. */
const keepalives =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#connection-idle-timeout";

/** A TLS listener's idle timeout cannot be changed. */
export const tlsListenerIdleSeconds = 350;
/** The range of `tcp.idle_timeout.seconds`. */
const tcpListenerIdleSeconds = { shortest: 60, longest: 6000 };

/**
 * The Network Load Balancer terminates TLS or keeps a client on a target, never both on one listener. So with an ACM certificate it
 * terminates TLS and HAProxy hashes the address that PROXY v2 carries; otherwise it is sticky and HAProxy terminates TLS.
 */
export function planEksEdge(request: EdgeRequest): EdgeDraft {
    return request.wantsTls && resolveTermination(request, true) === "cloud"
        ? tlsAtNlb(request)
        : tlsAtHaproxy(request);
}

function tlsAtNlb(request: EdgeRequest): EdgeDraft {
    const needsHaproxy = request.affinity !== "none" || request.haproxyTier === "always";
    const keepaliveSeconds = keepaliveFor(request, request.tcpKeepalive ? undefined : tlsListenerIdleSeconds);
    const nlb = hop({
        kind: "aws-nlb",
        title: "AWS Network Load Balancer",
        terminatesTls: true,
        sends: "v2",
        keepsClientAddress: true,
        idleTimeoutSeconds: tlsListenerIdleSeconds,
        ...keptAlive(request, keepalives),
        sources: [stickiness, idleTimeout],
    });
    return {
        hops: [nlb, ...(needsHaproxy ? haproxyAndBroker(request, keepaliveSeconds, false) : [vernemqHop])],
        certificateSource: request.certificateSource ?? "cloud",
        keepaliveSeconds,
        warnings: [
            request.tcpKeepalive &&
                "An older AWS document (2023) said that TCP keepalives do not reset the timeout of a TLS listener, the current one says that they do: test your keepalive before you rely on it.",
        ],
        problems: [
            clientCertificateProblem(request, "An AWS Network Load Balancer"),
            keepaliveProblem(request, {
                limit: tlsListenerIdleSeconds,
                owner: "A TLS listener of an AWS Network Load Balancer",
                source: idleTimeout,
                alternative: `set ${edgeKeys.terminateTls} to haproxy with a ${edgeKeys.certificateSource} that is not cloud (a TCP listener holds up to 6000 s)`,
                restartedByKeepalives: needsHaproxy ? keepalives : undefined,
            }),
            certManagerProblem(request, "a Network Load Balancer"),
            needsHaproxy &&
                request.haproxyTier === "never" && {
                    key: edgeKeys.haproxyTier,
                    value: request.haproxyTier,
                    rule: `an AWS listener cannot have TLS and stickiness at once ("Sticky sessions are not supported for TLS or QUIC listeners", ${stickiness}), so ${request.affinity} affinity needs HAProxy behind it`,
                    remedy: `leave it at auto, or set ${edgeKeys.affinity} to none`,
                },
        ],
    };
}

function tlsAtHaproxy(request: EdgeRequest): EdgeDraft {
    const keepaliveSeconds = keepaliveFor(request);
    const idleTimeoutSeconds = Math.max(idleTimeoutFor(keepaliveSeconds), tcpListenerIdleSeconds.shortest);
    const direct = !request.wantsTls && request.affinity !== "client-id" && request.haproxyTier === "never";
    const nlb = hop({
        kind: "aws-nlb",
        title: "AWS Network Load Balancer",
        affinity: request.affinity === "source-ip" ? "source-ip" : "none",
        sends: "v2",
        keepsClientAddress: true,
        idleTimeoutSeconds: Math.min(idleTimeoutSeconds, tcpListenerIdleSeconds.longest),
        ...keptAlive(request, keepalives),
        sources: [stickiness, idleTimeout],
    });
    const draft = draftWithHaproxy(request, nlb, {
        keepaliveSeconds,
        problems: [
            keepaliveProblem(request, {
                limit: tcpListenerIdleSeconds.longest,
                owner: "A TCP listener of an AWS Network Load Balancer",
                source: idleTimeout,
                alternative: "make the devices send a PINGREQ more often",
                restartedByKeepalives: direct ? undefined : keepalives,
            }),
        ],
    });
    return direct ? { ...draft, hops: [nlb, vernemqHop] } : draft;
}
