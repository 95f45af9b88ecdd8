import assert from "node:assert/strict";
import { change, childrenOf, only, planOf, valid, type StackConfig, tryPlan } from "../../support";

function changed(settings: Readonly<Record<string, unknown>>): StackConfig {
    return change(valid.existing, "vernemq:cluster", settings);
}

async function providerOf(config: StackConfig) {
    return only(await planOf(config), "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes").inputs;
}

/** ConfigMaps and Secrets are changed in place. The provider's inputs are JSON texts. */
const inPlace = { enableConfigMapMutable: "true", enableSecretMutable: "true" };

describe("an existing cluster", () => {
    it("gets a provider and nothing else", async () => {
        const plan = await planOf(valid.existing);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:ExistingCluster")), [
            "pulumi:providers:kubernetes vernemq-cluster-kubernetes",
        ]);
    });

    it("is the machine's own kubeconfig where none is given, and then no output shows one", async () => {
        const plan = await planOf(valid.existing);
        assert.deepEqual(only(plan, "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes").inputs, {
            clusterIdentifier: "existing/existing",
            ...inPlace,
        });
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["kubeconfig"], undefined);
    });

    it("may be a context that this machine does not have", async () => {
        assert.deepEqual(await providerOf(changed({ name: "rack-1", context: "nowhere" })), {
            clusterIdentifier: "existing/rack-1",
            ...inPlace,
            context: "nowhere",
        });
    });

    it("takes the contents of a kubeconfig as a secret", async () => {
        const plan = await planOf(changed({ kubeconfig: { secure: "encrypted" } }));
        const provider = only(plan, "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes").inputs;
        assert.deepEqual(provider, { clusterIdentifier: "existing/existing", ...inPlace, kubeconfig: "[secret]" });
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["kubeconfig"], "[secret]");
    });

    it("takes the path of a kubeconfig, whose contents are a secret", async () => {
        assert.deepEqual(await providerOf(changed({ kubeconfigPath: __filename })), {
            clusterIdentifier: "existing/existing",
            ...inPlace,
            kubeconfig: "[secret]",
        });
    });

    it("says in one problem, without a stack trace, that a path cannot be read", async () => {
        await assert.rejects(
            tryPlan(changed({ kubeconfigPath: "/nowhere/kubeconfig" })),
            /has 1 problem:\n\n {2}vernemq:cluster\.kubeconfigPath = "\/nowhere\/kubeconfig"\n {4}rule: {3}the file cannot be read/,
        );
    });

    it("runs VerneMQ on the nodes that are its own", async () => {
        const plan = await planOf(
            changed({ brokerNodeLabels: { role: "mqtt" }, brokerNodeTaint: { key: "mqtt", value: "yes" } }),
        );
        const values = only(plan, "kubernetes:helm.sh/v3:Release").inputs["values"] as Record<string, unknown>;
        assert.deepEqual(values["nodeSelector"], { role: "mqtt" });
        assert.deepEqual(values["tolerations"], [
            { key: "mqtt", operator: "Equal", value: "yes", effect: "NoSchedule" },
        ]);
    });
});
