import assert from "node:assert/strict";
import { passwdFile } from "../../components/broker/access/passwd";
import { ScriptedCluster, type ClusterOptions } from "./support/cluster";
import { ops, type Ran, resultOf } from "./support/ops";

const snapshots = "snapshot.storage.k8s.io/v1";

describe("ops, without a stack's file", () => {
    // The client library takes seconds to load.
    let cluster: ScriptedCluster;

    async function start(options: ClusterOptions = {}): Promise<void> {
        cluster = await ScriptedCluster.start(options);
    }

    const run = (...words: string[]): Promise<Ran> =>
        ops(cluster, [...words, "--namespace", cluster.world.options.namespace], { stack: null });

    afterEach(() => cluster.stop());

    for (const [engine, name] of [
        ["helm", "vernemq"],
        ["operator", "vernemq-k8s"],
    ] as const) {
        it(`finds the brokers of the ${engine === "helm" ? "chart" : "operator"} by their StatefulSet, and that they are well`, async () => {
            await start({ engine });
            const ran = await run("status");
            assert.equal(ran.exitCode, 0, ran.out + ran.err);
            assert.ok(ran.out.startsWith(`${name} in namespace messaging, by ${cluster.kubeconfigPath}\n`), ran.out);
            assert.match(ran.out, /HAProxy: 2 of 2 ready/);
        });

        it(`knows which of their files hold users and rules, with the ${engine === "helm" ? "chart" : "operator"}`, async () => {
            await start({ engine });
            const change = (text: string) =>
                cluster.world.store.patch("v1/secrets", "vernemq-auth", {
                    data: { "vmq.passwd": Buffer.from(text).toString("base64") },
                });
            const users = passwdFile([{ name: "guest", password: "correct horse battery" }], "test");
            change(users);
            const ran = await run("reload");
            assert.equal(ran.exitCode, 0, ran.err);
            change(`${users}new:plain-text\n`);
            const refused = await run("reload");
            assert.equal(refused.exitCode, 4);
            assert.match(refused.err, /vmq\.passwd, line 2: .*no hash/);
        });
    }

    it("refuses with the operator's brokers what the operator would undo", async () => {
        await start({ engine: "operator" });
        for (const words of [
            ["drain", "1"],
            ["scale", "--to", "3", "--no-setting"],
        ]) {
            const ran = await run(...words);
            assert.equal(ran.exitCode, 4, ran.out);
            assert.match(ran.err, /^With brokers of VerneMQ's operator this is refused/);
        }
        assert.deepEqual(cluster.changes, []);
    });

    it("misses HAProxy's pods where its Deployment is there, and no others", async () => {
        await start({ haproxy: 0 });
        assert.equal((await run("status")).exitCode, 0);
        cluster.world.store.create("apps/v1/deployments", { metadata: { name: "vernemq-edge" }, spec: {} });
        const { problems } = resultOf(await run("status", "--json")) as { problems: string[] };
        assert.deepEqual(problems, ["The edge runs through HAProxy, and there is no HAProxy pod."]);
    });

    it("names the StatefulSets that it looks for where there is none, or both", async () => {
        await start();
        const none = await ops(cluster, ["status", "--namespace", "elsewhere"], { stack: null });
        assert.equal(none.exitCode, 2);
        assert.match(none.err, /^There is no StatefulSet vernemq or vernemq-k8s in namespace elsewhere[^\n]*\.\n$/);
        cluster.world.store.create("apps/v1/statefulsets", { metadata: { name: "vernemq-k8s" }, spec: {} });
        const both = await run("status");
        assert.equal(both.exitCode, 2);
        assert.match(both.err, /has both StatefulSets vernemq and vernemq-k8s: name the stack with --stack\.\n$/);
    });

    for (const words of [
        ["scale", "--to", "2", "--yes"],
        ["restore", "--from", "newest", "--replace", "--yes"],
    ]) {
        const [verb = ""] = words;
        it(`${verb} asks for --no-setting in one sentence, changes nothing, and then does it`, async () => {
            await start({
                customResources: [`${snapshots}/volumesnapshots`, `${snapshots}/volumesnapshotclasses`],
            });
            const { store } = cluster.world;
            store.create("v1/persistentvolumes", {
                metadata: { name: "pv-vernemq-0" },
                spec: { csi: { driver: "d" } },
            });
            store.create(`${snapshots}/volumesnapshotclasses`, { metadata: { name: "c" }, driver: "d" });
            const backup = await run("backup");
            assert.equal(backup.exitCode, 0, backup.err);
            assert.ok(
                backup.out.includes(
                    `restore --kubeconfig ${cluster.kubeconfigPath} --namespace messaging --from backup-`,
                ),
                backup.out,
            );
            const before = cluster.changes.length;
            const refused = await run(...words);
            assert.equal(refused.exitCode, 4);
            assert.match(refused.err, /^The number of brokers is a setting of the stack.*--no-setting[^\n]*\.\n$/);
            assert.equal(cluster.changes.length, before);
            const done = await run(...words, "--no-setting");
            assert.equal(done.exitCode, 0, done.err);
            assert.match(
                done.out,
                /it is not checked that the edge and the nodes of the stack have room for [23] brokers/,
            );
            assert.match(done.out, /pulumi config set --stack STACK --path vernemq:broker\.replicas [23]/);
        });
    }
});
