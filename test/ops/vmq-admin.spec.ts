import assert from "node:assert/strict";
import type { ExecResult, Kube } from "../../ops/kubernetes/client";
import { brokerOrdinal, vmqAdmin, VmqAdminError } from "../../ops/vmq-admin/index";
import { readOutput } from "../../ops/vmq-admin/output";

/** A cluster whose pods answer every command with the same. */
function answering(result: Partial<ExecResult>): { kube: Kube; commands: string[][] } {
    const commands: string[][] = [];
    const kube: Pick<Kube, "statefulSetName" | "exec"> = {
        statefulSetName: "vernemq",
        exec: (_ordinal, command) => {
            commands.push([...command]);
            return Promise.resolve({ stdout: "", stderr: "", exitCode: 0, ...result });
        },
    };
    return { kube: kube as Kube, commands };
}

describe("ops/vmq-admin", () => {
    it("reads the cluster as JSON, which it asks for", async () => {
        const { kube, commands } = answering({
            stdout: '{"table":[{"Node":"VerneMQ@b","Running":false},{"Node":"VerneMQ@a","Running":true}],"type":"table"}',
        });
        assert.deepEqual(await vmqAdmin(kube).clusterShow(0), [
            { node: "VerneMQ@a", running: true },
            { node: "VerneMQ@b", running: false },
        ]);
        assert.deepEqual(commands, [["vmq-admin", "cluster", "show", "--format=json"]]);
    });

    it("says the first line of a failure on stderr or stdout, as VerneMQ 2.1.1 prints them", async () => {
        const listener = { type: "mqtt", status: "running", address: "10.0.0.1", port: 1 };
        const stderr =
            "RPC to 'VerneMQ@a' failed: {'EXIT', {badarg, [{ets,lookup_element,\n   [ranch_server],\n  []}]}}\n";
        await assert.rejects(vmqAdmin(answering({ stderr, exitCode: 1 }).kube).suspendListener(2, listener), {
            message:
                "vernemq-2: vmq-admin listener stop address=10.0.0.1 port=1: RPC to 'VerneMQ@a' failed: {'EXIT', {badarg, [{ets,lookup_element,",
        });
        const unknown = answering({ stdout: 'Invalid key: "bogus"', exitCode: 1 }).kube;
        await assert.rejects(vmqAdmin(unknown).listeners(0), {
            message: 'vernemq-0: vmq-admin listener show: Invalid key: "bogus"',
        });
    });

    it("takes no member at all for a failure, not for an empty cluster", async () => {
        for (const stdout of ["", '{"type":"table","table":[]}', "Node did not respond to ping!"]) {
            await assert.rejects(vmqAdmin(answering({ stdout }).kube).clusterShow(1), VmqAdminError);
        }
    });

    it("passes on what an alert says, and what a failed command wrote", async () => {
        const alert = '{"type":"alert","alert":[{"type":"text","text":"can\'t stop listener"}]}';
        const listener = { type: "mqtt", status: "running", address: "10.0.0.1", port: 1883 };
        await assert.rejects(vmqAdmin(answering({ stdout: alert }).kube).suspendListener(2, listener), {
            message: "vernemq-2: vmq-admin listener stop address=10.0.0.1 port=1883: can't stop listener",
        });
        await assert.rejects(vmqAdmin(answering({ stderr: "Node did not respond\n", exitCode: 1 }).kube).listeners(0), {
            message: "vernemq-0: vmq-admin listener show: Node did not respond",
        });
    });

    it("tells a finished leave from one that goes on and one that is refused", async () => {
        const leave = (result: Partial<ExecResult>) => vmqAdmin(answering(result).kube).leave(0, "VerneMQ@x");
        assert.deepEqual(await leave({ stdout: "Migrated 2/2 queues and 3/3 messages\nDone\n" }), {
            kind: "done",
            lines: ["Migrated 2/2 queues and 3/3 messages"],
        });
        assert.deepEqual(await leave({ stderr: "RPC to 'VerneMQ@a' failed: timeout\n", exitCode: 1 }), {
            kind: "underway",
        });
        const refusal = "Can't migrate queues because cluster is inconsistent, retry!";
        assert.deepEqual(await leave({ stdout: `${refusal}\n` }), { kind: "refused", reason: refusal });
    });

    it("asks for sessions by conditions, whose columns VerneMQ then leaves out", async () => {
        const { kube, commands } = answering({
            stdout: '{"type":"table","table":[{"client_id":"a,b","mountpoint":"","offline_messages":3}]}',
        });
        assert.deepEqual(await vmqAdmin(kube).sessions(0, { limitPerBroker: 5, online: false, node: "VerneMQ@x" }), [
            { clientId: "a,b", mountpoint: "", node: "VerneMQ@x", online: false, offlineMessages: 3 },
        ]);
        assert.ok(commands[0]?.includes("--is_online=false") === true && commands[0].includes("--node=VerneMQ@x"));
    });

    it("reads metrics by name", async () => {
        const stdout = "gauge.queue_processes = 12\ncounter.socket_open = 3\n\nhistogram.x_bucket_infinity = 4\n";
        assert.deepEqual(await vmqAdmin(answering({ stdout }).kube).metrics(0), {
            queue_processes: 12,
            socket_open: 3,
            x_bucket_infinity: 4,
        });
    });

    it("knows a broker by its pod's name in its Erlang name", () => {
        assert.equal(brokerOrdinal("VerneMQ@vernemq-12.vernemq-headless.messaging.svc.cluster.local"), 12);
        assert.equal(brokerOrdinal("vmq@vernemq-k8s-0.vernemq-k8s-service.x.svc.cluster.local"), 0);
        assert.equal(brokerOrdinal("VerneMQ@127.0.0.1"), undefined);
    });
});

describe("ops/vmq-admin/output", () => {
    it("reads several elements, and lists of them", () => {
        const output = readOutput('[{"type":"text","text":"one\\ntwo"},{"type":"table","table":[{"a":1,"b":true}]}]\n');
        assert.deepEqual(output, { rows: [{ a: "1", b: "true" }], texts: ["one", "two"], alerts: [] });
    });

    it("takes a line that only looks like JSON for text", () => {
        assert.deepEqual(readOutput("[warning] {not json}\nDone\n"), {
            rows: [],
            texts: ["[warning] {not json}", "Done"],
            alerts: [],
        });
    });
});
