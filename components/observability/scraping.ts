import type { types } from "@pulumi/kubernetes";
import { brokerPorts } from "../broker/ports";

/** What leads Prometheus to the pods, and what makes the rules known to it. */
export const metricSources = ["none", "annotations", "service-monitor"] as const;
export type MetricSource = (typeof metricSources)[number];

/**
 * Annotations by which a Prometheus without operator finds pods. A convention, which the scrape configuration has to follow, as that of
 * the community's chart `prometheus` does (https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus#scraping-pod-metrics-via-annotations).
 */
export function scrapeAnnotations(port: number): Record<string, string> {
    return { "prometheus.io/scrape": "true", "prometheus.io/port": port.toString(), "prometheus.io/path": "/metrics" };
}

/** The port at which every broker gives its metrics. */
export const brokerMetricsPort: number = brokerPorts.http;

/** Pods with metrics, as a Service and a ServiceMonitor lead to them. */
export interface ScrapedPods {
    /** Name of the Service and the ServiceMonitor; Prometheus calls the job so. */
    readonly name: string;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly port: number;
}

/** Label by which a ServiceMonitor finds our Service, and no other with the same pods. */
const serviceLabel = "vernemq.io/metrics";

const portName = "metrics";

/**
 * A headless Service for metrics alone. It rests on nothing but the pods' labels: a chart's own Services differ by version and by what
 * deploys the broker. Pods that are not ready are in it, because it is then that one wants to know.
 */
export function metricsService(pods: ScrapedPods): {
    readonly labels: Record<string, string>;
    readonly spec: types.input.core.v1.ServiceSpec;
} {
    return {
        labels: { [serviceLabel]: pods.name },
        spec: {
            clusterIP: "None",
            publishNotReadyAddresses: true,
            selector: { ...pods.podLabels },
            ports: [{ name: portName, protocol: "TCP", port: pods.port, targetPort: pods.port }],
        },
    };
}

/** Spec of the ServiceMonitor (https://github.com/prometheus-operator/prometheus-operator/blob/main/Documentation/api-reference/api.md#servicemonitorspec). */
export function serviceMonitorSpec(pods: ScrapedPods, intervalSeconds: number): Record<string, unknown> {
    return {
        selector: { matchLabels: { [serviceLabel]: pods.name } },
        endpoints: [
            {
                port: portName,
                path: "/metrics",
                interval: `${intervalSeconds}s`,
                // No longer than the interval, which the operator refuses.
                scrapeTimeout: `${Math.min(10, intervalSeconds)}s`,
            },
        ],
    };
}

/**
 * Spec of a PodMonitor for cert-manager's controller: labels and port are those of its chart
 * (https://github.com/cert-manager/cert-manager/blob/v1.21.1/deploy/charts/cert-manager/templates/deployment.yaml). Its metrics tell the
 * namespace of each Certificate, which is kept.
 */
export function certManagerMonitorSpec(namespace: string, intervalSeconds: number): Record<string, unknown> {
    return {
        namespaceSelector: { matchNames: [namespace] },
        selector: {
            matchLabels: { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller" },
        },
        podMetricsEndpoints: [
            {
                port: "http-metrics",
                path: "/metrics",
                interval: `${intervalSeconds}s`,
                scrapeTimeout: `${Math.min(10, intervalSeconds)}s`,
                honorLabels: true,
            },
        ],
    };
}
