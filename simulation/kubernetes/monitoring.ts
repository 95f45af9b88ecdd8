import { at, listAt, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { entryAt, isMatch, items, ofType, property, rule } from "../rules";
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

function intervalRules(list: string): readonly Rule[] {
    return [
        property(
            `${list}[].interval`,
            "an interval is a length of time, for example 30s",
            `${types}#endpoint`,
            (interval) => secondsOf(interval) !== undefined,
        ),
        property(
            `${list}[].scrapeTimeout`,
            "a scrape takes no longer than its interval",
            `${types}#endpoint`,
            (value, _, __, endpoint) => {
                const [timeout, interval] = [secondsOf(value), secondsOf(at(endpoint, "interval"))];
                return timeout === undefined || interval === undefined || timeout <= interval;
            },
        ),
    ];
}

/** Its pods are a chart's, which the program does not see. */
export const podMonitor: ResourceModel = { rules: intervalRules("spec.podMetricsEndpoints") };

/** Services of this program that a ServiceMonitor leads to. */
function selectedServices({ inputs: monitor }: SimulatedResource, world: World): readonly SimulatedResource[] {
    return ofType(world, "kubernetes:core/v1:Service").filter(
        ({ inputs }) =>
            at(inputs, "metadata.namespace") === at(monitor, "metadata.namespace") &&
            entriesOf(at(monitor, "spec.selector.matchLabels")).every(
                ([key, value]) => entryAt(inputs, "metadata.labels", key) === value,
            ),
    );
}

export const serviceMonitor: ResourceModel = {
    rules: [
        ...intervalRules("spec.endpoints"),
        rule(
            "spec.selector.matchLabels",
            "a ServiceMonitor selects a Service that is there, in its own namespace",
            `${types}#servicemonitorspec`,
            (monitor, world) => selectedServices(monitor, world).length > 0,
        ),
        property(
            "spec.endpoints[].port",
            "an endpoint names a port of the Service that is selected",
            `${types}#endpoint`,
            (name, monitor, world) => {
                const ports = selectedServices(monitor, world).flatMap(({ inputs }) => listAt(inputs, "spec.ports"));
                return ports.length === 0 || ports.some((port) => at(port, "name") === name);
            },
        ),
    ],
};

export const prometheusRule: ResourceModel = {
    rules: [
        items(
            "spec.groups",
            "groups of rules differ in name",
            `${types}#prometheusrulespec`,
            (group, { inputs }) =>
                listAt(inputs, "spec.groups").find((other) => at(other, "name") === at(group, "name")) === group,
            "name",
        ),
        items(
            "spec.groups[].rules",
            "an alert's name is one word",
            rulesDocumentation,
            (alert) => isMatch(at(alert, "alert"), /^[A-Za-z_]\w*$/),
            "alert",
        ),
        items(
            "spec.groups[].rules",
            "an alert has an expression",
            `${types}#rule`,
            (alert) => isMatch(at(alert, "expr"), /./),
            "expr",
        ),
        property(
            "spec.groups[].rules[].for",
            "for is a length of time, for example 5m",
            `${types}#rule`,
            (duration) => secondsOf(duration) !== undefined,
        ),
    ],
};
