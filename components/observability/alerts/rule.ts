/** `critical`: devices are cut off or data is at stake, now. `warning`: it will be, or something is lost already. */
export type Severity = "critical" | "warning";

/** An alert before it becomes a rule of Prometheus. */
export interface Alert {
    /** Its name, which is also the anchor of its runbook. */
    readonly name: string;
    readonly severity: Severity;
    /** PromQL; every series of its result is an alert. */
    readonly expression: string;
    /** How long it has to hold, in minutes. */
    readonly minutes: number;
    readonly summary: string;
    /** What it means and what to do. May use `{{ $labels.pod }}` and `{{ $value }}`. */
    readonly description: string;
}

/** A group of alerts, which Prometheus evaluates together. */
export interface AlertGroup {
    readonly name: string;
    readonly alerts: readonly Alert[];
}

/** A file of rules as Prometheus reads it, and the `spec` of a PrometheusRule: the two are the same. */
export interface RuleFile {
    readonly groups: readonly {
        readonly name: string;
        readonly rules: readonly {
            readonly alert: string;
            readonly expr: string;
            readonly for: string;
            readonly labels: Readonly<Record<string, string>>;
            readonly annotations: Readonly<Record<string, string>>;
        }[];
    }[];
}

/**
 * Alerts as rules. Each carries the namespace, because an AlertmanagerConfig only sees alerts of its namespace
 * (https://github.com/prometheus-operator/prometheus-operator/blob/main/Documentation/api-reference/api.md#alertmanagerconfigmatcherstrategy).
 */
export function ruleFile(
    groups: readonly AlertGroup[],
    options: {
        readonly namespace: string;
        /** Address of the runbook page; the alert's name in lower case follows as its anchor. */
        readonly runbookUrl: string;
    },
): RuleFile {
    return {
        groups: groups
            .filter(({ alerts }) => alerts.length > 0)
            .map(({ name, alerts }) => ({
                name,
                rules: alerts.map((alert) => ({
                    alert: alert.name,
                    expr: alert.expression,
                    for: `${alert.minutes}m`,
                    labels: { severity: alert.severity, namespace: options.namespace },
                    annotations: {
                        summary: alert.summary,
                        description: alert.description,
                        runbook_url: `${options.runbookUrl}#${alert.name.toLowerCase()}`,
                    },
                })),
            })),
    };
}
