import { at, listAt, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { entriesOf } from "./object";

const types = "https://github.com/prometheus-operator/prometheus-operator/blob/main/Documentation/api-reference/api.md";
const rulesDocumentation = "https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/";

/** A length of time as Prometheus and its operator write it; in seconds. Undefined for anything else. */
function secondsOf(duration: unknown): number | undefined {
    const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(duration));
    if (match === null || duration === "") {
        return undefined;
    }
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
        .slice(1)
        .map((part: string | undefined) => Number(part ?? 0));
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** A rule about each endpoint of a ServiceMonitor or a PodMonitor. */
function endpointRule(list: string, text: string, property: string, holds: (endpoint: unknown) => boolean): Rule {
    return {
        text,
        source: `${types}#endpoint`,
        brokenBy: ({ inputs }) => {
            const index = listAt(inputs, `spec.${list}`).findIndex((endpoint) => !holds(endpoint));
            return index < 0 ? undefined : `spec.${list}[${index}].${property}`;
        },
    };
}

function intervalRules(list: string): readonly Rule[] {
    return [
        endpointRule(list, "an interval is a length of time, for example 30s", "interval", (endpoint) => {
            const interval = at(endpoint, "interval");
            return interval === undefined || secondsOf(interval) !== undefined;
        }),
        endpointRule(list, "a scrape takes no longer than its interval", "scrapeTimeout", (endpoint) => {
            const [timeout, interval] = [secondsOf(at(endpoint, "scrapeTimeout")), secondsOf(at(endpoint, "interval"))];
            return timeout === undefined || interval === undefined || timeout <= interval;
        }),
    ];
}

/** Its pods are a chart's, which the program does not see. */
export const podMonitor: ResourceModel = { rules: intervalRules("podMetricsEndpoints") };

function isSelected(service: SimulatedResource, monitor: SimulatedResource): boolean {
    const labels = at(service.inputs, "metadata.labels") as Record<string, unknown> | undefined;
    return (
        service.type === "kubernetes:core/v1:Service" &&
        at(service.inputs, "metadata.namespace") === at(monitor.inputs, "metadata.namespace") &&
        entriesOf(at(monitor.inputs, "spec.selector.matchLabels")).every(([key, value]) => labels?.[key] === value)
    );
}

/** Services of this program that a ServiceMonitor leads to. */
function selectedServices(monitor: SimulatedResource, world: World): readonly SimulatedResource[] {
    return world.resources.filter((resource) => isSelected(resource, monitor));
}

export const serviceMonitor: ResourceModel = {
    rules: [
        ...intervalRules("endpoints"),
        {
            text: "a ServiceMonitor selects a Service that is there, in its own namespace",
            source: `${types}#servicemonitorspec`,
            brokenBy: (monitor, world) =>
                selectedServices(monitor, world).length > 0 ? undefined : "spec.selector.matchLabels",
        },
        {
            text: "an endpoint names a port of the Service that is selected",
            source: `${types}#endpoint`,
            brokenBy: (monitor, world) => {
                const names = selectedServices(monitor, world).flatMap(({ inputs }) =>
                    listAt(inputs, "spec.ports").map((port) => at(port, "name")),
                );
                const index = listAt(monitor.inputs, "spec.endpoints").findIndex(
                    (endpoint) => at(endpoint, "port") !== undefined && !names.includes(at(endpoint, "port")),
                );
                return index < 0 || names.length === 0 ? undefined : `spec.endpoints[${index}].port`;
            },
        },
    ],
};

/** A rule about each alert of a PrometheusRule. */
function alertRule(text: string, source: string, property: string, holds: (alert: unknown) => boolean): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) => {
            for (const [group, entry] of listAt(inputs, "spec.groups").entries()) {
                const index = listAt(entry, "rules").findIndex((rule) => !holds(rule));
                if (index >= 0) {
                    return `spec.groups[${group}].rules[${index}].${property}`;
                }
            }
            return undefined;
        },
    };
}

export const prometheusRule: ResourceModel = {
    rules: [
        {
            text: "groups of rules differ in name",
            source: `${types}#prometheusrulespec`,
            brokenBy: ({ inputs }) => {
                const names = listAt(inputs, "spec.groups").map((group) => at(group, "name"));
                const index = names.findIndex((name, position) => names.indexOf(name) < position);
                return index < 0 ? undefined : `spec.groups[${index}].name`;
            },
        },
        alertRule("an alert's name is one word", rulesDocumentation, "alert", (rule) =>
            /^[A-Za-z_]\w*$/.test(String(at(rule, "alert"))),
        ),
        alertRule("an alert has an expression", `${types}#rule`, "expr", (rule) => {
            const expression = at(rule, "expr");
            return typeof expression === "string" && expression !== "";
        }),
        alertRule("for is a length of time, for example 5m", `${types}#rule`, "for", (rule) => {
            const duration = at(rule, "for");
            return duration === undefined || secondsOf(duration) !== undefined;
        }),
    ],
};
