import assert from "node:assert/strict";
import { parseSettings } from "../../stacks/settings/parse";
import { change, rawConfig, valid, type StackConfig } from "../support";

const warnings = (settings: Readonly<Record<string, unknown>>, config: StackConfig = valid.existing) =>
    parseSettings(rawConfig(change(config, "vernemq:observability", settings))).warnings.filter((warning) =>
        warning.includes("observability"),
    );

describe("warnings about observability", () => {
    it("say that ServiceMonitors need an operator, unless the stack brings one", () => {
        assert.match(
            warnings({ metrics: "service-monitor" }).join("\n"),
            /needs a Prometheus operator .* in the cluster\.$/,
        );
        assert.match(
            warnings({ metrics: "service-monitor" }, valid.eks).join("\n"),
            /on a new one the first update stops at its objects/,
        );
        assert.doesNotMatch(
            warnings({ metrics: "service-monitor", stack: { enabled: true } }, valid.eks).join("\n"),
            /needs a Prometheus operator/,
        );
    });

    it("say that a second operator would fight the first, on a cluster that may have one", () => {
        const stacked = { metrics: "service-monitor", stack: { enabled: true } };
        assert.match(warnings(stacked).join("\n"), /two would fight/);
        assert.doesNotMatch(warnings(stacked, valid.eks).join("\n"), /two would fight/);
    });

    it("say that the stack's Alertmanager notifies no receiver, where there are alerts", () => {
        const stack = { enabled: true };
        assert.match(warnings({ metrics: "service-monitor", stack }).join("\n"), /sends alerts nowhere/);
        assert.doesNotMatch(
            warnings({ metrics: "service-monitor", stack, alerts: { enabled: false } }).join("\n"),
            /sends alerts nowhere/,
        );
    });

    it("are none where nothing is measured, or annotations do", () => {
        assert.deepEqual(warnings({}), []);
        assert.deepEqual(warnings({ metrics: "annotations" }), []);
    });
});
