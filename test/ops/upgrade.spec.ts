import assert from "node:assert/strict";
import { nextStep, versionOf, versionProblem } from "../../ops/upgrade/plan";
import { ScriptedCluster, type ClusterOptions } from "./support/cluster";
import { ops } from "./support/ops";

const newImage = "vernemq/vernemq:2.2.0-alpine";

describe("ops upgrade", () => {
    // The client library takes seconds to load.
    let cluster: ScriptedCluster;

    async function start(options: ClusterOptions = {}): Promise<void> {
        cluster = await ScriptedCluster.start(options);
    }

    afterEach(() => cluster.stop());

    /** What an update of the stack does to the StatefulSet. */
    function setImage(image: string): void {
        const { spec } = cluster.world.store.get("apps/v1/statefulsets", "vernemq");
        const { template } = spec as { template: { spec: { containers: object[] } } };
        const [container] = template.spec.containers;
        cluster.world.store.patch("apps/v1/statefulsets", "vernemq", {
            spec: { template: { spec: { containers: [{ ...container, image }] } } },
        });
    }

    function images(): unknown[] {
        return cluster.world
            .brokerPods()
            .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
            .map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0]?.image);
    }

    function partition(): unknown {
        const { spec } = cluster.world.store.get("apps/v1/statefulsets", "vernemq");
        return (spec as { updateStrategy: { rollingUpdate?: { partition: number } } }).updateStrategy.rollingUpdate
            ?.partition;
    }

    /** At most one broker is ever away while a run goes on. */
    function watchAbsences(): { most: number } {
        const seen = { most: 0 };
        const tick = cluster.world.tick.bind(cluster.world);
        cluster.world.tick = () => {
            tick();
            seen.most = Math.max(seen.most, 3 - cluster.world.brokers.processes.length);
        };
        return seen;
    }

    it("holds an update back, and then brings it to one broker after another", async () => {
        await start();
        assert.equal((await ops(cluster, ["upgrade", "--hold"])).exitCode, 0);
        assert.equal(partition(), 3);
        setImage(newImage);
        cluster.world.settle();
        assert.deepEqual(images(), Array(3).fill("vernemq/vernemq:2.1.2-alpine"));
        const absences = watchAbsences();
        const ran = await ops(cluster, ["upgrade"]);
        assert.equal(ran.exitCode, 0, ran.err);
        assert.deepEqual(images(), Array(3).fill(newImage));
        assert.equal(partition(), undefined);
        assert.equal(absences.most, 1);
        assert.deepEqual(
            [...ran.out.matchAll(/^(vernemq-\d) goes down\.$/gm)].map(([, name]) => name),
            ["vernemq-2", "vernemq-1", "vernemq-0"],
        );
    });

    it("stops before the next broker where one that came back is not seen by all the others", async () => {
        await start();
        await ops(cluster, ["upgrade", "--hold"]);
        setImage(newImage);
        // vernemq-2 comes back as a separate cluster.
        cluster.world.dataOf(2).group = { members: new Set([cluster.world.nodeName(2)]) };
        cluster.world.dataOf(0).group?.members.delete(cluster.world.nodeName(2));
        const ran = await ops(cluster, ["upgrade", "--timeout", "30"]);
        assert.equal(ran.exitCode, 1);
        assert.match(ran.err, /^The next broker must not go down: vernemq-2 is a separate cluster/);
        assert.deepEqual(images(), Array(3).fill("vernemq/vernemq:2.1.2-alpine"));
        assert.equal(partition(), 3);
    });

    it("goes on where a run was cut off, at whatever request", async () => {
        await start();
        await ops(cluster, ["upgrade", "--hold"]);
        setImage(newImage);
        let runs = 0;
        for (let at = 5; ; at += 7) {
            cluster.crashAt(at, at % 2 === 0 ? "before" : "after");
            const ran = await ops(cluster, ["upgrade"]);
            runs += 1;
            cluster.recover();
            if (ran.exitCode === 0) {
                break;
            }
            assert.equal(ran.exitCode, 1);
            assert.ok(runs < 60, "it never ends");
        }
        assert.ok(runs > 2);
        assert.deepEqual(images(), Array(3).fill(newImage));
        assert.equal(partition(), undefined);
    });

    it("restarts brokers that are up to date, each once, though the first run is cut off", async () => {
        await start();
        const before = cluster.world.brokerPods().map(({ metadata }) => metadata.uid);
        cluster.crashAt(60, "after");
        assert.equal((await ops(cluster, ["upgrade", "--restart"])).exitCode, 1);
        cluster.recover();
        const ran = await ops(cluster, ["upgrade", "--restart"]);
        assert.equal(ran.exitCode, 0, ran.err);
        const after = cluster.world.brokerPods().map(({ metadata }) => metadata.uid);
        assert.deepEqual(
            after.filter((uid) => before.includes(uid)),
            [],
        );
        assert.equal(cluster.changes.filter((change) => change.startsWith("DELETE")).length, 3);
        assert.deepEqual(cluster.world.store.get("apps/v1/statefulsets", "vernemq").metadata.annotations, {});
    });

    it("drains each broker before, so that persistent sessions move while it still runs", async () => {
        await start();
        await ops(cluster, ["upgrade", "--hold"]);
        setImage(newImage);
        for (const ordinal of [0, 1, 2]) {
            cluster.addQueue(ordinal, { clientId: `c${ordinal}`, online: true, messages: 2 });
        }
        let cutOff = 0;
        const stop = cluster.world.brokers.stop.bind(cluster.world.brokers);
        cluster.world.brokers.stop = (node) => {
            const queues = cluster.world.brokers.process(node)?.data.queues.values() ?? [];
            cutOff += [...queues].filter(({ online }) => online).length;
            stop(node);
        };
        const ran = await ops(cluster, ["upgrade", "--drain"]);
        assert.equal(ran.exitCode, 0, ran.err);
        assert.equal(cutOff, 0);
        assert.deepEqual(images(), Array(3).fill(newImage));
        assert.equal(cluster.queuedMessages, 6);
    });

    it("refuses an older version and leaves everything as it is", async () => {
        await start();
        await ops(cluster, ["upgrade", "--hold"]);
        setImage("vernemq/vernemq:2.0.1-alpine");
        const ran = await ops(cluster, ["upgrade"]);
        assert.equal(ran.exitCode, 4);
        assert.match(ran.err, /^The brokers run 2\.1\.2, and 2\.0\.1 is older/);
        assert.equal(partition(), 3);
    });

    it("does not lose messages of brokers without volumes unless told to", async () => {
        await start({ persistence: false });
        cluster.addQueue(1, { clientId: "asleep", messages: 3 });
        const ran = await ops(cluster, ["upgrade", "--restart"]);
        assert.equal(ran.exitCode, 4);
        assert.match(ran.err, /3 messages wait for offline clients/);
        assert.deepEqual(cluster.changes, []);
        const accepted = await ops(cluster, ["upgrade", "--restart", "--accept-loss"]);
        assert.equal(accepted.exitCode, 0, accepted.err);
    });

    it("asks before the only broker goes down", async () => {
        await start({ replicas: 1 });
        const ran = await ops(cluster, ["upgrade", "--restart"]);
        assert.equal(ran.exitCode, 2);
        assert.match(ran.err, /add --yes/);
        assert.equal((await ops(cluster, ["upgrade", "--restart", "--yes"])).exitCode, 0);
    });
});

describe("ops/upgrade/plan", () => {
    const pods = [0, 1, 2].map((ordinal) => ({ ordinal, uid: `u${ordinal}`, revision: "old" }));
    const none = new Set<string>();

    it("lets Kubernetes replace the highest outdated broker by lowering the partition to it", () => {
        const state = { strategy: "RollingUpdate", partition: 3, updateRevision: "new", pods, restart: none };
        assert.deepEqual(nextStep(state), { kind: "release", ordinal: 2 });
        assert.deepEqual(nextStep({ ...state, partition: 2 }), { kind: "wait", ordinal: 2 });
        assert.deepEqual(nextStep({ ...state, updateRevision: "old" }), { kind: "done" });
    });

    it("deletes pods itself where Kubernetes replaces none", () => {
        const state = { strategy: "OnDelete", partition: 0, updateRevision: "new", pods, restart: none };
        assert.deepEqual(nextStep(state), { kind: "delete", ordinal: 2, uid: "u2" });
        assert.deepEqual(
            nextStep({ ...state, strategy: "RollingUpdate", updateRevision: "old", restart: new Set(["u1"]) }),
            { kind: "delete", ordinal: 1, uid: "u1" },
        );
    });

    it("reads versions from tags, and none from digests, words and registries with ports", () => {
        assert.equal(versionOf("vernemq/vernemq:2.1.2-alpine"), "2.1.2");
        assert.equal(versionOf("registry.example.com:5000/vernemq"), undefined);
        assert.equal(versionOf("vernemq/vernemq@sha256:1234"), undefined);
        assert.equal(versionOf("mirror/vernemq:main"), undefined);
    });

    it("refuses older versions and jumps over a major one", () => {
        const at = (version: string) => `vernemq/vernemq:${version}`;
        assert.equal(versionProblem([at("2.1.1"), at("2.1.2")], at("2.1.2")), undefined);
        assert.match(versionProblem([at("2.1.2"), at("2.1.1")], at("2.1.1")) ?? "", /2\.1\.1 is older/);
        assert.match(versionProblem([at("1.13.0")], at("3.0.0")) ?? "", /skips a major version/);
        assert.equal(versionProblem([at("1.13.0")], at("2.2.0")), undefined);
        assert.equal(versionProblem([at("main")], at("2.2.0")), undefined);
    });
});
