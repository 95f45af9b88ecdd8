import type { Problem } from "../common/problem";

/** How the same client is sent to the same broker pod again. */
export const affinities = ["source-ip", "client-id", "none"] as const;
export type Affinity = (typeof affinities)[number];

/** Who is asked to terminate TLS. `auto` takes what the target does best with the certificate at hand. */
export const tlsTerminations = ["auto", "cloud", "haproxy"] as const;
export type TlsTermination = (typeof tlsTerminations)[number];

/** Who can reach the endpoint. */
export const exposures = ["public", "internal", "node-port", "cluster-ip", "none"] as const;
export type Exposure = (typeof exposures)[number];

/** The listeners for devices. */
export const listenerNames = ["mqtts", "wss", "mqtt"] as const;
export type ListenerName = (typeof listenerNames)[number];

/** Where the server certificate comes from. */
export const certificateSources = ["cloud", "acme", "private-ca", "pem", "cert-manager", "self-signed"] as const;
export type CertificateSource = (typeof certificateSources)[number];

/** The load balancers of DigitalOcean: `regional` ends the connection and sends PROXY, `network` passes packets through. */
export const digitalOceanLoadBalancers = ["regional", "network"] as const;
export type DigitalOceanLoadBalancer = (typeof digitalOceanLoadBalancers)[number];

/** The lowest TLS version that is accepted; 1.3 is preferred wherever both ends can. */
export const tlsVersions = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** Whether HAProxy stands inside the cluster: `auto` where the path needs it, `always`, or `never` to have paths that need it refused. */
export const haproxyTiers = ["auto", "always", "never"] as const;
export type HaproxyTier = (typeof haproxyTiers)[number];

/** How an existing cluster announces load balancer addresses. */
export const metallbModes = ["l2", "bgp"] as const;
export type MetallbMode = (typeof metallbModes)[number];

/** How WebSocket clients may come in other than through the edge's own listener. */
export const webSocketVias = ["ingress", "gateway"] as const;
export type WebSocketVia = (typeof webSocketVias)[number];

/** Ingress controllers whose annotations and headers are known here; `other` is any that is not. */
export const ingressControllers = [
    "nginx",
    "haproxy",
    "haproxy-ingress",
    "traefik",
    "contour",
    "alb",
    "ingress-nginx",
    "gce",
    "other",
] as const;
export type IngressController = (typeof ingressControllers)[number];

/** Listener wss through an ingress controller or a Gateway that the cluster has already. */
export interface WebSocketRequirements {
    readonly via: WebSocketVia;
    /** With via ingress. */
    readonly controller: IngressController;
    /** The ingress or gateway serves a certificate that the user brings, as a Secret's name. */
    readonly ownCertificate: boolean;
    /** The client's address is this many from the right in X-Forwarded-For. */
    readonly forwardedHops: number;
}

/** What the user wants of the edge. `undefined` leaves the choice to the target. */
export interface EdgeRequirements {
    readonly exposure: Exposure;
    readonly listeners: readonly ListenerName[];
    readonly affinity: Affinity;
    readonly terminateTls: TlsTermination;
    /** The longest MQTT keepalive of the devices, in seconds. */
    readonly keepaliveSeconds: number | undefined;
    readonly certificateSource: CertificateSource | undefined;
    /** A DNS zone is given, in which a record can prove that the host is yours. */
    readonly dnsZone: boolean;
    /** Clients must show a certificate (mutual TLS). */
    readonly clientCertificates: boolean;
    readonly minimumTlsVersion: TlsVersion;
    /** Only these addresses may connect. */
    readonly allowedCidrs: readonly string[];
    readonly haproxyTier: HaproxyTier;
    /** HAProxy sends TCP keepalives towards devices. */
    readonly tcpKeepalive: boolean;
    /** DOKS only. */
    readonly loadBalancer: DigitalOceanLoadBalancer | undefined;
    /** AKS only: the Key Vault certificate that an Application Gateway serves. */
    readonly keyVaultCertificate: boolean;
    /** Existing clusters only: MetalLB that this program installs. */
    readonly metallb: MetallbMode | undefined;
    /** Listener wss comes in through an ingress controller or a Gateway instead. */
    readonly webSocket?: WebSocketRequirements;
}

/** The requirements of a user who says nothing of the edge: the defaults of `vernemq:edge` and `vernemq:certificate`. */
export const defaultRequirements: EdgeRequirements = {
    exposure: "public",
    listeners: ["mqtts", "wss"],
    affinity: "source-ip",
    terminateTls: "auto",
    keepaliveSeconds: undefined,
    certificateSource: undefined,
    dnsZone: false,
    clientCertificates: false,
    minimumTlsVersion: "1.2",
    allowedCidrs: ["0.0.0.0/0"],
    haproxyTier: "auto",
    tcpKeepalive: false,
    loadBalancer: undefined,
    keyVaultCertificate: false,
    metallb: undefined,
};

/** The PROXY protocol header that tells the next hop the address of the client. */
export type ProxyHeader = "v1" | "v2" | "none";

/** The kinds of hops. Each platform adds those of its own load balancers (`declare module`), beside its planner. */
export interface HopKinds {
    "ingress-controller": never;
    gateway: never;
    "cluster-ip": never;
    haproxy: never;
    vernemq: never;
}

export type HopKind = keyof HopKinds;

/** One station on the way from a device to its broker. */
export interface Hop {
    readonly kind: HopKind;
    /** The product's own name. */
    readonly title: string;
    readonly terminatesTls: boolean;
    /** The affinity that this hop itself keeps. */
    readonly affinity: Affinity;
    /** The PROXY header that it sends to the next hop. */
    readonly sends: ProxyHeader;
    /** Whether the next hop learns the client's address, by PROXY header or because packets keep their source. */
    readonly keepsClientAddress: boolean;
    /** How long a silent connection lives here, in seconds; null where the hop has no timeout. */
    readonly idleTimeoutSeconds: number | null;
    /** Set where TCP keepalives are sent that restart this hop's timeout: the source that says so. */
    readonly keptAliveBy?: string;
    /** Where the facts about this hop come from. */
    readonly sources: readonly string[];
}

/** A listener with its ports: what devices dial, and where the broker listens. */
export interface EdgeListener {
    readonly name: ListenerName;
    readonly port: number;
    readonly tls: boolean;
    /** The listener of VerneMQ that it ends at. */
    readonly broker: "mqtt" | "ws";
}

/** The way of listener wss where it does not come in through the edge's own listener. */
export interface WebSocketRoute {
    readonly via: WebSocketVia;
    /** With via ingress. */
    readonly controller: IngressController;
    /** The client's address is this many from the right in X-Forwarded-For. */
    readonly forwardedHops: number;
    /** Whether the Ingress is given the stack's own certificate for its host; no where the controller has one or the user names a Secret. */
    readonly certificateSource: Exclude<CertificateSource, "cloud"> | null;
    /** From the ingress controller to VerneMQ. */
    readonly hops: readonly Hop[];
}

/** A connection path that keeps the promise: TLS is terminated before VerneMQ and a client returns to its broker. */
export interface EdgePlan {
    /** Name of the target, as `vernemq:target` has it. */
    readonly target: string;
    readonly exposure: Exposure;
    /** The edge's own listeners. */
    readonly listeners: readonly EdgeListener[];
    /** Listener wss, where it comes in another way. */
    readonly webSocket?: WebSocketRoute;
    /** In the order in which a connection passes them; the last one is VerneMQ. */
    readonly hops: readonly Hop[];
    readonly affinity: Affinity;
    /** Where the certificate comes from; null where no listener uses TLS. */
    readonly certificateSource: CertificateSource | null;
    readonly clientCertificates: boolean;
    readonly minimumTlsVersion: TlsVersion;
    readonly allowedCidrs: readonly string[];
    readonly keepaliveSeconds: number;
    /** What every adjustable idle timeout on the way is set to, at least. */
    readonly idleTimeoutSeconds: number;
    /** How often HAProxy sends TCP keepalives towards devices, in seconds; null where it sends none. */
    readonly tcpKeepaliveSeconds: number | null;
    readonly warnings: readonly string[];
}

export type EdgeDecision =
    | { readonly ok: true; readonly plan: EdgePlan }
    | {
          readonly ok: false;
          readonly problems: readonly Problem[];
          /** Where the certificate would come from all the same; null where nothing serves one, or a problem says that none can. */
          readonly certificateSource: CertificateSource | null;
      };

/** The ports that devices dial. 8883 and 1883 are IANA's for MQTT; 443 passes firewalls that let only HTTPS out. */
export const listenerPorts: Readonly<Record<ListenerName, number>> = { mqtts: 8883, wss: 443, mqtt: 1883 };

/**
 * A broker drops a client after one and a half keepalives of silence (MQTT 3.1.1 section 3.1.2.10), so every timer before it
 * has to be longer than that.
 */
export const keepaliveFactor = 1.5;

/** What idle timeouts are set to for a keepalive: half a minute more than the broker's own timeout, so the broker decides. */
export function idleTimeoutFor(keepaliveSeconds: number): number {
    return Math.ceil(keepaliveSeconds * keepaliveFactor) + 30;
}

/** The shortest timer that a cloud keeps where no hop names one: connection tracking on AWS Nitro v6 instances, in seconds. */
export const shortestTrackingSeconds = 350;

/** How often TCP keepalives are sent to restart a timeout, in seconds: three times within it, so that two may be lost. */
export function keepaliveIntervalFor(timerSeconds: number): number {
    return Math.floor(timerSeconds / 3);
}

/** The longest whole keepalive that a timer of this many seconds still lets through. */
export function longestKeepalive(idleLimitSeconds: number): number {
    return Math.ceil(idleLimitSeconds / keepaliveFactor) - 1;
}

export function hasHop(plan: EdgePlan, kind: HopKind): boolean {
    return plan.hops.some((hop) => hop.kind === kind);
}

/** The hop that terminates TLS for the edge's own listener, else for WebSocket clients; null where no listener uses TLS. */
export function tlsTerminator(plan: EdgePlan): Hop | null {
    return [...plan.hops, ...(plan.webSocket?.hops ?? [])].find((hop) => hop.terminatesTls) ?? null;
}

export function haproxyTerminatesTls(plan: EdgePlan): boolean {
    return plan.hops.some((hop) => hop.kind === "haproxy" && hop.terminatesTls);
}

/** Whether the edge has its own listener: not where WebSocket is all and comes in through an ingress or gateway. */
export function hasListeners(plan: EdgePlan): boolean {
    return plan.listeners.length > 0;
}

/** The hops that keep a client on its broker. */
export function affinityKeepers(plan: Pick<EdgePlan, "hops">): readonly Hop[] {
    return plan.hops.filter((hop) => hop.affinity !== "none");
}

/** The hop just before VerneMQ, or null where clients reach VerneMQ's own Service. */
export function lastHopBeforeBroker(plan: EdgePlan): Hop | null {
    return plan.hops.at(-2) ?? null;
}

/** Whether VerneMQ's edge listeners must demand a PROXY header. */
export function brokerExpectsProxyHeader(plan: EdgePlan): boolean {
    const last = lastHopBeforeBroker(plan);
    return last !== null && last.sends !== "none";
}

/** The listeners that clients connect to, whichever path they lead to. */
export function allListeners(plan: EdgePlan): readonly { readonly name: ListenerName; readonly port: number }[] {
    return [
        ...plan.listeners,
        ...(plan.webSocket === undefined ? [] : [{ name: "wss", port: listenerPorts.wss } as const]),
    ];
}

/** The listeners of VerneMQ that an edge leads to, MQTT first. */
export function brokerListeners(plan: EdgePlan): readonly EdgeListener["broker"][] {
    const used = new Set<string>([
        ...plan.listeners.map((listener) => listener.broker),
        ...(plan.webSocket === undefined ? [] : ["ws"]),
    ]);
    return (["mqtt", "ws"] as const).filter((kind) => used.has(kind));
}
