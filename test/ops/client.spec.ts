import assert from "node:assert/strict";
import { ApiError, collections, connect, ConnectionError, type Kube } from "../../ops/kubernetes/client";
import { vmqAdmin } from "../../ops/vmq-admin/index";
import { ScriptedCluster } from "./support/cluster";

describe("ops/kubernetes", () => {
    let cluster: ScriptedCluster;
    let kube: Kube;

    beforeEach(async () => {
        // The client library takes seconds to load.
        cluster = await ScriptedCluster.start();
        kube = await connect(cluster.target, { timing: { backoffMs: 1, attempts: 3, timeoutMs: 60_000 } });
    });

    afterEach(() => cluster.stop());

    it("reads the StatefulSet, its pods and their claims", async () => {
        const { name, replicas, observed, readyReplicas, claimTemplates, selector } = await kube.statefulSet();
        assert.deepEqual(
            { name, replicas, observed, readyReplicas, claimTemplates, selector },
            {
                name: "vernemq",
                replicas: 3,
                observed: true,
                readyReplicas: 3,
                claimTemplates: ["data"],
                selector: { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" },
            },
        );
        const pods = await kube.pods();
        assert.deepEqual(
            pods.map((pod) => [pod.name, pod.ordinal, pod.phase, pod.ready, pod.restarts, pod.node]),
            [0, 1, 2].map((n) => [`vernemq-${n}`, n, "Running", true, 0, `node-${n}`]),
        );
        const claims = await kube.claims();
        assert.deepEqual(
            claims.map(({ name: claim, ordinal, phase, capacity }) => [claim, ordinal, phase, capacity]),
            [0, 1, 2].map((n) => [`data-vernemq-${n}`, n, "Bound", "20Gi"]),
        );
    });

    it("runs commands over WebSocket and tells output, errors and exit code apart", async () => {
        cluster.onExec = () => ({ stdout: "ü".repeat(1000), stderr: "oh", exitCode: 7 });
        assert.deepEqual(await kube.exec(1, ["anything"]), { stdout: "ü".repeat(1000), stderr: "oh", exitCode: 7 });
        assert.deepEqual(cluster.commands, ["vernemq-1: anything"]);
    });

    it("does not take a broken connection for a command's end", async () => {
        cluster.failAt(2, "after");
        await assert.rejects(
            kube.exec(0, ["vmq-admin", "cluster", "show"]),
            (error: unknown) => error instanceof ConnectionError && error.message.includes("before the command's end"),
        );
    });

    it("says why a command cannot run", async () => {
        cluster.failAt(2, { status: 403 });
        await assert.rejects(
            kube.exec(0, ["vmq-admin"]),
            (error: unknown) => error instanceof ApiError && error.status === 403,
        );
    });

    it("names the right that is missing where a stream is refused", async () => {
        for (const [verb, other] of [
            ["get", "create"],
            ["create", "get"],
        ] as const) {
            cluster.denied.clear();
            cluster.denied.add(`${verb} pods/exec`).add(`${verb} pods/portforward`);
            await assert.rejects(kube.exec(0, ["vmq-admin"]), (error: unknown) => {
                assert.ok(error instanceof ApiError && error.status === 403);
                assert.match(error.message, new RegExp(`lacks \`${verb}\` on \`pods/exec\` in namespace messaging`));
                assert.ok(!error.message.includes(`lacks \`${other}\``));
                return true;
            });
            const problem = await new Promise<string>((resolve, reject) => {
                kube.portForward(0, 1883, 0, resolve).then(async (forward) => {
                    const response = fetch(`http://127.0.0.1:${forward.port}`).catch(() => undefined);
                    await response;
                    await forward.close();
                }, reject);
            });
            assert.match(problem, new RegExp(`lacks \`${verb}\` on \`pods/portforward\``));
        }
    });

    it("repeats what only reads, and nothing that changes something", async () => {
        cluster.failAt(1, { status: 503 });
        cluster.failAt(2, "before");
        assert.equal((await kube.statefulSet()).replicas, 3);
        assert.equal(cluster.requests.length, 3);
        cluster.failAt(1, "after");
        await assert.rejects(
            kube.patch(collections.statefulSets, "vernemq", { spec: { replicas: 2 } }),
            ConnectionError,
        );
        assert.equal(cluster.requests.length, 4);
        assert.equal((await kube.statefulSet()).replicas, 2);
    });

    it("gives the server's own words for a refusal", async () => {
        await assert.rejects(
            kube.get(collections.snapshots, "x"),
            (error: unknown) => error instanceof ApiError && error.reason === "NotFound" && error.status === 404,
        );
        assert.equal(await kube.find(collections.pods, "nobody"), undefined);
        await assert.rejects(
            kube.patch(collections.statefulSets, "vernemq", {
                metadata: { resourceVersion: "1" },
                spec: { replicas: 1 },
            }),
            (error: unknown) => error instanceof ApiError && error.reason === "Conflict",
        );
    });

    it("names product and version in every request, streams too, and a field manager in every write", async () => {
        await kube.exec(0, ["vmq-admin", "cluster", "show"]);
        await kube.patch(collections.statefulSets, "vernemq", { metadata: { annotations: { a: "b" } } });
        await kube.create(collections.secrets, { metadata: { name: "extra" } });
        await kube.remove(collections.secrets, "extra");
        assert.equal(cluster.commands.length, 1);
        for (const { method, path, userAgent, query } of cluster.requests) {
            assert.match(userAgent ?? "", /^vernemq-ops\/\d+\.\d+\.\d+/, `${method} ${path}`);
            const isWrite = method === "POST" || method === "PATCH";
            assert.equal(query.get("fieldManager"), isWrite ? "vernemq-ops" : null, `${method} ${path}`);
        }
    });

    it("does not take the timeout of an unknown node's leave for one that goes on", async () => {
        const outcome = await vmqAdmin(kube).leave(0, "VerneMQ@nobody");
        assert.equal(outcome.kind, "refused");
        cluster.leaveTimesOut = true;
        const member = "VerneMQ@vernemq-2.vernemq-headless.messaging.svc.cluster.local";
        assert.deepEqual(await vmqAdmin(kube).leave(2, member), { kind: "underway" });
    });

    it("asks brokers for their view of the cluster", async () => {
        assert.deepEqual(await vmqAdmin(kube).clusterShow(2), [
            { node: "VerneMQ@vernemq-0.vernemq-headless.messaging.svc.cluster.local", running: true },
            { node: "VerneMQ@vernemq-1.vernemq-headless.messaging.svc.cluster.local", running: true },
            { node: "VerneMQ@vernemq-2.vernemq-headless.messaging.svc.cluster.local", running: true },
        ]);
    });
});
