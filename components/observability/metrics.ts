/**
 * The metrics that alerts and dashboard read: an expression takes its names from here, so that a misspelt one does not compile. Tests
 * compare them with the lists of a real VerneMQ 2.1.1 and of a running HAProxy.
 */

/** VerneMQ's own (http://POD:8888/metrics), without its prefix `vernemq_`. */
export const brokerMetrics = [
    "active_mqtt_connections",
    "active_mqttws_connections",
    "client_keepalive_expired",
    "cluster_bytes_dropped",
    "cluster_bytes_received",
    "cluster_bytes_sent",
    "mqtt_connack_sent",
    "mqtt_connect_received",
    "mqtt_publish_auth_error",
    "mqtt_publish_error",
    "mqtt_publish_received",
    "mqtt_publish_sent",
    "netsplit_detected",
    "netsplit_resolved",
    "bytes_received",
    "bytes_sent",
    "queue_message_drop",
    "queue_message_expired",
    "queue_message_in",
    "queue_message_out",
    "queue_message_unhandled",
    "queue_processes",
    "retain_messages",
    "router_subscriptions",
    "socket_close",
    "socket_error",
    "socket_open",
    "swc_object_count",
    "system_process_count",
    "system_run_queue",
    "system_utilization",
    "system_wallclock",
    "total_active_connections",
    "vm_memory_binary",
    "vm_memory_ets",
    "vm_memory_processes",
    "vm_memory_total",
] as const;
export type BrokerMetric = (typeof brokerMetrics)[number];

/** HAProxy's own (its Prometheus exporter), without the prefix `haproxy_`. */
export const edgeMetrics = [
    "backend_active_servers",
    "backend_connection_errors_total",
    "backend_redispatch_warnings_total",
    "frontend_bytes_in_total",
    "frontend_bytes_out_total",
    "frontend_connections_total",
    "frontend_current_sessions",
    "frontend_denied_connections_total",
    "frontend_denied_sessions_total",
    "process_current_ssl_connections",
    "process_idle_time_percent",
    "server_current_sessions",
] as const;
export type EdgeMetric = (typeof edgeMetrics)[number];

/** Of the kubelet (https://kubernetes.io/docs/reference/instrumentation/metrics/). */
export type VolumeMetric = "kubelet_volume_stats_available_bytes" | "kubelet_volume_stats_capacity_bytes";

/** Of cert-manager (https://cert-manager.io/docs/devops-tips/prometheus-metrics/). */
export type CertificateMetric =
    | "certmanager_certificate_expiration_timestamp_seconds"
    | "certmanager_certificate_ready_status"
    | "certmanager_certificate_renewal_timestamp_seconds";

/** Series of VerneMQ's pods: `vernemq_NAME{namespace="...",pod=~"...",further}`. */
export function brokerSeries(subject: PodSubject, name: BrokerMetric, further = ""): string {
    return `vernemq_${name}{${podSelector(subject)}${further === "" ? "" : `,${further}`}}`;
}

/** The value of each broker, over pods that come back with another address. */
export function highest(subject: PodSubject, name: BrokerMetric): string {
    return `max by (pod) (${brokerSeries(subject, name)})`;
}

/** What each broker counted within a time (`5m`). */
export function increased(subject: PodSubject, name: BrokerMetric, within: string): string {
    return `sum by (pod) (increase(${brokerSeries(subject, name)}[${within}]))`;
}

/** Series of the HAProxy pods. */
export function edgeSeries(subject: PodSubject, name: EdgeMetric, further = ""): string {
    return `haproxy_${name}{${podSelector(subject)}${further === "" ? "" : `,${further}`}}`;
}

/** Pods that are measured. Labels `namespace` and `pod` are there whether a ServiceMonitor or annotations lead to a pod; `job` differs. */
export interface PodSubject {
    readonly namespace: string;
    /** A regular expression that their names match as a whole. */
    readonly pods: string;
}

/** Label matchers of pods. */
export function podSelector({ namespace, pods }: PodSubject): string {
    return `namespace="${namespace}",pod=~"${pods}"`;
}

/** Names of a StatefulSet's pods. */
export function statefulSetPods(name: string): string {
    return `${name}-[0-9]+`;
}

/** Names of a Deployment's pods. */
export function deploymentPods(name: string): string {
    return `${name}-[a-z0-9]+-[a-z0-9]+`;
}
