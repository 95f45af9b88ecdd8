import assert from "node:assert/strict";
import { kubernetes } from "../../../simulation/kubernetes";
import type { Properties, SimulatedResource } from "../../../simulation/provider";

function resource(type: string, inputs: Properties): SimulatedResource {
    return { type, name: "example", inputs, symbol: (property) => `\${example.${property}}` };
}

const monitorType = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor";
const ruleType = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

const service = resource("kubernetes:core/v1:Service", {
    metadata: { name: "broker", namespace: "messaging", labels: { app: "broker" } },
    spec: { ports: [{ name: "metrics", port: 8888 }] },
});

/** The properties that break a rule, beside one Service. */
function refusals(type: string, inputs: Properties): string[] {
    const world = { resources: [service], resolve: () => undefined };
    return (kubernetes.models[type]?.rules ?? []).flatMap((rule) => {
        const property = rule.brokenBy(resource(type, inputs), world);
        return property === undefined ? [] : [property];
    });
}

function monitor(
    endpoint: Properties,
    labels: Properties = { app: "broker" },
    namespace = "messaging",
): readonly [string, Properties] {
    const spec = { selector: { matchLabels: labels }, endpoints: [{ port: "metrics", ...endpoint }] };
    return [monitorType, { metadata: { name: "broker", namespace }, spec }];
}

function rules(...alerts: readonly Properties[]): readonly [string, Properties] {
    return [ruleType, { metadata: { name: "alerts" }, spec: { groups: [{ name: "one", rules: alerts }] } }];
}

const alert = { alert: "Down", expr: "up == 0", for: "5m" };
const twice = { groups: [{ name: "one" }, { name: "one" }] };

const refused: readonly (readonly [string, readonly [string, Properties], string])[] = [
    ["an interval that is no length of time", monitor({ interval: "30" }), "spec.endpoints[0].interval"],
    [
        "a scrape that outlasts its interval",
        monitor({ interval: "30s", scrapeTimeout: "1m" }),
        "spec.endpoints[0].scrapeTimeout",
    ],
    ["labels that no Service has", monitor({}, { app: "other" }), "spec.selector.matchLabels"],
    ["a Service of another namespace", monitor({}, { app: "broker" }, "default"), "spec.selector.matchLabels"],
    ["a port that the Service does not name", monitor({ port: "http" }), "spec.endpoints[0].port"],
    ["two groups of one name", [ruleType, { spec: twice }], "spec.groups[1].name"],
    ["an alert's name of two words", rules({ ...alert, alert: "It is down" }), "spec.groups[0].rules[0].alert"],
    ["an alert without an expression", rules(alert, { ...alert, expr: "" }), "spec.groups[0].rules[1].expr"],
    ["an alert for five", rules({ ...alert, for: "5" }), "spec.groups[0].rules[0].for"],
];

describe("simulated objects of the Prometheus operator", () => {
    for (const [what, [type, inputs], property] of refused) {
        it(`refuse ${what}`, () => {
            assert.deepEqual(refusals(type, inputs), [property]);
        });
    }

    it("take what is valid", () => {
        for (const [type, inputs] of [
            monitor({ interval: "30s", scrapeTimeout: "30s" }),
            monitor({}),
            rules(alert, { ...alert, alert: "Down2", for: "1h30m" }),
        ]) {
            assert.deepEqual(refusals(type, inputs), []);
        }
    });
});
