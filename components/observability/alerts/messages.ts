import { increased } from "../metrics";
import type { Subjects } from "../subjects";
import type { Alert } from "./rule";

/** Whether messages arrive. */
export function messageAlerts({ brokers }: Subjects): Alert[] {
    const received = `clamp_min(${increased(brokers, "mqtt_publish_received", "5m")}, 1)`;
    return [
        {
            name: "VerneMQQueueDrops",
            severity: "warning",
            expression: `${increased(brokers, "queue_message_drop", "5m")} > 0`,
            minutes: 2,
            summary: "Messages are dropped because queues are full",
            description:
                "{{ $labels.pod }} dropped {{ $value | humanize }} messages in 5 minutes: subscribers are slower than publishers, or away too long. `vmq-admin session show --queue_size` finds them; max_online_messages and max_offline_messages (1000 each) set the size.",
        },
        {
            name: "VerneMQMessagesUnhandled",
            severity: "warning",
            expression: `${increased(brokers, "queue_message_unhandled", "5m")} > 100`,
            minutes: 5,
            summary: "Many messages have no subscriber",
            description:
                "{{ $value | humanize }} messages on {{ $labels.pod }} were thrown away in 5 minutes: QoS 0 for sessions that are offline, or sessions that start clean. Right for some applications; if not for yours, use QoS 1 and persistent sessions.",
        },
        {
            name: "VerneMQPublishErrors",
            severity: "warning",
            expression: `${increased(brokers, "mqtt_publish_error", "5m")} / ${received} > 0.05`,
            minutes: 10,
            summary: "Publishes fail because the cluster is not whole",
            description:
                "{{ $value | humanizePercentage }} of the publishes on {{ $labels.pod }} fail for a network split. Fix the cluster (VerneMQNetsplit says how).",
        },
        {
            name: "VerneMQPublishesRefused",
            severity: "warning",
            expression: `${increased(brokers, "mqtt_publish_auth_error", "5m")} / ${received} > 0.05`,
            minutes: 10,
            summary: "Publishes are refused by the access rules",
            description:
                "{{ $value | humanizePercentage }} of the publishes on {{ $labels.pod }} are not allowed. Devices use topics that no rule gives them, or the plugin that reads vmq.acl has stopped (its log says so; once the file is valid, restart the pod).",
        },
    ];
}
