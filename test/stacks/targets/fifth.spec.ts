import assert from "node:assert/strict";
import { configurationReference } from "../../../docs/reference";
import { edgeMatrix } from "../../../docs/matrix";
import { digestOfPlan } from "../../../pipeline/comment/offline";
import { commentBudget, render } from "../../../pipeline/comment/render";
import { guard } from "../../../pipeline/guards";
import { compare, type Comparison } from "../../../plan/changes/from-comparison";
import { loadUpdateRules } from "../../../plan/changes/update-rules";
import { checkPlan } from "../../../plan/checks";
import type { Plan } from "../../../plan/plan";
import { registerSimulatedProvider } from "../../../simulation";
import { register } from "../../../stacks/targets/registry";
import type { Target } from "../../../stacks/targets/target";
import { change, only, planOf, problemsOf, type StackConfig, tryPlan } from "../../support";
import { nimbus } from "./nimbus";
import { proxyHeaderAnnotation } from "./nimbus/annotations";
import { nimbusProvider } from "./nimbus/provider";

const config: StackConfig = {
    "nimbus:region": "north-1",
    "vernemq:target": "nimbus",
    "vernemq:broker": { acceptLicense: true, users: [{ name: "device" }] },
    "vernemq:edge": { host: "mqtt.example.com" },
    "vernemq:certificate": { source: "self-signed" },
    "vernemq:dns": { zone: "example.com" },
};

/** Fields that a record may leave out. */
type Optional = { [K in keyof Target]-?: object extends Pick<Target, K> ? K : never }[keyof Target];

describe("A fifth target, which nothing outside its own folder names", () => {
    const undo: (() => void)[] = [];
    let plan: Plan;

    before(async () => {
        undo.push(register(nimbus), registerSimulatedProvider(nimbusProvider));
        plan = await planOf(config);
    });
    after(() => {
        for (const step of undo) {
            step();
        }
    });

    async function comparedWith(changed: StackConfig): Promise<Comparison> {
        const after = await planOf(changed);
        return compare(plan, after, await loadUpdateRules([...plan.resources, ...after.resources]));
    }

    it("has to fill every field of its record", () => {
        // A field that may be left out makes this fail to compile.
        const optional: readonly Optional[] = [] satisfies readonly never[];
        assert.deepEqual(optional, []);
    });

    it("is planned, with its own resources, connection path and warnings", () => {
        assert.deepEqual(
            plan.edge.hops.map(({ title }) => title),
            ["Nimbus Load Balancer", "HAProxy", "VerneMQ"],
        );
        assert.equal(only(plan, "nimbus:index/cluster:Cluster").inputs["region"], "north-1");
        assert.equal(only(plan, "nimbus:index/nodePool:NodePool").inputs["count"], 3);
        assert.equal(only(plan, "nimbus:index/dnsRecord:DnsRecord").inputs["name"], "mqtt.example.com");
        assert.ok(plan.warnings.includes("Nimbus upgrades its control plane on Sundays."));
    });

    it("is checked: all that is asked of any target holds", () => {
        assert.deepEqual(
            plan.checks.filter(({ status }) => status !== "pass").map(({ name, detail }) => `${name}: ${detail}`),
            [],
        );
    });

    it("is checked by its resources: a load balancer without PROXY header fails, by name and input", () => {
        const resources = plan.resources.map((resource) => {
            const metadata = resource.inputs["metadata"] as { annotations?: Record<string, unknown> } | undefined;
            return metadata?.annotations?.[proxyHeaderAnnotation] === undefined
                ? resource
                : { ...resource, inputs: { ...resource.inputs, metadata: { ...metadata, annotations: {} } } };
        });
        const failed = checkPlan({ ...plan, resources }).filter(({ status }) => status === "fail");
        assert.match(failed.map(({ detail }) => detail).join("\n"), /vernemq-edge.*nimbus\.example\/proxy-header/);
    });

    it("has its settings, config keys, rules, zone and edge checked", () => {
        const keys = (changed: StackConfig) => problemsOf(changed).map(({ key }) => key);
        assert.deepEqual(keys({ ...config, "nimbus:region": "NORTH" }), ["nimbus:region"]);
        assert.deepEqual(keys({ ...config, "vernemq:cluster": { color: "blue" } }), ["vernemq:cluster.color"]);
        assert.deepEqual(keys(change(config, "vernemq:broker", { replicas: 51 })), ["vernemq:broker.replicas"]);
        assert.deepEqual(keys({ ...config, "vernemq:dns": { zone: "example.net" } }), ["vernemq:dns.zone"]);
        assert.deepEqual(keys(change(config, "vernemq:edge", { keepaliveSeconds: 3600 })), [
            "vernemq:edge.keepaliveSeconds",
        ]);
    });

    it("is refused what its cloud refuses", async () => {
        const { rejections } = await tryPlan({ ...config, "vernemq:cluster": { version: "1.35.2" } });
        assert.deepEqual(
            rejections.map(({ rule }) => rule),
            ["versions of Kubernetes have two parts"],
        );
    });

    it("is compared, guarded and shown in a comment: another region replaces the cluster", async () => {
        const comparison = await comparedWith({ ...config, "nimbus:region": "south-2" });
        assert.ok(
            comparison.changes.some(
                ({ type, action }) => type === "nimbus:index/cluster:Cluster" && action === "replace",
            ),
        );
        assert.match(comparison.warnings.join("\n"), /cluster/);
        assert.deepEqual(
            guard(comparison.changes)
                .filter(({ role }) => role === "cluster")
                .map(({ kind }) => kind),
            ["replace"],
        );
        const comment = render(digestOfPlan(plan, comparison), commentBudget);
        assert.match(comment, /nimbus north-1|nimbus/);
        assert.match(comment, /vernemq-cluster-cluster/);
    });

    it("is in the reference of settings and in the matrix", () => {
        assert.match(configurationReference(), /vernemq:cluster \(target nimbus\)/);
        assert.match(configurationReference(), /nimbus:region/);
        assert.match(edgeMatrix(), /Nimbus Load Balancer \(PROXY v2\) → HAProxy/);
    });
});
