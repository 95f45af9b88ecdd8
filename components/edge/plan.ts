import type { Problem } from "../problem";
import type { Target } from "../target";

/** How the same client is sent to the same broker pod again. */
export const affinities = ["source-ip", "client-id", "none"] as const;
export type Affinity = (typeof affinities)[number];

/** Who is asked to end TLS. `auto` takes what the target does best with the certificate at hand. */
export const tlsTerminations = ["auto", "cloud", "haproxy"] as const;
export type TlsTermination = (typeof tlsTerminations)[number];

/** Who can reach the endpoint. */
export const exposures = ["public", "internal", "node-port", "cluster-ip", "none"] as const;
export type Exposure = (typeof exposures)[number];

/** The entrances for devices. */
export const listenerNames = ["mqtts", "wss", "mqtt"] as const;
export type ListenerName = (typeof listenerNames)[number];

/** Where the server certificate comes from. */
export const certificateSources = ["cloud", "pem", "cert-manager", "self-signed"] as const;
export type CertificateSource = (typeof certificateSources)[number];

/** The load balancers of DigitalOcean: `regional` ends the connection and sends PROXY, `network` passes packets through. */
export const digitalOceanLoadBalancers = ["regional", "network"] as const;
export type DigitalOceanLoadBalancer = (typeof digitalOceanLoadBalancers)[number];

/** The lowest TLS version that is accepted; 1.3 is preferred wherever both ends can. */
export const tlsVersions = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** Whether HAProxy may stand inside the cluster: `auto` where the chain needs it, `never` to have such chains refused. */
export const haproxyTiers = ["auto", "never"] as const;
export type HaproxyTier = (typeof haproxyTiers)[number];

/** How a cluster of one's own announces load balancer addresses. */
export const metallbModes = ["l2", "bgp"] as const;
export type MetallbMode = (typeof metallbModes)[number];

/** What the user wants of the edge. `undefined` leaves the choice to the target. */
export interface EdgeWishes {
    readonly exposure: Exposure;
    readonly listeners: readonly ListenerName[];
    readonly affinity: Affinity;
    readonly terminateTls: TlsTermination;
    /** The longest MQTT keepalive of the devices, in seconds. */
    readonly keepaliveSeconds: number | undefined;
    readonly certificateSource: CertificateSource | undefined;
    /** Clients must show a certificate (mutual TLS). */
    readonly clientCertificates: boolean;
    readonly minimumTlsVersion: TlsVersion;
    /** Only these addresses may connect. */
    readonly allowedCidrs: readonly string[];
    readonly haproxyTier: HaproxyTier;
    /** DOKS only. */
    readonly loadBalancer: DigitalOceanLoadBalancer | undefined;
    /** AKS only: the Key Vault certificate that an Application Gateway serves. */
    readonly keyVaultCertificate: boolean;
    /** Existing clusters only: MetalLB that this program installs. */
    readonly metallb: MetallbMode | undefined;
}

/** What a user who says nothing of the edge wishes for: the defaults of `vernemq:edge` and `vernemq:certificate`. */
export const defaultWishes: EdgeWishes = {
    exposure: "public",
    listeners: ["mqtts", "wss"],
    affinity: "source-ip",
    terminateTls: "auto",
    keepaliveSeconds: undefined,
    certificateSource: undefined,
    clientCertificates: false,
    minimumTlsVersion: "1.2",
    allowedCidrs: ["0.0.0.0/0"],
    haproxyTier: "auto",
    loadBalancer: undefined,
    keyVaultCertificate: false,
    metallb: undefined,
};

/** The PROXY protocol header that tells the next hop the address of the client. */
export type ProxyHeader = "v1" | "v2" | "none";

export type HopKind =
    | "aws-nlb"
    | "google-proxy-nlb"
    | "google-passthrough-nlb"
    | "azure-load-balancer"
    | "azure-application-gateway"
    | "digitalocean-regional"
    | "digitalocean-network"
    | "service-load-balancer"
    | "metallb-l2"
    | "metallb-bgp"
    | "node-port"
    | "cluster-ip"
    | "haproxy"
    | "vernemq";

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
    /** How long a silent connection lives here, in seconds; null where the hop has no timer of its own. */
    readonly idleTimeoutSeconds: number | null;
    /** Where the facts about this hop come from. */
    readonly sources: readonly string[];
}

/** An entrance with its ports: what devices dial, and where the broker listens. */
export interface EdgeListener {
    readonly name: ListenerName;
    readonly port: number;
    readonly tls: boolean;
    /** The listener of VerneMQ that it ends at. */
    readonly broker: "mqtt" | "ws";
}

/** A chain of hops that keeps the promise: TLS ends before VerneMQ and a client returns to its broker. */
export interface EdgePlan {
    readonly target: Target;
    readonly exposure: Exposure;
    readonly listeners: readonly EdgeListener[];
    /** In the order in which a connection passes them; the last one is VerneMQ. */
    readonly hops: readonly Hop[];
    readonly affinity: Affinity;
    /** Where the certificate comes from; null where no listener uses TLS. */
    readonly certificateSource: CertificateSource | null;
    readonly clientCertificates: boolean;
    readonly minimumTlsVersion: TlsVersion;
    readonly allowedCidrs: readonly string[];
    readonly keepaliveSeconds: number;
    /** What every adjustable idle timer on the way is set to, at least. */
    readonly idleTimeoutSeconds: number;
    readonly warnings: readonly string[];
}

export type EdgeDecision =
    { readonly ok: true; readonly plan: EdgePlan } | { readonly ok: false; readonly problems: readonly Problem[] };

/** The ports that devices dial. 8883 and 1883 are IANA's for MQTT; 443 passes firewalls that let only HTTPS out. */
export const listenerPorts: Readonly<Record<ListenerName, number>> = { mqtts: 8883, wss: 443, mqtt: 1883 };

/**
 * A broker drops a client after one and a half keepalives of silence (MQTT 3.1.1 section 3.1.2.10), so every timer before it
 * has to be longer than that.
 */
export const keepaliveFactor = 1.5;

/** What idle timers are set to for a keepalive: half a minute more than the broker's own patience, so the broker decides. */
export function idleTimeoutFor(keepaliveSeconds: number): number {
    return Math.ceil(keepaliveSeconds * keepaliveFactor) + 30;
}

/** The longest whole keepalive that a timer of this many seconds still lets through. */
export function longestKeepalive(idleLimitSeconds: number): number {
    return Math.ceil(idleLimitSeconds / keepaliveFactor) - 1;
}

export function hasHop(plan: EdgePlan, kind: HopKind): boolean {
    return plan.hops.some((hop) => hop.kind === kind);
}

/** The hop that ends TLS, or null where no listener uses TLS. */
export function tlsEnd(plan: EdgePlan): Hop | null {
    return plan.hops.find((hop) => hop.terminatesTls) ?? null;
}

/** The hops that keep a client on its broker. */
export function affinityKeepers(plan: EdgePlan): readonly Hop[] {
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

/** One line: the way of a connection, who ends TLS and who keeps affinity. */
export function summarizeEdge(plan: EdgePlan): string {
    const steps = plan.hops.map((hop, index) => {
        const duties = [
            ...(hop.terminatesTls ? ["ends TLS"] : []),
            ...(hop.affinity === "none" ? [] : [`${hop.affinity} affinity`]),
        ];
        const arrow = hop.sends === "none" ? " -> " : ` -(PROXY ${hop.sends})-> `;
        const duty = duties.length === 0 ? "" : ` [${duties.join(", ")}]`;
        return `${hop.title}${duty}${index === plan.hops.length - 1 ? "" : arrow}`;
    });
    const entrances = plan.listeners.map(({ name, port }) => `${name}:${port.toString()}`).join(" ");
    return `${entrances} -> ${steps.join("")}`;
}
