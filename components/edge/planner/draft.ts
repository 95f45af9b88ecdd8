import type { Maybe } from "../../common/compact";
import type { Problem } from "../../common/problem";
import { certificateSources, type CertificateSource, type EdgeRequirements, type Hop, longestKeepalive } from "../plan";

/** What a target's planner decides; the common part of the planner makes an EdgePlan of it. */
export interface EdgeDraft {
    readonly hops: readonly Hop[];
    readonly certificateSource: CertificateSource | null;
    readonly keepaliveSeconds: number;
    readonly warnings: readonly Maybe<string>[];
    readonly problems: readonly Maybe<Problem>[];
}

/** Requirements of a stack that has an edge, with the one question answered that every target starts with. */
export interface EdgeRequest extends EdgeRequirements {
    /** Some listener uses TLS. */
    readonly wantsTls: boolean;
}

export type EdgePlanner = (request: EdgeRequest) => EdgeDraft;

/** What planEdge has to know of a target. */
export interface EdgeTarget {
    /** Its name, as `vernemq:target` has it. */
    readonly name: string;
    /** Plans the connection path from outside the cluster: exposure public, internal and, where there is one, node-port. */
    readonly planEdge: EdgePlanner;
    /** Whether clients can reach the nodes' own ports. */
    readonly hasReachableNodes: boolean;
    /** The choices of `vernemq:edge.loadBalancer`; empty where there is none. */
    readonly loadBalancers: readonly string[];
}

/** The keepalive that is assumed where the user names none, in seconds. Most client libraries use 60. */
const defaultKeepaliveSeconds = 60;

/** Where each requirement is written in a stack's configuration. */
export const edgeKeys = {
    affinity: "vernemq:edge.affinity",
    certificateSource: "vernemq:certificate.source",
    clientCertificates: "vernemq:edge.clientCertificates",
    exposure: "vernemq:edge.exposure",
    haproxyTier: "vernemq:edge.haproxy.tier",
    keepaliveSeconds: "vernemq:edge.keepaliveSeconds",
    keyVaultCertificate: "vernemq:certificate.keyVaultSecretId",
    listeners: "vernemq:edge.listeners",
    loadBalancer: "vernemq:edge.loadBalancer",
    minimumTlsVersion: "vernemq:edge.minimumTlsVersion",
    tcpKeepalive: "vernemq:edge.tcpKeepalive",
    terminateTls: "vernemq:edge.terminateTls",
    webSocket: "vernemq:edge.webSocket",
} as const;

/** Who terminates TLS when it is left to the target: the cloud where the certificate is the cloud's, HAProxy where it is not. */
export function resolveTermination(request: EdgeRequest, cloudCanTerminateTls: boolean): "cloud" | "haproxy" {
    if (request.terminateTls !== "auto") {
        return request.terminateTls;
    }
    const certificateIsTheClouds = request.certificateSource === undefined || request.certificateSource === "cloud";
    return cloudCanTerminateTls && certificateIsTheClouds && !request.clientCertificates ? "cloud" : "haproxy";
}

/**
 * A certificate for HAProxy: any source but the cloud's, whose keys never leave the cloud's load balancers. Default: of an ACME server, where
 * a DNS zone is given.
 */
export function haproxyCertificate(request: EdgeRequest): Pick<EdgeDraft, "certificateSource" | "problems"> {
    const source = request.certificateSource ?? (request.dnsZone ? "acme" : undefined);
    const isGiven = source !== undefined && source !== "cloud";
    return {
        certificateSource: request.wantsTls && isGiven ? source : null,
        problems: [
            request.wantsTls &&
                !isGiven && {
                    key: edgeKeys.certificateSource,
                    value: source,
                    rule: "HAProxy terminates TLS here, so it needs the certificate with its key; a cloud's own certificate never leaves the cloud",
                    remedy: `give vernemq:dns.zone, so that an ACME server issues it, or set it to ${certificateSources.filter((name) => name !== "cloud").join(", ")}`,
                },
        ],
    };
}

/** A timer that cannot be set, or only up to a limit. */
export interface FixedTimeout {
    /** In seconds. */
    readonly limit: number;
    readonly owner: string;
    readonly source: string;
    readonly alternative: string;
    /** Source that says that TCP keepalives restart it; absent where no source does. */
    readonly restartedByKeepalives?: string;
}

/** Refuses an MQTT keepalive that outlives a fixed timeout, unless TCP keepalives restart it meanwhile. */
export function keepaliveProblem(request: EdgeRequest, timer: FixedTimeout): Maybe<Problem> {
    const longest = longestKeepalive(timer.limit);
    const isLifted = request.tcpKeepalive && timer.restartedByKeepalives !== undefined;
    const lift = timer.restartedByKeepalives === undefined ? "" : `, or set ${edgeKeys.tcpKeepalive} to true`;
    return (
        request.keepaliveSeconds !== undefined &&
        request.keepaliveSeconds > longest &&
        !isLifted && {
            key: edgeKeys.keepaliveSeconds,
            value: request.keepaliveSeconds,
            rule:
                `${timer.owner} drops a connection after ${timer.limit} s of silence and a broker waits for 1.5 keepalives, ` +
                `so the keepalive can be at most ${longest} s (${timer.source})`,
            remedy: `use ${longest} or less, or ${timer.alternative}${lift}`,
        }
    );
}

/** The keepalive that a chain is built for: the user's, else the usual one cut to what the shortest fixed timeout holds. */
export function keepaliveFor(request: EdgeRequest, fixedLimitSeconds = Number.POSITIVE_INFINITY): number {
    return request.keepaliveSeconds ?? Math.min(defaultKeepaliveSeconds, longestKeepalive(fixedLimitSeconds));
}

/** What a hop says of a timer that the keepalives of this request restart. */
export function keptAlive(request: EdgeRequest, source: string): Pick<Hop, "keptAliveBy"> {
    return request.tcpKeepalive ? { keptAliveBy: source } : {};
}

/** A cloud load balancer cannot ask MQTT clients for certificates. */
export function clientCertificateProblem(request: EdgeRequest, owner: string): Maybe<Problem> {
    return (
        request.clientCertificates && {
            key: edgeKeys.clientCertificates,
            rule: `${owner} cannot check client certificates on a TCP listener`,
            remedy: `set ${edgeKeys.terminateTls} to haproxy`,
        }
    );
}

/** Sources whose certificates cert-manager issues and keeps. */
const certManagerSources: readonly CertificateSource[] = ["acme", "private-ca", "cert-manager"];

/** cert-manager's certificates stay where no cloud load balancer can read them. */
export function certManagerProblem(request: EdgeRequest, owner: string): Maybe<Problem> {
    return (
        request.certificateSource !== undefined &&
        certManagerSources.includes(request.certificateSource) && {
            key: edgeKeys.certificateSource,
            value: request.certificateSource,
            rule: `cert-manager keeps its certificates inside the cluster, where ${owner} cannot read them`,
            remedy: `use cloud, pem or self-signed, or set ${edgeKeys.terminateTls} to haproxy`,
        }
    );
}

/** Refuses `terminateTls: cloud` where nothing of a cloud's could terminate TLS. */
export function noCloudTermination(request: EdgeRequest, rule: string): Maybe<Problem> {
    return (
        request.terminateTls === "cloud" && {
            key: edgeKeys.terminateTls,
            value: request.terminateTls,
            rule,
            remedy: "use auto or haproxy",
        }
    );
}
