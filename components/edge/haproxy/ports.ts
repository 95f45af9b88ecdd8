import type { ListenerName } from "../plan";

/** Ports of the HAProxy container. None is below 1024, so it needs no privilege. */
export const haproxyPorts: Readonly<Record<ListenerName | "health", number>> = {
    mqtts: 8883,
    wss: 8443,
    mqtt: 1883,
    /** Readiness and Prometheus metrics; never behind the load balancer's listeners. */
    health: 8404,
};
