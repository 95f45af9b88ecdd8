import { highest, type VolumeMetric } from "../metrics";
import type { Subjects } from "../subjects";
import type { Alert } from "./rule";

/** Whether the brokers have the processor, memory and disk that they need. */
export function machineAlerts({ brokers }: Subjects): Alert[] {
    return [
        {
            name: "VerneMQSchedulersBusy",
            severity: "warning",
            expression: `${highest(brokers, "system_utilization")} > 90`,
            minutes: 10,
            summary: "A broker's schedulers are busy nearly all the time",
            description:
                "{{ $labels.pod }} uses {{ $value | humanize }} % of its schedulers. Give it more cores (broker.resources.cpu) or add a broker; a plugin that waits for a database shows here too.",
        },
        {
            name: "VerneMQRunQueueLong",
            severity: "warning",
            expression: `${highest(brokers, "system_run_queue")} > 50`,
            minutes: 10,
            summary: "A broker has more to run than it can",
            description:
                "{{ $value }} processes of {{ $labels.pod }} wait for a processor. It lacks cores, or a limit of the container throttles it.",
        },
        // What the Erlang VM knows of; LevelDB's own memory, up to a fifth of the limit, is not in it. Hence 70 %.
        {
            name: "VerneMQMemoryHigh",
            severity: "warning",
            expression: `${highest(brokers, "vm_memory_total")} > ${Math.floor(brokers.memoryBytes * 0.7)}`,
            minutes: 10,
            summary: "A broker's memory is nearly full",
            description: `The Erlang VM of {{ $labels.pod }} uses {{ $value | humanize1024 }}B of ${mebibytes(brokers.memoryBytes)}, and LevelDB some more; at the limit the kernel stops the broker. Look for long queues (\`vmq-admin session show --queue_size\`) and many connections; raise broker.resources.memoryGiB or add a broker.`,
        },
        ...diskAlerts(brokers),
    ];
}

function mebibytes(bytes: number): string {
    return `${Math.round(bytes / 2 ** 20)}Mi`;
}

function diskAlerts({ namespace, claims }: Subjects["brokers"]): Alert[] {
    if (claims === undefined) {
        return [];
    }
    const series = (name: VolumeMetric) =>
        `max by (persistentvolumeclaim) (${name}{namespace="${namespace}",persistentvolumeclaim=~"${claims}"})`;
    const free = `${series("kubelet_volume_stats_available_bytes")} / ${series("kubelet_volume_stats_capacity_bytes")}`;
    const remedy =
        "Raise broker.persistence.sizeGiB where the storage class can expand volumes, and look for sessions that pile up messages offline.";
    return [
        {
            name: "VerneMQDiskFilling",
            severity: "warning",
            expression: `${free} < 0.2`,
            minutes: 15,
            summary: "A broker's volume is filling",
            description: `{{ $value | humanizePercentage }} of {{ $labels.persistentvolumeclaim }} is free. ${remedy}`,
        },
        {
            name: "VerneMQDiskFull",
            severity: "critical",
            expression: `${free} < 0.05`,
            minutes: 5,
            summary: "A broker's volume is nearly full",
            description: `{{ $value | humanizePercentage }} of {{ $labels.persistentvolumeclaim }} is free. A broker that cannot write loses messages and does not start again. ${remedy}`,
        },
    ];
}
