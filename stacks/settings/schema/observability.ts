import * as z from "zod";
import { monitoringDefaults, observabilityDefaults } from "../../../components/observability/defaults";
import { metricSources } from "../../../components/observability/scraping";
import { choice, flag, integer, kubernetesName, labelKey, labelValue, matching, text } from "./types";

const alerts = z.strictObject({
    enabled: flag(true).describe(
        "Alert rules: a PrometheusRule with metrics service-monitor, a ConfigMap with a file of rules with annotations.",
    ),
    namespace: kubernetesName()
        .optional()
        .describe(
            "Namespace of the object with the rules, which has to exist. A ConfigMap can only be mounted in its own. Default: the broker's.",
        ),
    runbookUrl: z
        .url({ protocol: /^https?$/, error: "an http(s) address" })
        .optional()
        .describe(
            "Where you publish docs/guides/observability.md; each alert's `runbook_url` points to its section there. Default: the file's path.",
        ),
});

const dashboard = z.strictObject({
    enabled: flag(true).describe(
        "A Grafana dashboard as a ConfigMap with the label grafana_dashboard, which Grafana's sidecar loads.",
    ),
    folder: text()
        .max(100)
        .optional()
        .describe(
            "Folder of the dashboard, as the annotation grafana_folder; the sidecar has to be configured for it.",
        ),
});

const stack = z.strictObject({
    enabled: flag(false).describe(
        "Install Prometheus, its operator, Alertmanager and Grafana (chart kube-prometheus-stack). Not where an operator is in the cluster already.",
    ),
    chartVersion: matching(/^\d+\.\d+\.\d+$/, "an exact version, for example 88.5.3")
        .prefault(monitoringDefaults.chartVersion)
        .describe("Version of the chart kube-prometheus-stack. Helm does not upgrade its types (CRDs): see its notes."),
    namespace: kubernetesName().prefault(monitoringDefaults.namespace).describe("Its namespace, which is created."),
    retentionDays: integer(1, 365, monitoringDefaults.retentionDays).describe("Days that Prometheus keeps metrics."),
    storageGiB: integer(5, 4096, monitoringDefaults.storageGiB).describe("Size of Prometheus' volume, in GiB."),
});

/** `vernemq:observability`: metrics, alerts and dashboard. */
export const observabilitySchema = z.strictObject({
    metrics: choice(metricSources, "none").describe(
        "How Prometheus finds brokers and HAProxy: `annotations` on the pods (prometheus.io/scrape; a change restarts them one by one), a `service-monitor` for a Prometheus operator, or nothing; then there are no alerts and no dashboard either.",
    ),
    scrapeIntervalSeconds: integer(5, 120, observabilityDefaults.scrapeIntervalSeconds).describe(
        "With metrics service-monitor: seconds between two scrapes.",
    ),
    operatorLabels: z
        .record(labelKey(), labelValue())
        .prefault({})
        .describe(
            "Labels for monitors and rules, by which a Prometheus operator selects them, for example `release: prometheus`.",
        ),
    alerts: alerts.prefault({}).describe("Alert rules."),
    dashboard: dashboard.prefault({}).describe("Grafana dashboard."),
    stack: stack.prefault({}).describe("A monitoring stack for this cluster."),
});

export type ObservabilitySettings = z.output<typeof observabilitySchema>;
