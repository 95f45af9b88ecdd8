import { type BrokerMetric, brokerSeries, highest, increased } from "../metrics";
import type { Subjects } from "../subjects";
import type { Alert } from "./rule";

type Brokers = Subjects["brokers"];

/** Whether devices get in and stay in. */
export function clientAlerts({ brokers }: Subjects): Alert[] {
    return [...loginAlerts(brokers), ...connectionAlerts(brokers)];
}

/** CONNACKs with some codes, over both protocols: MQTT 3 has a label `return_code`, MQTT 5 `reason_code` (vmq_metrics.erl, 2.1.1). */
function connacks(brokers: Brokers, codes: string, of: (series: string) => string): string {
    const series = ["return_code", "reason_code"].map((label) =>
        of(brokerSeries(brokers, "mqtt_connack_sent", `${label}=~"${codes}"`)),
    );
    return `sum by (pod) (${series.join(" or ")})`;
}

function loginAlerts(brokers: Brokers): Alert[] {
    const refused = connacks(brokers, "bad_username_or_password|not_authorized", (series) => `rate(${series}[5m])`);
    const all = `sum by (pod) (rate(${brokerSeries(brokers, "mqtt_connack_sent")}[5m]))`;
    const connected = highest(brokers, "total_active_connections");
    const received = increased(brokers, "mqtt_connect_received", "5m");
    return [
        // A single one, or a burst while a member restarts, is nothing; ten minutes of more than one device's are.
        {
            name: "VerneMQClientsTurnedAway",
            severity: "critical",
            expression: `${connacks(brokers, "server_unavailable", (series) => `increase(${series}[5m])`)} > 10`,
            minutes: 10,
            summary: "A broker answers clients with server unavailable",
            description:
                "{{ $labels.pod }} refused {{ $value | humanize }} clients in 5 minutes with CONNACK server unavailable. It does so while the cluster is not whole and the netsplit settings are off, or while it cannot read its metadata.",
        },
        // A plugin, database or webhook that refuses every login does so while every health check is green. Where all devices stay connected,
        // one that tries a wrong password again and again makes nearly all logins; so there have to be more than one such device would make,
        // and more the larger the fleet is.
        {
            name: "VerneMQLoginsRefused",
            severity: "critical",
            expression: `${refused} / ${all} > 0.9 and ${refused} > 0.25 unless ${refused} < 0.001 * ${connected}`,
            minutes: 10,
            summary: "A broker refuses nearly all logins",
            description:
                "{{ $labels.pod }} refuses {{ $value | humanizePercentage }} of all logins. Either the devices' credentials are wrong, or what checks them does not know them: the users of vmq.passwd, a database or a webhook.",
        },
        // A plugin that has crashed for good answers no login: VerneMQ counts the CONNECT, resets the connection and sends no CONNACK, while
        // every health check is green and `socket_error` stays as it is (seen with vmq_passwd after a comment in vmq.passwd). Without a
        // CONNECT there is nothing to say. Five in five minutes are more than a port scan or a login that is under way.
        {
            name: "VerneMQConnectsUnanswered",
            severity: "critical",
            expression: `${received} > 4 unless ${increased(brokers, "mqtt_connack_sent", "5m")} > 0`,
            minutes: 2,
            summary: "A broker answers no login",
            description:
                "{{ $labels.pod }} received {{ $value | humanize }} CONNECTs in 5 minutes and sent no CONNACK. The plugin that checks logins has crashed: its log has reached_max_restart_intensity. Correct vmq.passwd (a comment or an empty line is enough), then restart the pod; with a database or a webhook, see whether it answers.",
        },
    ];
}

function connectionAlerts(brokers: Brokers): Alert[] {
    const near = (name: BrokerMetric) => `${highest(brokers, name)} > ${Math.floor(brokers.maxConnections * 0.8)}`;
    const now = `sum(${brokerSeries(brokers, "total_active_connections")})`;
    const before = `sum(${brokerSeries(brokers, "total_active_connections")} offset 15m)`;
    const opened = increased(brokers, "socket_open", "5m");
    const failed = increased(brokers, "socket_error", "5m");
    const expired = increased(brokers, "client_keepalive_expired", "10m");
    return [
        {
            name: "VerneMQConnectionsNearLimit",
            severity: "warning",
            expression: `${near("active_mqtt_connections")} or ${near("active_mqttws_connections")}`,
            minutes: 10,
            summary: "A broker's listener is nearly full",
            description: `{{ $labels.pod }} has {{ $value }} connections on one listener, which takes ${brokers.maxConnections}. Past that, new ones hang without an answer while every health check stays green. Raise broker.maxConnections (and memory with it), or add a broker.`,
        },
        // Half of the devices gone at once. A fleet that goes to sleep at night does it more slowly.
        {
            name: "VerneMQConnectionsFell",
            severity: "critical",
            expression: `${now} < 0.5 * ${before} and ${before} > 100`,
            minutes: 3,
            summary: "Half of the devices have gone within 15 minutes",
            description:
                "{{ $value }} devices are connected, fewer than half of a quarter of an hour ago. Look at the edge first (load balancer, certificate, DNS), then at the brokers.",
        },
        {
            name: "VerneMQSocketErrors",
            severity: "warning",
            expression: `${failed} / clamp_min(${opened}, 1) > 0.02 and ${opened} > 50`,
            minutes: 10,
            summary: "Many connections end in an error",
            description:
                "{{ $value | humanizePercentage }} of the connections to {{ $labels.pod }} end in an error. Look at the network, and for a hop whose PROXY header the broker does not understand (its log names it).",
        },
        {
            name: "VerneMQKeepaliveExpired",
            severity: "warning",
            expression: `${expired} > 50 and ${expired} > 0.05 * ${highest(brokers, "total_active_connections")}`,
            minutes: 5,
            summary: "Many devices fall silent",
            description:
                "{{ $value | humanize }} clients of {{ $labels.pod }} said nothing within their keepalive in 10 minutes: a network that loses them, or a hop with an idle timeout shorter than their keepalive (edge.keepaliveSeconds).",
        },
    ];
}
