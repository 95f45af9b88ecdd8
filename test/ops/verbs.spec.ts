import assert from "node:assert/strict";
import { certificate as issued } from "../certificates";
import { haproxyPodLabels } from "../../components/edge/haproxy/labels";
import { createServer, type AddressInfo } from "node:net";
import { connect as connectSocket } from "node:net";
import { passwdFile } from "../../components/broker/access/passwd";
import { ScriptedCluster, type ClusterOptions } from "./support/cluster";
import { freePort } from "./support/free-port";
import { ops, resultOf } from "./support/ops";

interface Status {
    readonly healthy: boolean;
    readonly problems: readonly string[];
    readonly notes: readonly string[];
    readonly brokers: readonly { readonly name: string; readonly connections: number; readonly sessions: number }[];
    readonly certificates: readonly {
        readonly secret: string;
        readonly names: readonly string[];
        readonly daysLeft: number;
    }[];
}

const nodeNames = [0, 1, 2].map((ordinal) => `VerneMQ@vernemq-${ordinal}.vernemq-headless.messaging.svc.cluster.local`);

describe("ops", () => {
    // The client library takes seconds to load.
    let cluster: ScriptedCluster;

    async function start(options: ClusterOptions = {}): Promise<void> {
        cluster = await ScriptedCluster.start(options);
    }

    afterEach(() => cluster.stop());

    describe("status", () => {
        it("calls brokers healthy that all see each other, and only looks", async () => {
            await start();
            cluster.addQueue(1, { clientId: "a", online: true });
            cluster.addQueue(1, { clientId: "b", messages: 4 });
            const ran = await ops(cluster, ["status", "--json"]);
            const { healthy, problems, notes, brokers } = resultOf(ran) as Status;
            assert.deepEqual({ healthy, problems, notes }, { healthy: true, problems: [], notes: [] });
            assert.equal(ran.exitCode, 0);
            assert.deepEqual(
                brokers.map(({ name, connections, sessions }) => [name, connections, sessions]),
                [
                    ["vernemq-0", 0, 0],
                    ["vernemq-1", 1, 2],
                    ["vernemq-2", 0, 0],
                ],
            );
            assert.deepEqual(cluster.changes, []);
        });

        it("finds a broker that is a separate cluster, though Kubernetes has it ready", async () => {
            await start();
            cluster.world.leaves.set(nodeNames[2] ?? "", { at: 0, done: () => undefined });
            cluster.world.settle();
            const ran = await ops(cluster, ["status", "--json"]);
            assert.equal(ran.exitCode, 1);
            assert.deepEqual((resultOf(ran) as Status).problems, [
                "vernemq-2 is a separate cluster: it sees only itself, so messages do not pass between it and the others.",
            ]);
        });

        it("tells a member that is down from one that is gone for good", async () => {
            await start();
            cluster.world.unschedulable.add("vernemq-2");
            cluster.world.deletePod("vernemq-2");
            cluster.world.settle();
            const { problems } = resultOf(await ops(cluster, ["status", "--json"])) as Status;
            assert.ok(
                problems.includes("vernemq-2 is a member that does not run, as vernemq-0, vernemq-1 see it."),
                problems.join("\n"),
            );
            cluster.world.store.patch("apps/v1/statefulsets", "vernemq", { spec: { replicas: 2 } });
            cluster.world.settle();
            const shrunk = resultOf(await ops(cluster, ["status", "--json"])) as Status;
            assert.deepEqual(shrunk.problems, [
                `vernemq-2 is still a member and is gone for good: the cluster counts it as a netsplit until it is made to leave (\`vmq-admin cluster leave node=${nodeNames[2] ?? ""}\`).`,
            ]);
            assert.deepEqual(shrunk.notes, [
                "Volume claim data-vernemq-2 belongs to a broker that does not exist: a new broker on the data of one that left is a separate cluster.",
            ]);
        });

        it("counts the days of the server certificate and shows nothing else of its Secret", async () => {
            await start();
            const pem = certificate(2);
            cluster.world.store.create("v1/secrets", {
                metadata: { name: "vernemq-edge-certificate" },
                data: {
                    "tls.crt": Buffer.from(pem).toString("base64"),
                    "tls.key": Buffer.from("PRIVATE").toString("base64"),
                },
            });
            const ran = await ops(cluster, ["status", "--json"]);
            const status = resultOf(ran) as Status;
            assert.deepEqual(status.problems, ["The server certificate ends in 2 days."]);
            assert.deepEqual(status.certificates[0]?.names, ["mqtt.example.com"]);
            assert.ok(!`${ran.out}${ran.err}`.includes("PRIVATE"));
            assert.equal(ran.exitCode, 1);
        });

        it("counts the days of each certificate that HAProxy serves, by its own life, and names the Secret", async () => {
            await start();
            const names = [
                "vernemq-edge-certificate",
                "vernemq-edge-certificate-rsa",
                "vernemq-edge-certificate-a.example",
            ];
            cluster.world.store.create("v1/pods", {
                metadata: { name: "vernemq-edge-5d9c7b8f4-abcde", labels: { ...haproxyPodLabels } },
                spec: {
                    containers: [],
                    volumes: [
                        { name: "certificate", projected: { sources: names.map((name) => ({ secret: { name } })) } },
                    ],
                },
                status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
            });
            // They are all of its life, so it is in good time, however few they are.
            for (const [index, days] of [20, 3].entries()) {
                cluster.world.store.create("v1/secrets", {
                    metadata: { name: names[index] ?? "" },
                    data: { "tls.crt": Buffer.from(certificate(days, days)).toString("base64") },
                });
            }
            const status = resultOf(await ops(cluster, ["status", "--json"])) as Status;
            assert.deepEqual(
                status.certificates.map(({ secret, daysLeft }) => [secret, daysLeft]),
                [
                    [names[0], 20],
                    [names[1], 3],
                ],
            );
            assert.ok(!status.problems.some((problem) => problem.includes("certificate")), status.problems.join());
            assert.ok(!status.notes.some((note) => note.includes("The server certificate ends")));
        });

        it("shows a table with a line for each broker", async () => {
            await start({ replicas: 2 });
            const { out } = await ops(cluster, ["status"]);
            const lines = out.split("\n").filter((line) => /^│ vernemq-\d/.test(line));
            assert.equal(lines.length, 2, out);
            assert.match(
                lines[1] ?? "",
                /vernemq-1 +│ ready +│ 0 +│.*│ 2\/2 +│ 0 +│ 0 +│ vernemq:2\.1\.2-alpine +│ 20Gi Bound/,
            );
            assert.match(out, /2 of 2 brokers ready, chart vernemq-2\.1\.2/);
            assert.match(out, /✓ healthy/);
        });
    });

    describe("reload", () => {
        const newUsers = passwdFile(
            ["device", "guest"].map((name) => ({ name, password: "correct horse battery" })),
            "test",
        );

        function changeUsers(text: string): void {
            cluster.world.store.patch("v1/secrets", "vernemq-auth", {
                data: { "vmq.passwd": Buffer.from(text).toString("base64") },
            });
        }

        it("brings changed users to every broker by touching its pod, and restarts none", async () => {
            await start();
            changeUsers(newUsers);
            const uids = cluster.world.brokerPods().map(({ metadata }) => metadata.uid);
            const ran = await ops(cluster, ["reload", "--json"]);
            assert.equal(ran.exitCode, 0, ran.err);
            for (const pod of ["vernemq-0", "vernemq-1", "vernemq-2"]) {
                assert.equal(cluster.world.fileIn(pod, "/vernemq/auth/vmq.passwd"), newUsers);
            }
            assert.deepEqual(
                cluster.world.brokerPods().map(({ metadata }) => metadata.uid),
                uids,
            );
            assert.deepEqual(
                cluster.changes,
                [0, 1, 2].map((n) => `PATCH /api/v1/namespaces/messaging/pods/vernemq-${n}`),
            );
        });

        it("names the broker that stays behind", async () => {
            await start();
            cluster.world.stale.add("vernemq-1");
            changeUsers(newUsers);
            const ran = await ops(cluster, ["reload", "--wait", "10"]);
            assert.equal(ran.exitCode, 1);
            assert.match(ran.err, /^vernemq-1 still has the old files after 10 s/);
        });

        it("hurries no file to the brokers that would end their authentication", async () => {
            await start();
            changeUsers(`${newUsers}new:plain-text\n`);
            const ran = await ops(cluster, ["reload"]);
            assert.equal(ran.exitCode, 4);
            assert.match(
                ran.err,
                /Secret vernemq-auth is not valid for the brokers \(vmq\.passwd, line 3: .*no hash.*\)/,
            );
            assert.ok(!`${ran.out}${ran.err}`.includes("plain-text"));
            assert.deepEqual(cluster.changes, []);
        });
    });

    describe("drain", () => {
        it("lets a broker's clients move with their messages, and leaves it a member", async () => {
            await start();
            for (let client = 0; client < 7; client += 1) {
                cluster.addQueue(1, { clientId: `c,${client}`, online: true, messages: client });
            }
            cluster.addQueue(1, { clientId: "asleep", messages: 5 });
            const ran = await ops(cluster, ["drain", "vernemq-1", "--batch", "3", "--json"]);
            assert.equal(ran.exitCode, 0, ran.err);
            assert.deepEqual(resultOf(ran), {
                broker: "vernemq-1",
                connected: 0,
                offlineSessions: 1,
                offlineMessages: 5,
            });
            assert.deepEqual([...cluster.world.dataOf(1).queues.keys()], ["asleep"]);
            assert.equal(cluster.queuedMessages, 26);
            assert.deepEqual(
                cluster.world.brokers.view(nodeNames[0] ?? "").map(({ running }) => running),
                [true, true, true],
            );
            const process = cluster.world.brokers.process(nodeNames[1] ?? "");
            assert.deepEqual(
                process?.listeners
                    .filter(({ status }) => status === "suspended")
                    .map(({ address, port }) => [address, port]),
                [
                    ["10.0.0.1", 1883],
                    ["10.0.0.1", 1884],
                    ["10.0.0.1", 8080],
                ],
            );
        });

        it("is seen by status, may be repeated, and is undone", async () => {
            await start();
            await ops(cluster, ["drain", "1"]);
            const { problems } = resultOf(await ops(cluster, ["status", "--json"])) as Status;
            assert.deepEqual(problems, [
                "vernemq-1 takes no new connections (suspended: mqtt 1883, mqtt 1884, mqttws 8080); `undrain vernemq-1` ends that.",
            ]);
            assert.equal((await ops(cluster, ["drain", "1"])).exitCode, 0);
            const back = await ops(cluster, ["undrain", "1"]);
            assert.equal(back.exitCode, 0, back.err);
            assert.equal((await ops(cluster, ["status"])).exitCode, 0);
        });

        it("takes no second broker out, nor the only one", async () => {
            await start();
            await ops(cluster, ["drain", "1"]);
            const second = await ops(cluster, ["drain", "0"]);
            assert.equal(second.exitCode, 4);
            assert.match(second.err, /^vernemq-1 is not in service either/);
            await cluster.stop();
            await start({ replicas: 1 });
            const only = await ops(cluster, ["drain", "0"]);
            assert.equal(only.exitCode, 4);
            assert.match(only.err, /^This is the only broker/);
            assert.deepEqual(cluster.changes, []);
        });
    });

    describe("port-forward", () => {
        it("leads a port of this machine to a broker, and still does after its pod restarted", async () => {
            await start();
            const server = createServer((socket) => socket.end("from the broker"));
            await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
            cluster.ports.set("vernemq-1:1883", (server.address() as AddressInfo).port);
            const interrupt = new AbortController();
            const local = await freePort();
            let seen: () => void = () => undefined;
            const open = new Promise<void>((resolve) => (seen = resolve));
            const running = ops(cluster, ["port-forward", "--broker", "1", "--ports", `${local}:1883`], {
                signal: interrupt.signal,
                onOut: (text) => {
                    if (text.includes("->")) {
                        seen();
                    }
                },
            });
            await open;
            assert.equal(await readAll(local), "from the broker");
            cluster.world.store.drop("v1/pods", "vernemq-1");
            assert.equal(await readAll(local), "from the broker");
            interrupt.abort();
            const ran = await running;
            server.close();
            assert.equal(ran.exitCode, 0, ran.err);
            assert.match(ran.out, new RegExp(`127\\.0\\.0\\.1:${local} -> vernemq-1:1883`));
        });

        it("says that a port is taken and how to name another", async () => {
            await start();
            const server = createServer();
            await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
            const { port } = server.address() as AddressInfo;
            const ran = await ops(cluster, ["port-forward", "--ports", `${port}:1883`]);
            server.close();
            assert.equal(ran.exitCode, 4);
            assert.match(ran.err, new RegExp(`^Port ${port} of this machine is taken: choose another`));
        });
    });
});

const dayMs = 86_400_000;

/** A server certificate that ends in some days, and a minute, of a life of so many. */
function certificate(days: number, lifetime = 90): string {
    const end = Date.now() + days * dayMs + 60_000;
    return issued({
        dnsNames: ["mqtt.example.com"],
        notBefore: new Date(end - lifetime * dayMs),
        notAfter: new Date(end),
    }).pem;
}

async function readAll(port: number): Promise<string> {
    const socket = connectSocket(port, "127.0.0.1");
    let text = "";
    for await (const chunk of socket) {
        text += String(chunk);
    }
    return text;
}
