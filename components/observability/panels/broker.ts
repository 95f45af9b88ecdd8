import { type BrokerMetric, brokerSeries, highest, podSelector } from "../metrics";
import type { Subjects } from "../subjects";
import { figure, graph, type Query, type Row } from "./panel";

/** Rows about the brokers. */
export function brokerPanels({ brokers }: Subjects): Row[] {
    const read = new BrokerQueries(brokers);
    return [cluster(brokers, read), connections(read), messages(read), betweenBrokers(read), machine(read)];
}

type Brokers = Subjects["brokers"];

/** Queries over the brokers' series. Rates are over a window that fits the time range on the screen. */
class BrokerQueries {
    constructor(readonly brokers: Brokers) {}

    value(name: BrokerMetric): string {
        return highest(this.brokers, name);
    }

    rate(name: BrokerMetric): string {
        return `sum by (pod) (rate(${brokerSeries(this.brokers, name)}[$__rate_interval]))`;
    }

    ofAll(name: BrokerMetric): string {
        return `sum(rate(${brokerSeries(this.brokers, name)}[$__rate_interval]))`;
    }

    perPod(expression: string, suffix = ""): Query {
        return { expression, legend: `{{pod}}${suffix === "" ? "" : ` ${suffix}`}` };
    }
}

function cluster(brokers: Brokers, read: BrokerQueries): Row {
    const netsplits = `max(${read.value("netsplit_detected")} - ${read.value("netsplit_resolved")})`;
    const objects = `sum by (pod) (${brokerSeries(brokers, "swc_object_count")})`;
    return {
        title: "Cluster",
        panels: [
            figure(
                "Brokers",
                `Brokers that answer; ${brokers.replicas} are wanted.`,
                `count(max by (pod) (up{${podSelector(brokers)}}) == 1) or vector(0)`,
                { redBelow: brokers.replicas },
            ),
            figure("Network splits", "Members that a broker misses now.", netsplits, { redFrom: 1 }),
            figure(
                "Spread of replicated objects",
                "Most against fewest on a broker. Members of one cluster hold the same; one that stays off is alone.",
                `max(${objects}) - min(${objects})`,
                { redFrom: 100 },
            ),
            figure("Devices", "Connected now.", `sum(${brokerSeries(brokers, "total_active_connections")})`, {
                redBelow: 0,
            }),
        ],
    };
}

function connections(read: BrokerQueries): Row {
    return {
        title: "Connections",
        panels: [
            graph("Connected devices", "By MQTT and by WebSocket.", "short", [
                read.perPod(read.value("active_mqtt_connections"), "MQTT"),
                read.perPod(read.value("active_mqttws_connections"), "WebSocket"),
            ]),
            graph("Connections opened and closed", "A storm of reconnects shows as a peak of both.", "cps", [
                { expression: read.ofAll("socket_open"), legend: "opened" },
                { expression: read.ofAll("socket_close"), legend: "closed" },
                { expression: read.ofAll("socket_error"), legend: "failed" },
                { expression: read.ofAll("client_keepalive_expired"), legend: "silent" },
            ]),
            graph("Answers to CONNECT", "By code; anything but success is a device that is not in.", "cps", [
                ...(["return_code", "reason_code"] as const).map((label) => ({
                    expression: `sum by (${label}) (rate(${brokerSeries(read.brokers, "mqtt_connack_sent", `${label}!=""`)}[$__rate_interval])) > 0`,
                    legend: `{{${label}}}`,
                })),
                { expression: read.ofAll("mqtt_connect_received"), legend: "CONNECT" },
            ]),
        ],
    };
}

function messages(read: BrokerQueries): Row {
    return {
        title: "Messages and queues",
        panels: [
            graph("Publishes", "Received from devices and sent to them.", "cps", [
                read.perPod(read.rate("mqtt_publish_received"), "in"),
                read.perPod(read.rate("mqtt_publish_sent"), "out"),
            ]),
            graph("Refused and failed publishes", "By access rules, and for a cluster that is not whole.", "cps", [
                { expression: read.ofAll("mqtt_publish_auth_error"), legend: "not allowed" },
                { expression: read.ofAll("mqtt_publish_error"), legend: "network split" },
            ]),
            graph("Traffic", "Bytes from and to devices.", "Bps", [
                { expression: read.ofAll("bytes_received"), legend: "in" },
                { expression: read.ofAll("bytes_sent"), legend: "out" },
            ]),
            graph("Queues", "Messages into queues, out of them and lost.", "cps", [
                { expression: read.ofAll("queue_message_in"), legend: "in" },
                { expression: read.ofAll("queue_message_out"), legend: "out" },
                { expression: read.ofAll("queue_message_drop"), legend: "dropped: full" },
                { expression: read.ofAll("queue_message_expired"), legend: "expired" },
                { expression: read.ofAll("queue_message_unhandled"), legend: "no subscriber" },
            ]),
            graph("Sessions", "Queue processes: sessions that are online or kept.", "short", [
                read.perPod(read.value("queue_processes")),
            ]),
            graph("Subscriptions and retained messages", "What the brokers replicate.", "short", [
                read.perPod(read.value("router_subscriptions"), "subscriptions"),
                read.perPod(read.value("retain_messages"), "retained"),
            ]),
        ],
    };
}

function betweenBrokers(read: BrokerQueries): Row {
    return {
        title: "Between brokers",
        panels: [
            graph(
                "Traffic between brokers",
                "Messages whose subscriber is on another broker. One that has none while others have may be alone.",
                "Bps",
                [
                    read.perPod(read.rate("cluster_bytes_received"), "in"),
                    read.perPod(read.rate("cluster_bytes_sent"), "out"),
                    read.perPod(read.rate("cluster_bytes_dropped"), "lost"),
                ],
                12,
            ),
            graph(
                "Replicated objects",
                "The same on every member, but for what is under way.",
                "short",
                [read.perPod(`sum by (pod) (${brokerSeries(read.brokers, "swc_object_count")})`)],
                12,
            ),
        ],
    };
}

function machine(read: BrokerQueries): Row {
    return {
        title: "Erlang VM",
        panels: [
            graph("Schedulers", "Time that they are busy.", "percent", [read.perPod(read.value("system_utilization"))]),
            graph("Run queue and processes", "What waits for a scheduler, and what there is.", "short", [
                read.perPod(read.value("system_run_queue"), "waiting"),
                read.perPod(read.value("system_process_count"), "processes"),
            ]),
            graph("Memory", "As the VM counts it, without LevelDB.", "bytes", [
                read.perPod(read.value("vm_memory_total"), "total"),
                read.perPod(read.value("vm_memory_processes"), "processes"),
                read.perPod(read.value("vm_memory_binary"), "binaries"),
                read.perPod(read.value("vm_memory_ets"), "tables"),
            ]),
        ],
    };
}
