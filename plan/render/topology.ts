import { compact } from "../../components/common/compact";
import { brokerNames, podName } from "../../components/broker/names";
import { type EdgePlan, allListeners, type Hop } from "../../components/edge/plan";
import { brokerRelease, operatedBrokers, replicasOf, sizeOf } from "../roles";
import type { Plan } from "../plan";

/** A station of the connection path from a device to a broker, in words. */
export interface Station {
    readonly title: string;
    /** What it does: `terminates TLS`, `keeps source-ip affinity`. */
    readonly duties: readonly string[];
    readonly terminatesTls: boolean;
    readonly keepsAffinity: boolean;
    /** What is sent to the next station: `PROXY v2`. */
    readonly sends: string;
}

export interface Topology {
    /** `mqtts 8883, wss 443`. */
    readonly listeners: string;
    /** The hops before VerneMQ. */
    readonly hops: readonly Station[];
    /** Names of the broker pods; a last one stands for more that are not named. */
    readonly brokers: readonly string[];
    /** In words, for those who cannot see a picture. */
    readonly inWords: string;
}

/** Brokers that are drawn one by one. */
const mostBrokers = 4;

/** What a picture of a plan shows. */
export function topologyOf({ edge, resources }: Plan): Topology {
    const operated = operatedBrokers(resources);
    const names = brokerNames[operated === undefined ? "helm" : "operator"];
    const replicas = replicasOf(brokerRelease(resources)) ?? sizeOf(operated) ?? 1;
    const named = Math.min(replicas, replicas > mostBrokers ? mostBrokers - 1 : mostBrokers);
    return {
        listeners: edge.listeners.map(({ name, port }) => `${name} ${port}`).join(", "),
        hops: edge.hops.slice(0, -1).map(stationOf),
        brokers: [
            ...Array.from({ length: named }, (_, index) => podName(names, index)),
            ...(replicas > named ? [`and ${replicas - named} more`] : []),
        ],
        inWords: edge.summary,
    };
}

function stationOf(hop: Hop): Station {
    return {
        title: hop.title,
        duties: dutiesOf(hop),
        terminatesTls: hop.terminatesTls,
        keepsAffinity: hop.affinity !== "none",
        sends: hop.sends === "none" ? "" : `PROXY ${hop.sends}`,
    };
}

/** What a hop does for the connection. */
export function dutiesOf({ terminatesTls, affinity }: Hop): readonly string[] {
    return compact([terminatesTls && "terminates TLS", affinity !== "none" && `keeps ${affinity} affinity`]);
}

/** The facts of a plan's edge as rows of label and value. */
export function edgeFacts({ edge }: Plan): readonly (readonly [label: string, value: string])[] {
    return [
        [
            "Listeners",
            allListeners(edge)
                .map(({ name, port }) => `${name} on ${port}`)
                .join(", ") || "none",
        ],
        ...(edge.webSocket === undefined
            ? []
            : [["Listener wss", edge.webSocket.hops.map(({ title }) => title).join(" → ")] as const]),
        ["TLS terminated at", tlsText(edge)],
        ["Affinity", affinityText(edge)],
        ["Reachable", `${edge.exposure}, from ${edge.allowedCidrs.join(", ")}`],
        ["Keepalive", `${edge.keepaliveSeconds} s; idle timeouts ${edge.idleTimeoutSeconds} s or more`],
    ];
}

function tlsText(edge: Plan["edge"]): string {
    if (edge.tlsTerminatedBy === null) {
        return "no hop";
    }
    const certificate = edge.certificateSource === null ? "" : `, certificate: ${edge.certificateSource}`;
    const clients = edge.clientCertificates ? ", clients show certificates" : "";
    return `${edge.tlsTerminatedBy} (TLS ${edge.minimumTlsVersion} or later${certificate}${clients})`;
}

function affinityText(edge: EdgePlan & { readonly affinityKeptBy: readonly string[] }): string {
    return edge.affinityKeptBy.length === 0 ? "none" : `${edge.affinity}, kept by ${edge.affinityKeptBy.join(" and ")}`;
}
