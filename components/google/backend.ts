import type * as pulumi from "@pulumi/pulumi";
import type { BrokerInfo } from "../broker/info";
import { brokerPorts } from "../broker/ports";
import type { Origin } from "../common/catalog";
import type { HaproxyTier } from "../edge/haproxy/tier";
import type { EdgeListener, EdgePlan, ListenerName, TlsVersion } from "../edge/plan";

/** The pods that Google's proxies connect to: VerneMQ's own, or HAProxy's where the chain has it. */
export interface ProxyBackend {
    readonly namespace: pulumi.Output<string>;
    readonly podLabels: Readonly<Record<string, string>>;
    /** Container ports by listener. */
    readonly ports: Readonly<Record<ListenerName, number>>;
    /** What tells a pod that serves clients from one that does not, over HTTP. */
    readonly health: { readonly port: number; readonly path: string };
    /** Connections that one pod takes. */
    readonly maxConnections: number;
    /** What has to be there before connections are sent. */
    readonly ready: readonly pulumi.Resource[];
}

/** VerneMQ's pods, each its own endpoint. */
export function brokerBackend(broker: BrokerInfo, maxConnections: number): ProxyBackend {
    return {
        namespace: broker.namespace,
        podLabels: broker.podLabels,
        ports: { mqtts: brokerPorts.mqtt, mqtt: brokerPorts.mqtt, wss: brokerPorts.ws },
        // A check of the listener itself would send an address-less PROXY header, which VerneMQ does not understand; and
        // /health/ping stays 200 while listeners are suspended.
        health: { port: brokerPorts.http, path: broker.healthPath },
        maxConnections,
        ready: broker.ready,
    };
}

/** HAProxy's pods. */
export function haproxyBackend(haproxy: HaproxyTier, maxConnections: number): ProxyBackend {
    return {
        namespace: haproxy.namespace,
        podLabels: haproxy.podLabels,
        ports: haproxy.ports,
        health: { port: haproxy.ports.health, path: "/healthz" },
        maxConnections,
        ready: haproxy.ready,
    };
}

/** Where Google's proxies and health checks come from. */
export const googleProxies = {
    cidrs: ["35.191.0.0/16", "130.211.0.0/22"],
    source: "https://cloud.google.com/load-balancing/docs/firewall-rules#classic-proxy-nlb",
    asOf: "2026-11",
} as const satisfies Origin & { cidrs: readonly string[] };

/**
 * Seconds after which no proxy opens connections to a pod that is told to stop: until the controller has taken it out of its group, or
 * two health checks of 5 seconds have failed. How long the controller takes is not documented; this is thrice the checks.
 */
export const endpointDrainSeconds = 30;

/** The container ports that the listeners need, each once, in order. */
export function backendPorts(
    listeners: readonly EdgeListener[],
    ports: Readonly<Record<ListenerName, number>>,
): readonly number[] {
    return [...new Set(listeners.map(({ name }) => ports[name]))].sort((a, b) => a - b);
}

/**
 * The annotation that hands a Service's endpoints to network endpoint groups of these names
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg).
 */
export function negAnnotation(names: ReadonlyMap<number, string>): Readonly<Record<string, string>> {
    const exposedPorts = Object.fromEntries([...names].map(([port, name]) => [port.toString(), { name }]));
    return { "cloud.google.com/neg": JSON.stringify({ exposed_ports: exposedPorts }) };
}

/**
 * The SSL policy for a lowest TLS version. Google allows TLS 1.3 as the lowest only with profile RESTRICTED; MODERN keeps TLS 1.2
 * clients of some age and offers 1.3 to those that can (https://cloud.google.com/load-balancing/docs/ssl-policies-concepts).
 */
export function sslPolicySettings(version: TlsVersion): { readonly minTlsVersion: string; readonly profile: string } {
    switch (version) {
        case "1.2":
            return { minTlsVersion: "TLS_1_2", profile: "MODERN" };
        case "1.3":
            return { minTlsVersion: "TLS_1_3", profile: "RESTRICTED" };
    }
}

/** Networks in one rule of Cloud Armor (https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_security_policy). */
export const cidrsPerRule = 10;

const lowestPriority = 2_147_483_647;

/** Cloud Armor rules that let these networks in and nothing else. */
export function allowRules(cidrs: readonly string[]) {
    const groups = Array.from({ length: Math.ceil(cidrs.length / cidrsPerRule) }, (_, index) =>
        cidrs.slice(index * cidrsPerRule, (index + 1) * cidrsPerRule),
    );
    return [
        ...groups.map((group, index) => rule("allow", 1000 + index, group, "Networks that may connect")),
        rule("deny(403)", lowestPriority, ["*"], "Everything else"),
    ];
}

function rule(action: string, priority: number, srcIpRanges: readonly string[], description: string) {
    return {
        action,
        priority,
        description,
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: [...srcIpRanges] } },
    };
}

/** The hop of a plan that is Google's proxy. */
export function proxyHop(plan: EdgePlan) {
    const hop = plan.hops.find(({ kind }) => kind === "google-proxy-nlb");
    if (hop === undefined) {
        throw new Error("this edge plan has no proxy Network Load Balancer");
    }
    return hop;
}
