import { brokerBackends, deviceFrontends } from "../alerts/edge";
import { type EdgeMetric, edgeSeries } from "../metrics";
import type { Subjects } from "../subjects";
import { graph, type Row } from "./panel";

/** The row about HAProxy, where there is one. */
export function edgePanels({ edge }: Subjects): Row[] {
    if (edge === undefined) {
        return [];
    }
    const rate = (name: EdgeMetric, further: string) =>
        `sum(rate(${edgeSeries(edge, name, further)}[$__rate_interval]))`;
    const perPod = (name: EdgeMetric, further = "") => `sum by (pod) (${edgeSeries(edge, name, further)})`;
    return [
        {
            title: "Edge (HAProxy)",
            panels: [
                graph("Connections", `Each takes ${edge.maxConnections}.`, "short", [
                    { expression: perPod("frontend_current_sessions", deviceFrontends), legend: "{{pod}}" },
                    { expression: perPod("process_current_ssl_connections"), legend: "{{pod}} TLS" },
                ]),
                graph("Connections by broker", "How affinity spreads devices.", "short", [
                    {
                        expression: `sum by (server) (${edgeSeries(edge, "server_current_sessions", brokerBackends)}) > 0`,
                        legend: "{{server}}",
                    },
                ]),
                graph("Brokers in service", "As each HAProxy sees them.", "short", [
                    {
                        expression: `max by (pod, proxy) (${edgeSeries(edge, "backend_active_servers", brokerBackends)})`,
                        legend: "{{pod}} {{proxy}}",
                    },
                ]),
                graph("New connections", "Let in, and turned away by rules.", "cps", [
                    { expression: rate("frontend_connections_total", deviceFrontends), legend: "new" },
                    { expression: rate("frontend_denied_connections_total", deviceFrontends), legend: "turned away" },
                    {
                        expression: rate("frontend_denied_sessions_total", deviceFrontends),
                        legend: "turned away after the PROXY header",
                    },
                ]),
                graph("Trouble with brokers", "Connections that failed, and those sent to another broker.", "cps", [
                    { expression: rate("backend_connection_errors_total", brokerBackends), legend: "failed" },
                    { expression: rate("backend_redispatch_warnings_total", brokerBackends), legend: "sent elsewhere" },
                ]),
                graph("Traffic", "Bytes from and to devices.", "Bps", [
                    { expression: rate("frontend_bytes_in_total", deviceFrontends), legend: "in" },
                    { expression: rate("frontend_bytes_out_total", deviceFrontends), legend: "out" },
                ]),
                graph("Idle time", "At 0 % a HAProxy has no processor time left.", "percent", [
                    {
                        expression: `min by (pod) (${edgeSeries(edge, "process_idle_time_percent")})`,
                        legend: "{{pod}}",
                    },
                ]),
            ],
        },
    ];
}
