import { compact } from "../../../components/common/compact";
import { parseNetwork } from "../../../components/common/addresses";
import { connectionsPerBroker } from "../../../components/edge/haproxy/ports";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import { hasName, type ParsedGroups } from "../settings";

/** Combinations of the edge's settings that cannot work, beside those that planEdge refuses. */
export function edgeProblems(groups: ParsedGroups): Problem[] {
    const { edge, cluster } = groups;
    const { sessionHours = 0 } = edge.haproxy;
    return compact([
        !hasName(edge) && {
            key: "vernemq:edge.host",
            rule: "devices need a name to dial, and the certificate is issued for it",
            remedy: "set it, for example to mqtt.example.com",
        },
        hasIpv4Only(groups) &&
            edge.allowedCidrs.every(isIpv6) && {
                key: "vernemq:edge.allowedCidrs",
                value: edge.allowedCidrs,
                rule: "the load balancer has an IPv4 address, so no client comes from an IPv6 network",
                remedy: "name at least one IPv4 network",
            },
        ...edgeNodePorts(edge),
        edge.address !== undefined &&
            cluster["metallb"] === undefined && {
                key: "vernemq:edge.address",
                value: edge.address,
                rule: "only MetalLB lets you choose the address",
                remedy: "remove it, or set vernemq:cluster.metallb",
            },
        edge.clientCertificates?.crl !== undefined &&
            sessionHours > 0 && {
                key: "vernemq:edge.haproxy.sessionHours",
                value: sessionHours,
                rule: "a device that resumes its TLS session is not checked against the revocation list again",
                remedy: "remove it, or set it to 0",
            },
    ]);
}

function edgeNodePorts(edge: ParsedGroups["edge"]): Problem[] {
    if (edge.nodePorts === undefined) {
        return [];
    }
    const key = "vernemq:edge.nodePorts";
    if (edge.exposure !== "node-port") {
        return [
            {
                key,
                rule: `it has no effect with exposure ${edge.exposure}`,
                remedy: "remove it, or set vernemq:edge.exposure to node-port",
            },
        ];
    }
    const chosen = Object.entries(edge.nodePorts);
    return chosen.flatMap(([name, port], index) =>
        compact([
            !edge.listeners.some((listener) => listener === name) && {
                key: `${key}.${name}`,
                value: port,
                rule: `listener ${name} is not open`,
                remedy: "remove it, or add the listener to vernemq:edge.listeners",
            },
            chosen.findIndex(([, other]) => other === port) < index && {
                key: `${key}.${name}`,
                value: port,
                rule: "a node port serves one listener",
                remedy: "choose another",
            },
        ]),
    );
}

/** Whether what clients connect to has an IPv4 address only. */
function hasIpv4Only(groups: ParsedGroups): boolean {
    return (
        targetOf(groups.target).hasIpv4Only && groups.edge.exposure !== "cluster-ip" && groups.edge.exposure !== "none"
    );
}

function isIpv6(cidr: string): boolean {
    return parseNetwork(cidr)?.version === 6;
}

/** What is allowed of the edge's settings and yet a note. */
export function edgeWarnings(groups: ParsedGroups): string[] {
    const { broker, edge } = groups;
    const idle = edge.allowedCidrs.filter(isIpv6);
    const portsToBrokers = broker.replicas * connectionsPerBroker;
    return compact([
        hasIpv4Only(groups) &&
            idle.length > 0 &&
            `The load balancer has an IPv4 address, so no client comes from ${idle.join(", ")} (edge.allowedCidrs).`,
        edge.haproxy.maxConnections > portsToBrokers &&
            `A HAProxy pod has ${connectionsPerBroker} ports for each broker, so with ${broker.replicas} of them it carries ${portsToBrokers} connections and not ${edge.haproxy.maxConnections} (edge.haproxy.maxConnections).`,
        edge.clientCertificates?.commonNameAsUser === true &&
            edge.listeners.includes("wss") &&
            "VerneMQ uses the common name as the user name on mqtts only; on wss it uses the client's own user name.",
    ]);
}
