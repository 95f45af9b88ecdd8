import assert from "node:assert/strict";
import type { Check } from "../../../plan/checks";
import { compare } from "../../../plan/changes/from-comparison";
import type { PlannedResource } from "../../../plan/graph";
import { topologyOf } from "../../../plan/render/topology";
import { change, only, planOf, valid, validOperator } from "../../support";
import { planWith, resource } from "../support";

const verneMqType = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";

function brokers(spec: Readonly<Record<string, unknown>>): PlannedResource {
    return resource(verneMqType, "vernemq-brokers-resource", {
        metadata: { name: "k8s", namespace: "messaging" },
        spec: { size: 2, ...spec },
    });
}

function warnings(before: readonly PlannedResource[], after: readonly PlannedResource[]): readonly string[] {
    return compare(planWith(before), planWith(after), () => ({ replaceOn: [], deletesFirst: false })).warnings;
}

describe("The consequences of an update with the operator", () => {
    it("say what to delete, because the operator changes nothing that it made", () => {
        const [warning = "", ...others] = warnings(
            [brokers({ image: "a:1", config: { listeners: [] }, bundlerImage: "b:1" })],
            [brokers({ image: "a:2", config: { listeners: [{ port: 1 }] }, bundlerImage: "b:2" })],
        );
        assert.deepEqual(others, []);
        assert.match(warning, /^The VerneMQ resource changes \(bundlerImage, config, image\)/);
        assert.match(
            warning,
            /kubectl delete secret vernemq-yaml --namespace messaging, kubectl delete deployment vernemq-k8s-deployment --namespace messaging, kubectl delete statefulset vernemq-k8s --cascade=orphan --namespace messaging\./,
        );
    });

    it("name only what a change concerns, and nothing where there is none", () => {
        const [warning = ""] = warnings([brokers({ config: 1 })], [brokers({ config: 2 })]);
        assert.match(warning, /secret vernemq-yaml/);
        assert.doesNotMatch(warning, /statefulset|deployment/);
        assert.deepEqual(warnings([brokers({})], [brokers({})]), []);
    });

    it("of fewer brokers: who leaves, and which claims go after", () => {
        const fewer = (storage: object) =>
            warnings([brokers({ size: 4, storage })], [brokers({ size: 2, storage })]).at(-1) ?? "";
        assert.match(
            fewer({ emptyDir: {} }),
            /^From 4 to 2 brokers: vernemq-k8s-3 and vernemq-k8s-2 must leave the cluster, which upstream's preStop hook does\.$/,
        );
        assert.match(
            fewer({ volumeClaimTemplate: {} }),
            /their volume claims, vernemq-k8s-db-vernemq-k8s-3 and vernemq-k8s-db-vernemq-k8s-2, have to be deleted then/,
        );
    });

    it("of another engine: what stays behind", async () => {
        const [chart, operated] = [await planOf(valid.existing), await planOf(validOperator)];
        const rules = () => ({ replaceOn: [], deletesFirst: false });
        assert.match(
            compare(chart, operated, rules).warnings.join("\n"),
            /changes from helm to operator: .*stay behind/,
        );
        assert.match(
            compare(operated, chart, rules).warnings.join("\n"),
            /changes from operator to helm: .*stay behind/,
        );
    });
});

describe("The checks of the operator's brokers", () => {
    const status = (name: string, ...planned: readonly PlannedResource[]): Check["status"] | undefined =>
        planWith(planned).checks.find((check) => check.name.startsWith(name))?.status;
    const flags = ["publish", "register", "subscribe", "unsubscribe"].map(
        (what) => `allow_${what}_during_netsplit = on`,
    );

    it("want all four netsplit flags on", () => {
        const claim = "One lost broker";
        assert.equal(status(claim, brokers({ vmqConfig: flags.join("\n") })), "pass");
        assert.equal(status(claim, brokers({ vmqConfig: flags.slice(1).join("\n") })), "fail");
        assert.equal(status(claim, brokers({ vmqConfig: flags.join("\n").replace("= on", "= off") })), "fail");
        assert.equal(status(claim, brokers({ size: 1, vmqConfig: "" })), undefined);
    });

    it("want a budget that keeps all but one", () => {
        const claim = "Node maintenance";
        const budget = (minAvailable: number) =>
            resource("kubernetes:policy/v1:PodDisruptionBudget", "budget", {
                spec: { minAvailable, selector: { matchLabels: { app: "vernemq" } } },
            });
        assert.equal(status(claim, brokers({})), "warn");
        assert.equal(status(claim, brokers({}), budget(1)), "pass");
        assert.equal(status(claim, brokers({}), budget(2)), "warn");
    });

    it("want their own cookie and brokers in different zones", () => {
        const claims = ["The brokers have their own Erlang cookie", "Brokers are spread"];
        assert.deepEqual(
            claims.map((claim) => status(claim, brokers({ env: [{ name: "A" }], affinity: {} }))),
            ["warn", "warn"],
        );
    });

    it("want a node for each broker", async () => {
        const config = {
            ...validOperator,
            "vernemq:target": "doks",
            "vernemq:cluster": { region: "fra1", version: "1.35.1-do.0", apiAllowedCidrs: ["203.0.113.0/24"] },
        };
        const plan = await planOf(config);
        const pool = only(plan, "digitalocean:index/kubernetesNodePool:KubernetesNodePool");
        const small = plan.resources.map((one) =>
            one === pool ? { ...one, inputs: { ...one.inputs, nodeCount: 1 } } : one,
        );
        assert.equal(status("Each broker has its own node", ...plan.resources), "pass");
        assert.equal(status("Each broker has its own node", ...small), "fail");
    });
});

describe("The picture of a plan with the operator", () => {
    it("has the operator's pods", async () => {
        const plan = await planOf(change(validOperator, "vernemq:broker", { replicas: 3 }));
        assert.deepEqual(topologyOf(plan).brokers, ["vernemq-k8s-0", "vernemq-k8s-1", "vernemq-k8s-2"]);
    });
});
