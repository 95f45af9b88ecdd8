import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../../components/common/problem";
import { Secret } from "../../../components/common/secret";
import { parseSettings } from "../../../stacks/settings/parse";
import { change, childrenOf, only, planOf, rawConfig, valid, type StackConfig, tryPlan } from "../../support";

function changed(settings: Readonly<Record<string, unknown>>): StackConfig {
    return change(valid.existing, "vernemq:cluster", settings);
}

async function providerOf(config: StackConfig) {
    return only(await planOf(config), "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes").inputs;
}

/** ConfigMaps and Secrets are changed in place. The provider's inputs are JSON texts. */
const inPlace = { enableConfigMapMutable: "true", enableSecretMutable: "true" };

const kubeconfig = `apiVersion: v1
kind: Config
current-context: rack
clusters: [{ name: rack, cluster: { server: "https://192.0.2.1:6443" } }]
contexts: [{ name: rack, context: { cluster: rack, user: admin } }]
users:
  - name: admin
    user:
      exec: { apiVersion: client.authentication.k8s.io/v1, command: sh, args: ["-c", "COMMAND"], interactiveMode: Never }
`;

describe("an existing cluster", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-kubeconfig-"));
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    function fileWith(text: string): string {
        const file = join(folder, "kubeconfig");
        writeFileSync(file, text);
        return file;
    }

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
        assert.deepEqual(await providerOf(changed({ kubeconfigPath: fileWith(kubeconfig) })), {
            clusterIdentifier: "existing/existing",
            ...inPlace,
            kubeconfig: "[secret]",
        });
    });

    it("never runs a program that a kubeconfig names for credentials", async () => {
        const left = join(folder, "was-run");
        await planOf(changed({ kubeconfigPath: fileWith(kubeconfig.replace("COMMAND", `touch ${left}`)) }));
        assert.equal(existsSync(left), false);
    });

    const broken: readonly (readonly [string, string, Readonly<Record<string, unknown>>, RegExp])[] = [
        ["is garbage", "\u0000\u001b[2J}{: hunter2", {}, /kubeconfigPath\n {4}rule: {3}this is not a kubeconfig/],
        ["is a scalar", "hunter2", {}, /kubeconfigPath\n {4}rule: {3}this is not a kubeconfig/],
        ["refers to itself", "&a\ncontexts: *a\n", {}, /kubeconfigPath\n {4}rule: {3}this is not a kubeconfig/],
        [
            "lacks the context",
            kubeconfig,
            { context: "rak" },
            /cluster\.context\n {4}rule: {3}the kubeconfig has no context rak\n {4}remedy: did you mean rack\? expected: one of rack$/,
        ],
        [
            "has no current context",
            kubeconfig.replace("current-context: rack\n", ""),
            {},
            /cluster\.context\n {4}rule: {3}the kubeconfig has no current context/,
        ],
    ];
    for (const [what, text, settings, message] of broken) {
        it(`says in one problem that a kubeconfig ${what}, without its contents`, async () => {
            await assert.rejects(
                tryPlan(changed({ kubeconfigPath: fileWith(text), ...settings })),
                (error: Error) => message.test(error.message) && !error.message.includes("hunter2"),
            );
        });

        it(`says the same of decrypted contents, where a kubeconfig ${what}`, () => {
            const raw = rawConfig(changed(settings));
            const contents = { ...(raw.values["vernemq:cluster"] as object), kubeconfig: new Secret(text) };
            assert.throws(
                () => parseSettings({ ...raw, values: { ...raw.values, "vernemq:cluster": contents } }),
                (error) =>
                    error instanceof ConfigurationError &&
                    error.problems.length === 1 &&
                    message.test(error.message.replace("cluster.kubeconfig\n", "cluster.kubeconfigPath\n")) &&
                    !error.message.includes("hunter2"),
            );
        });
    }

    it("takes contents that have the context, and runs none of their programs", () => {
        const left = join(folder, "was-run-too");
        const raw = rawConfig(changed({ context: "rack" }));
        const text = kubeconfig.replace("COMMAND", `touch ${left}`);
        const contents = { ...(raw.values["vernemq:cluster"] as object), kubeconfig: new Secret(text) };
        parseSettings({ ...raw, values: { ...raw.values, "vernemq:cluster": contents } });
        assert.equal(existsSync(left), false);
    });

    it("reads no device and no pipe", async () => {
        await assert.rejects(tryPlan(changed({ kubeconfigPath: "/dev/zero" })), /rule: {3}the file cannot be read/);
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
