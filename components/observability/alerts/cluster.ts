import { brokerSeries, highest, increased, podSelector } from "../metrics";
import type { Subjects } from "../subjects";
import type { Alert } from "./rule";

/** Whether the brokers are there, and are one cluster. */
export function clusterAlerts({ brokers }: Subjects): Alert[] {
    return [
        {
            name: "VerneMQClusterSmaller",
            severity: "critical",
            // The zero stands for Prometheus seeing none at all, which would otherwise be no series and so no alert.
            expression: `(count(max by (pod) (up{${podSelector(brokers)}}) == 1) or vector(0)) < ${brokers.replicas}`,
            minutes: 5,
            summary: `Fewer than ${brokers.replicas} brokers answer`,
            description: `{{ $value }} of ${brokers.replicas} brokers answer Prometheus. Look at the pods and their events: a pod that stays Pending lacks a node or its volume, one that restarts says why in its log. One that runs, and that neither Prometheus nor the other brokers reach, is cut off by the network: it may serve clients on its own.`,
        },
        // The counter of milliseconds since a node's start, over pods that come back with another address.
        {
            name: "VerneMQRestarts",
            severity: "warning",
            expression: `resets(${highest(brokers, "system_wallclock")}[1h:1m]) >= 3`,
            minutes: 1,
            summary: "A broker restarts again and again",
            description:
                "{{ $labels.pod }} has started {{ $value }} times within an hour. `kubectl logs --previous` and the pod's last state (OOMKilled, a failed probe) say why.",
        },
        // One broker has no peers that it could lose.
        ...(brokers.replicas > 1 ? peerAlerts(brokers) : []),
    ];
}

function peerAlerts(brokers: Subjects["brokers"]): Alert[] {
    const missing = `${highest(brokers, "netsplit_detected")} - ${highest(brokers, "netsplit_resolved")}`;
    const up = `max by (pod) (up{${podSelector(brokers)}})`;
    const objects = `sum by (pod) (${brokerSeries(brokers, "swc_object_count")})`;
    const median = `scalar(quantile(0.5, ${objects}))`;
    const traffic = `(sum by (pod) (rate(${brokerSeries(brokers, "cluster_bytes_received")}[10m])) + sum by (pod) (rate(${brokerSeries(brokers, "cluster_bytes_sent")}[10m])))`;
    // For a node that is alone and yet has as many objects as the others: by its traffic.
    const silent: Alert = {
        name: "VerneMQNodeSilent",
        severity: "warning",
        expression: `${traffic} == 0 and on (pod) ${highest(brokers, "total_active_connections")} > 0 and on () count(${traffic} > 0) >= 2`,
        minutes: 20,
        summary: "A broker with clients exchanges nothing with the others, while they talk",
        description:
            "{{ $labels.pod }} has clients and has neither sent nor received a byte between brokers, while others have. Either none of its topics concerns other brokers, or it is alone: compare `vmq-admin cluster show` on each pod.",
    };
    return [
        // `netsplit_detected` counts a member that has crashed as well, so every broker has to answer Prometheus: where one does not,
        // VerneMQClusterSmaller says so. A node that restarts counts too, hence the minutes: with a stop and a start on another node it may be
        // away for four (components/broker/config/timing.ts).
        {
            name: "VerneMQNetsplit",
            severity: "critical",
            expression: `${missing} > 0 and on () count(${up} == 1) >= ${brokers.replicas} unless on () ${up} == 0`,
            minutes: 5,
            summary: "Brokers that run do not reach each other",
            description:
                "{{ $labels.pod }} misses a member of the cluster although every broker answers Prometheus, so none has crashed: messages between the parts do not arrive, and one client id may be in both. Compare `vmq-admin cluster show` on each pod. A member that was removed without leaving looks the same: `vmq-admin cluster leave` ends it.",
        },
        // A node that is alone: it has left, or never joined, and every health check of it is green. No metric says so; but members replicate the
        // same objects (subscriptions, retained messages, settings), so a node whose number of them stays off the others' is not one of them,
        // or has stopped synchronizing. The median is what most say; ten and 2 % are for what is under way between members.
        {
            name: "VerneMQNodeApart",
            severity: "critical",
            expression: `abs(${objects} - ${median}) > 10 + 0.02 * ${median}`,
            minutes: 15,
            summary: "A broker does not hold what the others hold",
            description:
                "{{ $labels.pod }} holds {{ $value | humanize }} replicated objects more or fewer than its peers: it is outside the cluster (it has left and kept its data, or never joined), or its synchronization stands still. Run `vmq-admin cluster show` on it: a list without the others means that it is alone, and only a start with an empty volume brings it back.",
        },
        {
            name: "VerneMQClusterBytesDropped",
            severity: "warning",
            expression: `${increased(brokers, "cluster_bytes_dropped", "5m")} > 0`,
            minutes: 2,
            summary: "Messages between brokers are lost",
            description:
                "{{ $labels.pod }} dropped {{ $value | humanize1024 }}B on their way to other brokers in 5 minutes: the buffer was full. Look at the network between the nodes and at the load; `outgoing_clustering_buffer_size` makes the buffer larger.",
        },
        // Of two silent ones it cannot be said which is alone, nor that they have anything to tell each other.
        ...(brokers.replicas > 2 ? [silent] : []),
    ];
}
