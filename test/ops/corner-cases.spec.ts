import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { connect } from "../../ops/kubernetes/client";
import { runOps } from "../../ops/run";
import { ScriptedCluster, type ClusterOptions } from "./support/cluster";
import { ops, projectFolder, resultOf } from "./support/ops";

interface Status {
    readonly problems: readonly string[];
    readonly notes: readonly string[];
    readonly brokers: readonly { readonly name: string; readonly sessions?: number }[];
}

describe("ops, where not all is well", () => {
    // The client library takes seconds to load.
    let cluster: ScriptedCluster;

    async function start(options: ClusterOptions = {}): Promise<void> {
        cluster = await ScriptedCluster.start(options);
    }

    /** The status of brokers that are not healthy. */
    async function status(): Promise<Status> {
        const ran = await ops(cluster, ["status", "--json"]);
        assert.equal(ran.exitCode, 1, ran.err);
        return resultOf(ran) as Status;
    }

    function patchSet(patch: Record<string, unknown>): void {
        cluster.world.store.patch("apps/v1/statefulsets", "vernemq", patch);
    }

    afterEach(() => cluster.stop());

    describe("status", () => {
        it("shows the other brokers where the answer of one breaks off", async () => {
            await start();
            cluster.onExec = (pod) => (pod === "vernemq-1" ? "cut" : undefined);
            const { problems, brokers } = await status();
            assert.deepEqual(problems, [
                "vernemq-1 does not report its state: vernemq-1: vmq-admin cluster show --format=json: the connection broke before the command's end was known.",
            ]);
            assert.deepEqual(
                brokers.map(({ sessions }) => sessions),
                [0, undefined, 0],
            );
        });

        it("does not call brokers healthy that are stopped, nor their volumes a danger", async () => {
            await start();
            patchSet({ spec: { replicas: 0 } });
            cluster.world.settle();
            const { problems, notes } = await status();
            assert.deepEqual(problems, [
                "No broker runs: the StatefulSet vernemq has 0 replicas; `scale` starts brokers.",
            ]);
            assert.deepEqual(notes, []);
        });

        it("misses HAProxy where the stack's edge leads through it", async () => {
            await start({ haproxy: 0 });
            assert.deepEqual((await status()).problems, [
                "The edge runs through HAProxy, and there is no HAProxy pod.",
            ]);
        });

        it("gives the scheduler's word for a pod that finds no node, once", async () => {
            await start();
            const message = "0/3 nodes are available: 3 Insufficient memory.";
            const pod = cluster.world.store.get("v1/pods", "vernemq-2");
            const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
            Object.defineProperty(pod, "status", {
                get: () => ({ phase: "Pending", conditions }),
                set: () => undefined,
                enumerable: true,
            });
            assert.deepEqual((await status()).problems, [`vernemq-2 is not ready: Unschedulable: ${message}`]);
            const { out } = await ops(cluster, ["status"]);
            assert.match(out, /│ vernemq-2 │ Unschedulable │/);
        });
    });

    it("says what a StatefulSet that is not there may mean, with exit code 2", async () => {
        await start();
        const ran = await ops(cluster, ["status", "--namespace", "elsewhere"]);
        assert.equal(ran.exitCode, 2);
        assert.equal(
            ran.err,
            "There is no StatefulSet vernemq in namespace elsewhere: either the stack is not deployed (`npm run pipeline -- up`), or this is not its cluster or namespace.\n",
        );
    });

    it("ends with 2 where the user may not do it, and says where to read what it takes", async () => {
        await start();
        cluster.failAt(1, { status: 403, reason: "Forbidden", message: 'User "x" cannot get resource "statefulsets"' });
        const ran = await ops(cluster, ["status"]);
        assert.equal(ran.exitCode, 2);
        assert.match(ran.err, /User "x" cannot get resource "statefulsets"\.\ndocs\/guides\/operations\.md says/);
    });

    it("ends with 2 where the credentials are not taken", async () => {
        await start();
        cluster.failAt(1, { status: 401, reason: "Unauthorized", message: "Unauthorized" });
        const ran = await ops(cluster, ["status"]);
        assert.equal(ran.exitCode, 2);
        assert.match(ran.err, /Unauthorized\.\n.*sign in again, or fetch the kubeconfig again\.\n$/);
    });

    it("takes no node's or other pod's name for a broker's, whatever its number", async () => {
        await start();
        for (const name of ["node-1", "vernemq-edge-haproxy-5d9c-1"]) {
            const ran = await ops(cluster, ["drain", name]);
            assert.equal(ran.exitCode, 4);
            assert.equal(ran.err, `There is no broker ${name}; there are vernemq-0, vernemq-1, vernemq-2.\n`);
        }
        assert.deepEqual(cluster.changes, []);
    });

    describe("while another verb has not finished,", () => {
        const notes = {
            scale: [
                "vernemq.io/scale",
                JSON.stringify({ from: 3, to: 2, leaving: 2, since: "2026-01-01T00:00:00Z" }),
                /^A scaling to 2 brokers, begun 2026-01-01T00:00:00Z, is not finished/,
            ],
            restore: [
                "vernemq.io/restore",
                "backup-1 2026-01-01T00:00:00Z",
                /^A restore of backup-1, begun 2026-01-01T00:00:00Z, is not finished/,
            ],
        } as const;

        for (const [work, [annotation, value, why]] of Object.entries(notes)) {
            for (const words of [["backup"], ["drain", "1"], ["upgrade"], ["upgrade", "--hold"]]) {
                it(`${words.join(" ")} refuses to start beside a ${work}`, async () => {
                    const driver = { metadata: { name: "pv-vernemq-0" }, spec: { csi: { driver: "d" } } };
                    await start({
                        customResources: [
                            "snapshot.storage.k8s.io/v1/volumesnapshots",
                            "snapshot.storage.k8s.io/v1/volumesnapshotclasses",
                        ],
                    });
                    cluster.world.store.create("v1/persistentvolumes", driver);
                    const snapshotClass = { metadata: { name: "snapshots" }, driver: "d" };
                    cluster.world.store.create("snapshot.storage.k8s.io/v1/volumesnapshotclasses", snapshotClass);
                    patchSet({ metadata: { annotations: { [annotation]: value } } });
                    const ran = await ops(cluster, words);
                    assert.equal(ran.exitCode, 4);
                    assert.match(ran.err, why);
                    assert.deepEqual(cluster.changes, []);
                });
            }
        }

        it("upgrade goes on with no broker once a scaling has begun", async () => {
            await start();
            const before = cluster.world.brokerPods().map(({ metadata }) => metadata.uid);
            const ran = await runOps(
                ["upgrade", "--restart", "--stack", "dev", "--kubeconfig", cluster.kubeconfigPath],
                {
                    out: (text) => {
                        if (text.startsWith("vernemq-2 is back")) {
                            patchSet({ metadata: { annotations: { [notes.scale[0]]: notes.scale[1] } } });
                        }
                    },
                    err: () => undefined,
                    colors: false,
                },
                projectFolder,
                new AbortController().signal,
                { connect: (target, options) => connect(target, options), pace: 0 },
            );
            assert.equal(ran, 4);
            const after = cluster.world.brokerPods().map(({ metadata }) => metadata.uid);
            assert.equal(after.filter((uid) => before.includes(uid)).length, 2);
        });
    });

    it("upgrade waits until Kubernetes has seen a new template, and does not take every broker for up to date", async () => {
        await start();
        await ops(cluster, ["upgrade", "--hold"]);
        const { world } = cluster;
        const set = world.store.get("apps/v1/statefulsets", "vernemq");
        // The controller is slow: its status stays that of the template before for ten requests.
        const tick = world.tick.bind(world);
        let slow = 10;
        world.tick = () => {
            slow -= 1;
            if (slow < 0) {
                tick();
            }
        };
        const { spec } = set as unknown as { spec: { template: { spec: { containers: object[] } } } };
        const containers = [{ ...spec.template.spec.containers[0], image: "vernemq/vernemq:2.2.0-alpine" }];
        patchSet({ spec: { template: { spec: { containers } } } });
        const ran = await ops(cluster, ["upgrade"]);
        assert.equal(ran.exitCode, 0, ran.err);
        assert.match(ran.out, /Done: vernemq-2, vernemq-1, vernemq-0/);
    });

    it("two upgrades at once never have two brokers away; the one that is too late says why it ends", async () => {
        await start();
        const { world } = cluster;
        await ops(cluster, ["upgrade", "--hold"]);
        const { spec } = world.store.get("apps/v1/statefulsets", "vernemq") as unknown as {
            spec: { template: { spec: { containers: object[] } } };
        };
        const image = "vernemq/vernemq:2.2.0-alpine";
        patchSet({ spec: { template: { spec: { containers: [{ ...spec.template.spec.containers[0], image }] } } } });
        const tick = world.tick.bind(world);
        let away = 0;
        world.tick = () => {
            tick();
            away = Math.max(away, 3 - world.brokers.processes.length);
        };
        const runs = await Promise.all([ops(cluster, ["upgrade"]), ops(cluster, ["upgrade"])]);
        assert.equal(away, 1);
        assert.ok(runs.some(({ exitCode }) => exitCode === 0));
        for (const { err, exitCode } of runs.filter((ran) => ran.exitCode !== 0)) {
            assert.equal(exitCode, 1);
            assert.match(err, /the object has been modified\.\nAnother client changed it at the same time/);
        }
        const images = world.brokerPods().map((pod) => (pod.spec as { containers: { image: string }[] }).containers[0]);
        assert.deepEqual(
            images.map((container) => container?.image),
            [image, image, image],
        );
    });

    it("upgrade says that it ended a hold with nothing to roll", async () => {
        await start();
        await ops(cluster, ["upgrade", "--hold"]);
        assert.match((await ops(cluster, ["upgrade"])).out, /up to date; updates are no longer held\.\n$/);
        assert.match((await ops(cluster, ["upgrade"])).out, /up to date; nothing was done\.\n$/);
    });

    it("drain ends with 1 where a client stays that cannot be named, and lets all behind it go", async () => {
        await start();
        for (const clientId of ['"1', '"2', '"3', "a", "b", "c"]) {
            cluster.addQueue(1, { clientId, online: true });
        }
        const ran = await ops(cluster, ["drain", "1", "--batch", "2", "--json"]);
        assert.equal(ran.exitCode, 1, ran.err);
        assert.deepEqual([...cluster.world.dataOf(1).queues.keys()], ['"1', '"2', '"3']);
        assert.equal((resultOf(ran) as { connected: number }).connected, 3);
    });

    describe("reload", () => {
        it("names brokers that do not run", async () => {
            await start();
            cluster.world.unschedulable.add("vernemq-2");
            cluster.world.deletePod("vernemq-2");
            cluster.world.settle();
            const { out, exitCode } = await ops(cluster, ["reload"]);
            assert.equal(exitCode, 0);
            assert.match(out, /live at vernemq-0, vernemq-1\. .*\nNot at vernemq-2, which does not run/);
        });

        it("looks again at a broker whose answer broke off", async () => {
            await start();
            let cuts = 2;
            cluster.onExec = (pod) => (pod === "vernemq-1" && cuts-- > 0 ? "cut" : undefined);
            const { exitCode, out } = await ops(cluster, ["reload"]);
            assert.equal(exitCode, 0);
            assert.equal(out.match(/waiting for the files of vernemq-1/g)?.length, 1);
        });
    });

    describe("a question", () => {
        /** Runs a scaling that asks, with an operator at a keyboard. */
        async function answered(answer: (keyboard: PassThrough) => void): Promise<{ exitCode: number; err: string }> {
            await start();
            const [keyboard, screen] = [new PassThrough(), new PassThrough()];
            let err = "";
            const running = runOps(
                ["scale", "--to", "2", "--no-setting", "--stack", "dev", "--kubeconfig", cluster.kubeconfigPath],
                {
                    out: () => undefined,
                    err: (text) => (err += text),
                    terminal: { input: keyboard, output: screen },
                    colors: false,
                },
                projectFolder,
                new AbortController().signal,
                { connect: (target, options) => connect(target, options), pace: 0 },
            );
            await once(screen, "data");
            answer(keyboard);
            return { exitCode: await running, err };
        }

        it("is answered by y, and by nothing else", async () => {
            assert.equal((await answered((keyboard) => keyboard.write("y\n"))).exitCode, 0);
            await cluster.stop();
            const no = await answered((keyboard) => keyboard.write("\n"));
            assert.deepEqual(no, { exitCode: 4, err: "Nothing was changed.\n" });
            assert.deepEqual(cluster.changes, []);
        });

        it("that is no longer answered is a no", async () => {
            const ended = await answered((keyboard) => keyboard.end());
            assert.deepEqual(ended, { exitCode: 4, err: "Nothing was changed.\n" });
            assert.deepEqual(cluster.changes, []);
        });
    });
});
