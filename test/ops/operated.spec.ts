import assert from "node:assert/strict";
import { guidePorts } from "../../ops/port-forward/ports";
import { ScriptedCluster } from "./support/cluster";
import { ops, type Ran } from "./support/ops";

const deployments = "apps/v1/deployments";

describe("ops, with brokers that VerneMQ's operator has created", () => {
    // The client library takes seconds to load.
    let cluster: ScriptedCluster;

    before(async () => {
        cluster = await ScriptedCluster.start({
            replicas: 2,
            engine: "operator",
            customResources: ["snapshot.storage.k8s.io/v1/volumesnapshots"],
        });
    });

    after(() => cluster.stop());

    const run = (...words: string[]): Promise<Ran> => ops(cluster, words, { stack: "operator" });

    it("finds them by the operator's names", async () => {
        const ran = await run("status");
        assert.match(ran.out, /^vernemq-k8s in namespace messaging/);
        assert.match(ran.out, /2 of 2 brokers ready/);
        assert.equal(ran.exitCode, 0, ran.out + ran.err);
    });

    it("forwards to the listener that takes no PROXY header, which is another port than the chart's", () => {
        assert.deepEqual(guidePorts("operator"), [
            { local: 1883, remote: 1884 },
            { local: 8888, remote: 8888 },
        ]);
        assert.deepEqual(guidePorts("helm")[0], { local: 1883, remote: 1883 });
    });

    it("brings changed users to them", async () => {
        const ran = await run("reload");
        assert.equal(ran.exitCode, 0, ran.err);
    });

    for (const [words, reason] of [
        [["scale", "--to", "3", "--yes"], /the operator decides how many brokers.*vernemq:broker\.replicas/],
        [["drain", "1"], /liveness check.*five minutes/],
        [["upgrade", "--hold"], /recreates the StatefulSet/],
        [["upgrade", "--drain"], /liveness check/],
    ] as const) {
        it(`refuses ${words.join(" ")}, and changes nothing`, async () => {
            const before = cluster.changes.length;
            const ran = await run(...words);
            assert.equal(ran.exitCode, 4, ran.out);
            assert.match(ran.err, reason);
            assert.equal(ran.err.trim().split("\n").length, 1);
            assert.equal(cluster.changes.length, before);
        });
    }

    it("upgrades though messages wait in brokers without volumes, which hand them on when they stop", async () => {
        const emptied = await ScriptedCluster.start({
            replicas: 2,
            engine: "operator",
            persistence: false,
        });
        try {
            emptied.addQueue(1, { clientId: "asleep", messages: 3 });
            const ran = await ops(emptied, ["upgrade", "--restart"], { stack: "operator" });
            assert.equal(ran.exitCode, 0, ran.err);
        } finally {
            await emptied.stop();
        }
    });

    it("restores only while the operator is stopped, which could start brokers half way", async () => {
        cluster.world.store.create(deployments, { metadata: { name: "vmq-operator" }, spec: { replicas: 1 } });
        const running = await run("restore", "--from", "newest");
        assert.equal(running.exitCode, 4);
        assert.match(running.err, /scale deployment vmq-operator --replicas 0/);
        cluster.world.store.patch(deployments, "vmq-operator", { spec: { replicas: 0 } });
        const stopped = await run("restore", "--from", "newest");
        assert.match(stopped.err, /There is no complete backup .*of vernemq-k8s/);
    });
});
