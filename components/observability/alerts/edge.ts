import { edgeSeries, podSelector } from "../metrics";
import type { Subjects } from "../subjects";
import type { Alert } from "./rule";

/** HAProxy's frontends but the one for health and metrics. */
export const deviceFrontends = 'proxy!="probe"';

export const brokerBackends = 'proxy=~"brokers-.+"';

/** Whether HAProxy lets devices through to the brokers. */
export function edgeAlerts({ edge, brokers }: Subjects): Alert[] {
    if (edge === undefined) {
        return [];
    }
    const denied = (["frontend_denied_connections_total", "frontend_denied_sessions_total"] as const).map(
        (name) => `sum by (pod) (rate(${edgeSeries(edge, name)}[5m]))`,
    );
    return [
        {
            name: "VerneMQEdgeSmaller",
            severity: "warning",
            expression: `(count(max by (pod) (up{${podSelector(edge)}}) == 1) or vector(0)) < ${edge.replicas}`,
            minutes: 5,
            summary: `Fewer than ${edge.replicas} HAProxy pods answer`,
            description: `{{ $value }} of ${edge.replicas} HAProxy pods answer Prometheus. Look at the pods and their events; a pod that stays Pending finds no node apart from the others.`,
        },
        {
            name: "VerneMQEdgeNoBroker",
            severity: "critical",
            expression: `max by (pod, proxy) (${edgeSeries(edge, "backend_active_servers", brokerBackends)}) == 0`,
            minutes: 1,
            summary: "A HAProxy sees no broker at all",
            description:
                "{{ $labels.pod }} has no broker to send {{ $labels.proxy }} to. If all HAProxy pods say so, look at the brokers; if one does, at its DNS and its NetworkPolicy.",
        },
        {
            name: "VerneMQEdgeBrokerMissing",
            severity: "warning",
            expression: `max by (pod, proxy) (${edgeSeries(edge, "backend_active_servers", brokerBackends)}) < ${brokers.replicas}`,
            minutes: 5,
            summary: "A HAProxy sees fewer brokers than there should be",
            description: `{{ $labels.pod }} sees {{ $value }} of ${brokers.replicas} brokers in {{ $labels.proxy }}. The missing one is down, has suspended its listeners, or cannot be reached from there.`,
        },
        {
            name: "VerneMQEdgeConnectionsNearLimit",
            severity: "warning",
            expression: `sum by (pod) (${edgeSeries(edge, "frontend_current_sessions", deviceFrontends)}) > ${Math.floor(edge.maxConnections * 0.8)}`,
            minutes: 10,
            summary: "A HAProxy is nearly full",
            description: `{{ $labels.pod }} has {{ $value }} of ${edge.maxConnections} connections; further ones are closed at once. Raise edge.haproxy.replicas or edge.haproxy.maxConnections.`,
        },
        {
            name: "VerneMQEdgeConnectErrors",
            severity: "warning",
            expression: `sum by (pod, proxy) (rate(${edgeSeries(edge, "backend_connection_errors_total", brokerBackends)}[5m])) > 0.1`,
            minutes: 5,
            summary: "HAProxy fails to connect to brokers",
            description:
                "{{ $labels.pod }} fails {{ $value | humanize }} times a second to connect to {{ $labels.proxy }}: a broker that accepts no more connections (its limit), or no free local ports for one broker.",
        },
        {
            name: "VerneMQEdgeConnectionsDenied",
            severity: "warning",
            expression: `${denied.join(" + ")} > 1`,
            minutes: 10,
            summary: "HAProxy turns connections away by its rules",
            description:
                "{{ $labels.pod }} turns {{ $value | humanize }} connections a second away: addresses that are not in edge.allowedCidrs, a source that opens more than edge.haproxy.connectionsPerSourcePerSecond (a fleet behind one NAT?), or a full HAProxy.",
        },
    ];
}
