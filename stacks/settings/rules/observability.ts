import { compact } from "../../../components/common/compact";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import type { ParsedGroups } from "../settings";

/** Settings of `vernemq:observability` that would do nothing, or get in each other's way. */
export function observabilityProblems({ broker, observability }: ParsedGroups): Problem[] {
    const { metrics, operatorLabels, stack } = observability;
    return compact([
        ...(metrics === "none" ? nothingMeasured(observability) : []),
        metrics !== "service-monitor" &&
            Object.keys(operatorLabels).length > 0 && {
                key: "vernemq:observability.operatorLabels",
                value: operatorLabels,
                rule: "without a ServiceMonitor or PrometheusRule there is nothing to label",
                remedy: "set vernemq:observability.metrics to service-monitor, or leave this out",
            },
        // The operator reads ServiceMonitors and PrometheusRules, and no annotations.
        stack.enabled &&
            metrics === "annotations" && {
                key: "vernemq:observability.metrics",
                value: metrics,
                rule: "the Prometheus of observability.stack reads ServiceMonitors and ignores annotations",
                remedy: "use service-monitor",
            },
        stack.enabled &&
            stack.namespace === broker.namespace && {
                key: "vernemq:observability.stack.namespace",
                value: stack.namespace,
                rule: "the monitoring stack creates its own namespace, and this is the broker's",
                remedy: "choose another, for example monitoring",
            },
    ]);
}

/** What has to be in the cluster before an update, and what has no alert. */
export function observabilityWarnings({ target, observability: { metrics, stack, alerts } }: ParsedGroups): string[] {
    if (metrics === "none") {
        return [];
    }
    return compact([
        metrics === "service-monitor" &&
            !stack.enabled &&
            `observability.metrics service-monitor needs a Prometheus operator (types monitoring.coreos.com/v1) in the cluster${!targetOf(target).createsCluster ? "" : ": on a new one the first update stops at its objects; install one and update again, or set observability.stack.enabled"}.`,
        stack.enabled &&
            alerts.enabled &&
            "Alertmanager of observability.stack sends alerts nowhere until it is given receivers: see docs/guides/observability.md.",
    ]);
}

function nothingMeasured({ alerts, dashboard, stack }: ParsedGroups["observability"]): Problem[] {
    const asked: readonly [string, unknown][] = [
        ["alerts.namespace", alerts.namespace],
        ["alerts.runbookUrl", alerts.runbookUrl],
        ["dashboard.folder", dashboard.folder],
        ["stack.enabled", stack.enabled ? true : undefined],
    ];
    return asked
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => ({
            key: `vernemq:observability.${key}`,
            value,
            rule: "with metrics none nothing is measured, so this would have no effect",
            remedy: "set vernemq:observability.metrics to service-monitor or annotations, or leave this out",
        }));
}
