import type { EdgePlan, ListenerName } from "../plan";

/** Ports of the HAProxy container. None is below 1024, so it needs no privilege. */
export const haproxyPorts: Readonly<Record<ListenerName | "web" | "health" | "healthBehindProxyHeader", number>> = {
    mqtts: 8883,
    wss: 8443,
    mqtt: 1883,
    /** WebSocket without TLS, for the ingress controller or Gateway that ends it, and for nothing else. */
    web: 8080,
    /** `/healthz` (ready for connections), `/livez` (the process answers) and `/metrics`; never behind the load balancer's listeners. */
    health: 8404,
    /**
     * `/healthz` for a load balancer that puts a PROXY header before its health checks as well, as a Network Load Balancer does
     * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol).
     * Open where the hop before HAProxy sends version 2.
     */
    healthBehindProxyHeader: 8405,
};

/** Local ports for connections to brokers: one broker takes this many of one HAProxy. None of the ports above is among them. */
export const localPorts = { first: 10_240, last: 65_535 } as const;

export const connectionsPerBroker = localPorts.last - localPorts.first + 1;

/** The hop that hands connections to HAProxy. */
export function hopBeforeHaproxy(plan: EdgePlan): EdgePlan["hops"][number] | undefined {
    return plan.hops[plan.hops.findIndex((hop) => hop.kind === "haproxy") - 1];
}

/** The ports that a plan's HAProxy listens on, by a name that Kubernetes takes (at most 15 characters). */
export function openPorts(plan: EdgePlan): Readonly<Record<string, number>> {
    return {
        ...Object.fromEntries(plan.listeners.map(({ name }) => [name, haproxyPorts[name]])),
        ...(plan.webSocket === undefined ? {} : { web: haproxyPorts.web }),
        health: haproxyPorts.health,
        ...(hopBeforeHaproxy(plan)?.sends === "v2" ? { "health-proxied": haproxyPorts.healthBehindProxyHeader } : {}),
    };
}
