import assert from "node:assert/strict";
import { connect, execTimeoutMs } from "../../ops/kubernetes/client";
import { vmqAdmin, VmqAdminError } from "../../ops/vmq-admin/index";
import { ScriptedCluster, type ClusterOptions } from "./support/cluster";
import { ops } from "./support/ops";
import { answerVmqAdmin, type CommandResult } from "./support/vmq-admin";

const nodeNames = [0, 1, 2].map((ordinal) => `VerneMQ@vernemq-${ordinal}.vernemq-headless.messaging.svc.cluster.local`);

describe("ops beside vmq-admin as VerneMQ 2.1.1 answers", () => {
    let cluster: ScriptedCluster;

    async function start(options: ClusterOptions = {}): Promise<void> {
        cluster = await ScriptedCluster.start(options);
    }

    function freeze(ordinal: number): void {
        cluster.world.brokers.frozen.add(nodeNames[ordinal] ?? "");
    }

    function ask(ordinal: number, ...words: readonly string[]): Promise<CommandResult> {
        return answerVmqAdmin(cluster.world.brokers, nodeNames[ordinal] ?? "", words, () =>
            Promise.reject(new Error("no leave is asked for")),
        );
    }

    afterEach(() => cluster.stop());

    it("has a scripted cluster that answers as measured: unknown flags, tables, limits, frozen brokers", async () => {
        await start();
        assert.deepEqual(await ask(0, "session", "show", "--bogus"), { stdout: 'Invalid key: "bogus"', exitCode: 1 });
        assert.deepEqual(await ask(0, "cluster", "show", "--bogus", "--format=json"), {
            stdout: 'Invalid key: "bogus"',
            exitCode: 1,
        });
        const { stdout: table } = await ask(0, "cluster", "show");
        const [border = "", header = "", ...rows] = table.trimEnd().split("\n");
        assert.match(header, /^\|\u001b\[1mNode\u001b\[0m +\|\u001b\[1mRunning\u001b\[0m +\|$/);
        assert.deepEqual(
            rows.filter((_, index) => index % 2 === 0),
            Array(4).fill(border),
        );
        for (const ordinal of [0, 1, 2]) {
            for (const client of ["a", "b", "c"]) {
                cluster.addQueue(ordinal, { clientId: `${client}${ordinal}` });
            }
        }
        const sessions = await ask(0, "session", "show", "--client_id", "--limit=2", "--format=json");
        assert.equal((JSON.parse(sessions.stdout) as { table: unknown[] }).table.length, 6);
        freeze(2);
        assert.equal((await ask(0, "session", "show")).exitCode, 1);
        assert.deepEqual(await ask(2, "cluster", "show"), {
            stdout: "",
            stderr: `Node '${nodeNames[2] ?? ""}' not responding to pings.\n`,
            exitCode: 1,
        });
        const { stdout: members } = await ask(0, "cluster", "show", "--format=json");
        assert.ok(members.includes(`{"Node":"${nodeNames[2] ?? ""}","Running":false}`));
    });

    it("hears what vmq-admin says when it gives up: VerneMQ does so after 60 s", () => {
        assert.ok(execTimeoutMs > 60_000 + 14_800);
    });

    it("names the broker for which sessions cannot be shown, and keeps a failure of another kind as it is", async () => {
        await start();
        const kube = await connect(cluster.target, { timing: { backoffMs: 1, attempts: 1, timeoutMs: 60_000 } });
        const admin = vmqAdmin(kube);
        freeze(1);
        await assert.rejects(admin.sessions(0, { limitPerBroker: 10 }), {
            name: "VmqAdminError",
            message: `vernemq-0: vmq-admin session show: VerneMQ asks every broker, and ${nodeNames[1] ?? ""} does not answer; \`status\` says more`,
        });
        cluster.world.brokers.frozen.clear();
        cluster.onExec = (_pod, [, word]) =>
            word === "session" ? { stdout: 'Invalid key: "rowtimeout"', exitCode: 1 } : undefined;
        await assert.rejects(
            admin.sessions(0, { limitPerBroker: 10 }),
            (error) => error instanceof VmqAdminError && error.message.endsWith('Invalid key: "rowtimeout"'),
        );
    });

    it("shows the frozen broker in status, and drains and restarts nothing beside it", async () => {
        await start({ persistence: false });
        freeze(1);
        cluster.world.settle();
        const status = await ops(cluster, ["status"]);
        assert.equal(status.exitCode, 1);
        assert.match(status.out, /vernemq-1 .*not responding to pings\./);
        for (const words of [
            ["drain", "0"],
            ["upgrade", "--restart"],
        ]) {
            const ran = await ops(cluster, words);
            assert.notEqual(ran.exitCode, 0, words.join(" "));
            assert.match(ran.err, /vernemq-1/);
            assert.deepEqual(cluster.changes, []);
        }
    });

    it("ends a drain with the name of the broker that froze meanwhile", async () => {
        await start();
        cluster.addQueue(0, { clientId: "a", online: true });
        cluster.onExec = (_pod, [, word]) => {
            if (word === "session") {
                freeze(2);
            }
            return undefined;
        };
        const ran = await ops(cluster, ["drain", "0"]);
        assert.equal(ran.exitCode, 1);
        assert.match(
            ran.err,
            /VerneMQ asks every broker, and VerneMQ@vernemq-2\.\S+ does not answer; `status` says more\.\n$/,
        );
    });
});
