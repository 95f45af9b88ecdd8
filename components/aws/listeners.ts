import type { EdgeListener, EdgePlan, Hop, TlsVersion } from "../edge/plan";

/** How a listener of a Network Load Balancer and its target group are set for a listener. */
export interface NlbListener {
    readonly name: EdgeListener["name"];
    readonly port: number;
    /** TLS is terminated here, or passes through as TCP. */
    readonly protocol: "TLS" | "TCP";
    /** With TLS: what clients may negotiate. */
    readonly sslPolicy?: string;
    /** With TCP: seconds of silence. A TLS listener has 350 and cannot be set. */
    readonly tcpIdleTimeoutSeconds?: number;
    /** Keep a client's address on one target. */
    readonly sticky: boolean;
    /** Tell the target the client's address. */
    readonly proxyProtocolV2: boolean;
}

/** The listeners that a plan wants of its load balancer. Pure. */
export function nlbListeners(plan: EdgePlan): readonly NlbListener[] {
    const nlb = nlbHop(plan);
    return plan.listeners.map(({ name, port, tls }): NlbListener => {
        const common = { name, port, proxyProtocolV2: nlb.sends === "v2" };
        // A TLS listener cannot be sticky: the plan then has HAProxy behind it, which is.
        return tls && nlb.terminatesTls
            ? { ...common, protocol: "TLS", sslPolicy: sslPolicyFor(plan.minimumTlsVersion), sticky: false }
            : {
                  ...common,
                  protocol: "TCP",
                  tcpIdleTimeoutSeconds: nlb.idleTimeoutSeconds ?? undefined,
                  sticky: nlb.affinity === "source-ip",
              };
    });
}

function nlbHop(plan: EdgePlan): Hop {
    const hop = plan.hops.find(({ kind }) => kind === "aws-nlb");
    if (hop === undefined) {
        throw new Error("this edge plan has no Network Load Balancer");
    }
    return hop;
}

/**
 * The policy for a lowest TLS version. Both prefer 1.3; the first also takes 1.2 with forward secrecy
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html).
 */
function sslPolicyFor(version: TlsVersion): string {
    switch (version) {
        case "1.2":
            return "ELBSecurityPolicy-TLS13-1-2-2021-06";
        case "1.3":
            return "ELBSecurityPolicy-TLS13-1-3-2021-06";
    }
}

/** The ports of the pods that the load balancer has to reach, each once, in order. */
export function podPorts(
    listeners: readonly NlbListener[],
    ports: Readonly<Record<EdgeListener["name"], number>>,
    healthPort: number | undefined,
): readonly number[] {
    const all = [...listeners.map(({ name }) => ports[name]), ...(healthPort === undefined ? [] : [healthPort])];
    return [...new Set(all)].sort((a, b) => a - b);
}

/** A network as part of a name: `203.0.113.0/24` becomes `203-0-113-0-24`. */
export function cidrName(cidr: string): string {
    return cidr.replace(/[^0-9a-f]+/gi, "-");
}
