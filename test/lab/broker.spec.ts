import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import mqtt from "mqtt";
import { generate, parser, type IConnackPacket, type Packet } from "mqtt-packet";
import { Broker, type BrokerOptions, type Refusal } from "../../lab/broker";
import { encodeProxyV1, encodeProxyV2, sslTlv } from "./encode-proxy-header";
import { Router } from "../../lab/router";
import type { Session } from "../../lab/session";

const client = { address: "203.0.113.9", port: 50000 };
const server = { address: "192.0.2.1", port: 8883 };
const client6 = { address: "2001:db8::9", port: 50000 };
const server6 = { address: "2001:db8::1", port: 8883 };

const running: Broker[] = [];

async function started(options: BrokerOptions = {}): Promise<Broker> {
    const broker = new Broker(options);
    running.push(broker);
    await broker.start();
    return broker;
}

/** Sends bytes and collects the packets that come back until the connection is closed or `count` have come. */
async function exchange(
    port: number,
    bytes: Buffer,
    protocolVersion: 3 | 4 | 5 = 4,
): Promise<{ readonly first: Packet | "reset" | "closed"; readonly socket: Socket }> {
    const socket = connect({ host: "127.0.0.1", port });
    const first = await new Promise<Packet | "reset" | "closed">((resolve) => {
        const packets = parser({ protocolVersion });
        packets.on("packet", resolve);
        socket.on("data", (data: Buffer) => packets.parse(data));
        socket.on("error", () => {
            resolve("reset");
        });
        socket.on("close", () => {
            resolve("closed");
        });
        socket.write(bytes);
    });
    return { first, socket };
}

function connectPacket(clientId: string, protocolVersion: 3 | 4 | 5 = 4, more: object = {}): Buffer {
    const protocolId = protocolVersion === 3 ? "MQIsdp" : "MQTT";
    const packet = { cmd: "connect" as const, clientId, clean: true, keepalive: 60, protocolId, ...more };
    return generate({ ...packet, protocolId: protocolVersion === 3 ? "MQIsdp" : "MQTT", protocolVersion });
}

function connackOf(packet: Packet | "reset" | "closed"): IConnackPacket {
    assert.ok(typeof packet === "object" && packet.cmd === "connack", JSON.stringify(packet));
    return packet;
}

function ask(broker: Broker, path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${broker.ports.health}${path}`);
}

function health(broker: Broker, path = "/health/listeners"): Promise<number> {
    return ask(broker, path).then(({ status }) => status);
}

/** All that VerneMQ says of its health. */
const healthPaths = ["/health", "/health/ping", "/health/listeners", "/health/listeners_full_cluster"] as const;

function allHealth(broker: Broker): Promise<readonly number[]> {
    return Promise.all(healthPaths.map((path) => health(broker, path)));
}

/** The next packet that comes over a connection. */
function nextPacket(socket: Socket, protocolVersion: 4 | 5): Promise<Packet> {
    return new Promise((resolve) => {
        const packets = parser({ protocolVersion }).on("packet", resolve);
        socket.on("data", (data: Buffer) => packets.parse(data));
    });
}

async function nextRefusal(broker: Broker, act: () => Promise<unknown>): Promise<Refusal> {
    const refused = once(broker, "refused") as Promise<[Refusal]>;
    await act();
    return (await refused)[0];
}

function url(broker: Broker, transport: "mqtt" | "ws"): string {
    const port = broker.ports[transport].toString();
    return transport === "mqtt" ? `mqtt://127.0.0.1:${port}` : `ws://127.0.0.1:${port}/mqtt`;
}

describe("embedded broker", () => {
    afterEach(async () => {
        await Promise.all(running.splice(0).map((broker) => broker.stop()));
    });

    const headers = [
        { title: "v2 TCP4", header: encodeProxyV2({ source: client, destination: server }), peer: client.address },
        { title: "v2 TCP6", header: encodeProxyV2({ source: client6, destination: server6 }), peer: client6.address },
        { title: "v1 TCP4", header: encodeProxyV1(client, server), peer: client.address },
        { title: "v1 TCP6", header: encodeProxyV1(client6, server6), peer: client6.address },
        { title: "v2 LOCAL", header: encodeProxyV2(null), peer: "127.0.0.1" },
        {
            title: "v2 with a TLV of AWS",
            header: encodeProxyV2({ source: client, destination: server }, [
                { type: 0xea, value: Buffer.from("\x01vpce") },
            ]),
            peer: client.address,
        },
    ];
    for (const { title, header, peer } of headers) {
        it(`accepts ${title} and sees the client at ${peer}`, async () => {
            const broker = await started();
            const { first, socket } = await exchange(broker.ports.mqtt, Buffer.concat([header, connectPacket("a")]));
            assert.equal(connackOf(first).returnCode, 0);
            assert.deepEqual(
                broker.sessions.map(({ clientId, peerAddress }) => ({ clientId, peerAddress })),
                [{ clientId: "a", peerAddress: peer }],
            );
            socket.destroy();
        });
    }

    it("accepts a header that arrives byte by byte", async () => {
        const broker = await started();
        const socket = connect({ host: "127.0.0.1", port: broker.ports.mqtt, noDelay: true });
        const connected = once(broker, "connect") as Promise<[Session]>;
        for (const byte of Buffer.concat([encodeProxyV1(client, server), connectPacket("slow")])) {
            socket.write(Buffer.from([byte]));
            await new Promise((resolve) => setImmediate(resolve));
        }
        assert.equal((await connected)[0].peerAddress, client.address);
        socket.destroy();
    });

    it("takes the common name of a client certificate as the user name, and still asks for that user's password", async () => {
        const broker = await started({ users: new Map([["alice", "secret"]]) });
        const header = encodeProxyV2({ source: client, destination: server }, [sslTlv("alice")]);
        const without = await exchange(broker.ports.mqtt, Buffer.concat([header, connectPacket("a")]));
        assert.equal(connackOf(without.first).returnCode, 4);
        const withPassword = connectPacket("a", 4, { username: "bob", password: Buffer.from("secret") });
        const { first, socket } = await exchange(broker.ports.mqtt, Buffer.concat([header, withPassword]));
        assert.equal(connackOf(first).returnCode, 0);
        assert.equal(broker.sessions[0]?.username, "alice");
        socket.destroy();
    });

    for (const transport of ["mqtt", "ws"] as const) {
        it(`resets a connection to ${transport} without PROXY header, and one whose header names no client`, async () => {
            const broker = await started();
            for (const bytes of [
                connectPacket("a"),
                Buffer.from("PROXY UNKNOWN\r\n"),
                Buffer.from("GET /mqtt HTTP/1.1\r\n"),
            ]) {
                const refusal = await nextRefusal(broker, async () => {
                    assert.equal((await exchange(broker.ports[transport], bytes)).first, "reset");
                });
                assert.equal(refusal.transport, transport);
            }
            assert.deepEqual(broker.sessions, []);
        });
    }

    it("resets a connection that stays silent before its header, and before its CONNECT", async () => {
        const strict = await started({ proxyHeaderTimeoutMs: 30 });
        const noHeader = await nextRefusal(strict, () => exchange(strict.ports.mqtt, Buffer.alloc(0)));
        assert.equal(noHeader.reason, "no PROXY header in time");
        const broker = await started({ connectTimeoutMs: 60 });
        const noConnect = await nextRefusal(broker, () => exchange(broker.ports.mqtt, encodeProxyV1(client, server)));
        assert.deepEqual(noConnect, { transport: "mqtt", peerAddress: client.address, reason: "no CONNECT in time" });
    });

    it("keeps a client that connected in time", async () => {
        // What is in time depends on how busy this machine is.
        for (let connectTimeoutMs = 50; ; connectTimeoutMs *= 4) {
            const broker = await started({ proxyProtocol: "off", connectTimeoutMs });
            const options = { reconnectPeriod: 0 };
            const device = await mqtt.connectAsync(url(broker, "mqtt"), options).catch(() => undefined);
            assert.ok(device !== undefined || connectTimeoutMs < 10_000);
            if (device !== undefined) {
                await new Promise((resolve) => setTimeout(resolve, 2 * connectTimeoutMs));
                assert.ok(device.connected);
                await device.endAsync();
                return;
            }
        }
    });

    it("takes clients without PROXY header at its internal port, and only there", async () => {
        const broker = await started();
        const bytes = connectPacket("inside");
        assert.equal((await exchange(broker.ports.mqtt, bytes)).first, "reset");
        const { first, socket } = await exchange(broker.ports.internal, bytes);
        assert.equal(connackOf(first).returnCode, 0);
        assert.deepEqual(
            broker.sessions.map(({ clientId, peerAddress }) => [clientId, peerAddress]),
            [["inside", "127.0.0.1"]],
        );
        socket.destroy();
    });

    it("refuses what is not MQTT, and a first packet that is not CONNECT", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const ping = generate({ cmd: "pingreq" });
        for (const bytes of [Buffer.from("GET / HTTP/1.1\r\n\r\n"), ping]) {
            assert.equal((await exchange(broker.ports.mqtt, bytes)).first, "reset");
        }
    });

    it("answers CONNECT in MQTT 3.1, 3.1.1 and 5, each in its own form", async () => {
        const broker = await started({ proxyProtocol: "off" });
        for (const version of [3, 4, 5] as const) {
            const id = `v${version}`;
            const { first, socket } = await exchange(broker.ports.mqtt, connectPacket(id, version), version);
            const { returnCode, reasonCode, properties } = connackOf(first);
            assert.equal(version === 5 ? reasonCode : returnCode, 0);
            assert.equal(properties?.subscriptionIdentifiersAvailable, version === 5 ? false : undefined);
            assert.equal(broker.sessions.find(({ clientId }) => clientId === id)?.protocolVersion, version);
            socket.destroy();
        }
    });

    it("gives an MQTT 5 client without id one, and refuses such a client that wants to keep its session in 3.1.1", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const five = await exchange(broker.ports.mqtt, connectPacket("", 5), 5);
        assert.match(connackOf(five.first).properties?.assignedClientIdentifier ?? "", /^[0-9a-f-]{36}$/);
        five.socket.destroy();
        const four = await exchange(broker.ports.mqtt, Buffer.from("100c00044d5154540400003c0000", "hex"));
        assert.equal(connackOf(four.first).returnCode, 2);
    });

    it("refuses an unknown user with CONNACK 5 and a wrong password with 4 in MQTT 3.1.1, and both with 0x86 in MQTT 5", async () => {
        const broker = await started({ proxyProtocol: "off", users: new Map([["alice", "secret"]]) });
        const cases = [
            [{}, 5, 0x86],
            [{ username: "bob", password: Buffer.from("secret") }, 5, 0x86],
            [{ username: "alice", password: Buffer.from("wrong") }, 4, 0x86],
        ] as const;
        for (const [credentials, returnCode, reasonCode] of cases) {
            const four = await exchange(broker.ports.mqtt, connectPacket("a", 4, credentials));
            assert.equal(connackOf(four.first).returnCode, returnCode);
            const five = await exchange(broker.ports.mqtt, connectPacket("a", 5, credentials), 5);
            assert.equal(connackOf(five.first).reasonCode, reasonCode);
        }
    });

    for (const transport of ["mqtt", "ws"] as const) {
        for (const protocolVersion of [4, 5] as const) {
            it(`carries messages at QoS 0, 1 and 2 over ${transport} in MQTT version ${protocolVersion}`, async () => {
                const broker = await started({ proxyProtocol: "off" });
                const device = await mqtt.connectAsync(url(broker, transport), { protocolVersion, reconnectPeriod: 0 });
                const received: string[] = [];
                const all = new Promise<void>((resolve) => {
                    device.on("message", (topic, payload, { qos }) => {
                        received.push(`${topic} ${payload.toString()} ${qos}`);
                        if (received.length === 3) {
                            resolve();
                        }
                    });
                });
                await device.subscribeAsync("plant/+/state", { qos: 2 });
                await device.publishAsync("plant/1/other", "no", { qos: 1 });
                for (const qos of [0, 1, 2] as const) {
                    await device.publishAsync("plant/1/state", `at ${qos}`, { qos });
                }
                await all;
                assert.deepEqual(received, ["plant/1/state at 0 0", "plant/1/state at 1 1", "plant/1/state at 2 2"]);
                assert.equal(broker.sessions[0]?.peer.transport, transport);
                await device.endAsync();
            });
        }
    }

    it("reads the PROXY header before a WebSocket's handshake", async () => {
        const broker = await started();
        const lines = ["GET /mqtt HTTP/1.1", "Host: lab", "Connection: Upgrade", "Upgrade: websocket"];
        const ws = [
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Protocol: mqtt",
        ];
        const socket = connect({ host: "127.0.0.1", port: broker.ports.ws });
        const request = `${[...lines, ...ws].join("\r\n")}\r\n\r\n`;
        const connected = once(broker, "connect") as Promise<[Session]>;
        // A masked binary frame (mask 0) with the CONNECT follows the request at once.
        const connectBytes = connectPacket("w");
        const frame = Buffer.from([0x82, 0x80 | connectBytes.length, 0, 0, 0, 0]);
        socket.write(Buffer.concat([encodeProxyV1(client6, server6), Buffer.from(request), frame, connectBytes]));
        const [session] = await connected;
        assert.deepEqual([session.clientId, session.peerAddress], ["w", client6.address]);
        socket.destroy();
    });

    it("upgrades to WebSocket on /mqtt only, and only for MQTT", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const origin = `ws://127.0.0.1:${broker.ports.ws}`;
        for (const [path, protocol] of [
            ["/other", "mqtt"],
            ["/mqtt", "chat"],
        ] as const) {
            const { WebSocket } = await import("ws");
            const socket = new WebSocket(`${origin}${path}`, protocol);
            const [error] = (await once(socket, "error")) as [Error];
            assert.match(error.message, /400/);
        }
    });

    it("tells health as asked, and 503 while its listeners are suspended; clients stay", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const device = await mqtt.connectAsync(url(broker, "mqtt"), { reconnectPeriod: 0 });
        assert.equal(await health(broker), 200);
        broker.healthy = false;
        assert.equal(await health(broker), 503);
        broker.healthy = true;
        await broker.suspend();
        assert.equal(await health(broker), 503);
        assert.equal(await health(broker, "/health/ping"), 200);
        await assert.rejects(mqtt.connectAsync(url(broker, "mqtt"), { reconnectPeriod: 0 }));
        await device.publishAsync("still", "here", { qos: 1 });
        await broker.resume();
        assert.equal(await health(broker), 200);
        assert.equal(await health(broker, "/metrics"), 404);
        await device.endAsync();
    });

    it("says at /health/listeners what is suspended, as a list of numbers, and everywhere else in words", async () => {
        const broker = await started({ proxyProtocol: "off" });
        assert.deepEqual(await (await ask(broker, "/health/listeners")).json(), { status: "OK" });
        await broker.suspend();
        assert.deepEqual(await allHealth(broker), [503, 200, 503, 503]);
        const words = "Listeners are not ready: [mqtt,mqttws]";
        const { status, reason } = (await (await ask(broker, "/health/listeners")).json()) as Record<string, unknown>;
        assert.equal(status, "DOWN");
        // As measured: "reason":[76,105,...]
        assert.deepEqual((reason as number[]).slice(0, 2), [76, 105]);
        assert.equal(String.fromCharCode(...(reason as number[])), words);
        assert.deepEqual(await (await ask(broker, "/health")).json(), { status: "DOWN", reasons: [words] });
    });

    it("knows nothing of a member that was killed but at /health/listeners_full_cluster, and keeps its own clients", async () => {
        const router = new Router();
        const one = await started({ proxyProtocol: "off", router });
        const two = await started({ proxyProtocol: "off", router });
        const stays = await mqtt.connectAsync(url(one, "mqtt"), { clientId: "stays", reconnectPeriod: 0 });
        const { socket: goes } = await exchange(two.ports.mqtt, connectPacket("goes"));
        const gone = new Promise((resolve) => goes.on("close", resolve));
        assert.deepEqual(await allHealth(one), [200, 200, 200, 200]);
        await two.kill();
        await gone;
        assert.deepEqual(await allHealth(one), [200, 200, 200, 503]);
        assert.deepEqual(await (await ask(one, "/health/listeners_full_cluster")).json(), {
            status: "DOWN",
            reasons: ["At least one node is offline"],
        });
        await stays.publishAsync("still", "here", { qos: 1 });
        await two.start();
        assert.deepEqual(await allHealth(one), [200, 200, 200, 200]);
        await stays.endAsync();
    });

    it("answers no client while it is frozen, though connections open, and every client when it goes on", async () => {
        const router = new Router();
        const one = await started({ proxyProtocol: "off", router });
        const two = await started({ proxyProtocol: "off", router });
        const before = await mqtt.connectAsync(url(two, "mqtt"), { clientId: "before", reconnectPeriod: 0 });
        two.freeze();
        assert.deepEqual(await allHealth(one), [200, 200, 200, 503]);
        const socket = connect({ host: "127.0.0.1", port: two.ports.mqtt });
        await once(socket, "connect");
        socket.write(connectPacket("late"));
        const order: string[] = [];
        const answers = [
            nextPacket(socket, 4).then(({ cmd }) => order.push(cmd)),
            before.publishAsync("t", "x", { qos: 1 }).then(() => order.push("puback")),
            health(two).then((status) => order.push(status.toString())),
        ];
        // The other broker answers meanwhile, over and over.
        for (let count = 0; count < 20; count += 1) {
            assert.equal(await health(one), 200);
        }
        assert.deepEqual(order, []);
        two.thaw();
        await Promise.all(answers);
        assert.deepEqual(order.sort(), ["200", "connack", "puback"]);
        assert.deepEqual(await allHealth(one), [200, 200, 200, 200]);
        await before.endAsync();
        socket.destroy();
    });

    it("resets every login without a CONNACK when its passwd plugin has died, and says that it is healthy", async () => {
        const users = new Map([["alice", "secret"]]);
        const broker = await started({ proxyProtocol: "off", users, passwdPluginDied: true });
        for (const credentials of [{}, { username: "alice", password: Buffer.from("secret") }]) {
            for (const version of [4, 5] as const) {
                const { first } = await exchange(broker.ports.mqtt, connectPacket("a", version, credentials), version);
                assert.equal(first, "reset");
            }
        }
        assert.deepEqual(await allHealth(broker), [200, 200, 200, 200]);
    });

    it("cuts some refusals over WebSocket before the CONNACK, and never one over TCP", async () => {
        const users = new Map([["alice", "secret"]]);
        const broker = await started({ proxyProtocol: "off", users, cutsRefusal: 2 });
        const answerTo = (transport: "mqtt" | "ws") =>
            new Promise<string>((resolve) => {
                const device = mqtt.connect(url(broker, transport), { reconnectPeriod: 0 });
                device.on("error", ({ message }) => {
                    resolve(message);
                });
                device.on("close", () => {
                    resolve("closed");
                });
            });
        const answers: Record<"mqtt" | "ws", string[]> = { mqtt: [], ws: [] };
        for (const transport of ["mqtt", "mqtt", "ws", "ws", "ws", "ws"] as const) {
            const answer = await answerTo(transport);
            answers[transport].push(answer.includes("Not authorized") ? "refused" : "cut");
        }
        assert.deepEqual(answers, { mqtt: ["refused", "refused"], ws: ["refused", "cut", "refused", "cut"] });
    });

    it("denies a publish with PUBACK 0x87 in MQTT 5, acknowledges it in 3.1.1, and passes it on in neither", async () => {
        const broker = await started({ proxyProtocol: "off", mayPublish: (_, topic) => !topic.startsWith("secret/") });
        const reader = await mqtt.connectAsync(url(broker, "mqtt"), { reconnectPeriod: 0 });
        const seen: string[] = [];
        reader.on("message", (topic) => seen.push(topic));
        await reader.subscribeAsync("#");
        for (const [version, qos, cmd, code] of [
            [5, 1, "puback", 0x87],
            [5, 2, "pubrec", 0x87],
            [4, 1, "puback", undefined],
        ] as const) {
            const { socket } = await exchange(broker.ports.mqtt, connectPacket("writer", version), version);
            const answer = nextPacket(socket, version);
            const packet = { cmd: "publish", topic: "secret/1", payload: "x", qos, messageId: 7 } as const;
            socket.write(generate({ ...packet, dup: false, retain: false }, { protocolVersion: version }));
            const { cmd: answered, reasonCode } = (await answer) as { cmd: string; reasonCode?: number };
            assert.deepEqual([answered, reasonCode], [cmd, code]);
            socket.destroy();
        }
        await reader.publishAsync("open/1", "x", { qos: 1 });
        await reader.publishAsync("open/2", "x", { qos: 1 });
        assert.deepEqual(seen, ["open/1", "open/2"]);
        await reader.endAsync();
    });

    it("says goodbye to MQTT 5 clients when it stops, resets the others, and comes back on the same ports", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const { ports } = broker;
        const five = await exchange(ports.mqtt, connectPacket("five", 5), 5);
        const four = await exchange(ports.mqtt, connectPacket("four", 4));
        const goodbye = new Promise<Packet>((resolve) => {
            const packets = parser({ protocolVersion: 5 }).on("packet", resolve);
            five.socket.on("data", (data: Buffer) => packets.parse(data));
        });
        const reset = once(four.socket, "error") as Promise<[NodeJS.ErrnoException]>;
        await broker.stop();
        const { cmd, reasonCode } = (await goodbye) as { cmd: string; reasonCode?: number };
        assert.deepEqual([cmd, reasonCode], ["disconnect", 0x8b]);
        assert.equal((await reset)[0].code, "ECONNRESET");
        await broker.start();
        assert.deepEqual(broker.ports, ports);
    });

    it("tells who comes and who goes", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const seen: string[] = [];
        broker.on("connect", ({ clientId, username }) => seen.push(`+${clientId} ${username ?? ""}`));
        broker.on("disconnect", ({ clientId }) => seen.push(`-${clientId}`));
        const device = await mqtt.connectAsync(url(broker, "mqtt"), {
            clientId: "d",
            username: "u",
            reconnectPeriod: 0,
        });
        const gone = once(broker, "disconnect");
        await device.endAsync();
        await gone;
        assert.deepEqual(seen, ["+d u", "-d"]);
        assert.deepEqual(broker.sessions, []);
    });

    it("publishes the will of a client that is cut off, and not of one that says goodbye", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const watcher = await mqtt.connectAsync(url(broker, "mqtt"), { reconnectPeriod: 0 });
        const wills: string[] = [];
        watcher.on("message", (topic) => wills.push(topic));
        await watcher.subscribeAsync("will/#");
        for (const clientId of ["polite", "cut"]) {
            const will = { topic: `will/${clientId}`, payload: Buffer.from("gone") };
            const device = await mqtt.connectAsync(url(broker, "mqtt"), { clientId, will, reconnectPeriod: 0 });
            const gone = once(broker, "disconnect");
            if (clientId === "cut") {
                device.stream.destroy();
            } else {
                await device.endAsync();
            }
            await gone;
        }
        await watcher.publishAsync("after", "", { qos: 1 });
        assert.deepEqual(wills, ["will/cut"]);
        await watcher.endAsync();
    });

    it("cuts a client that is silent for one and a half keepalives", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const since = Date.now();
        const gone = once(broker, "disconnect");
        const { socket } = await exchange(broker.ports.mqtt, connectPacket("quiet", 4, { keepalive: 1 }));
        await gone;
        assert.ok(Date.now() - since >= 1400);
        socket.destroy();
    });

    it("forms a cluster with brokers of the same router: messages cross, and a client id is online once", async () => {
        const router = new Router();
        const one = await started({ proxyProtocol: "off", router });
        const two = await started({ proxyProtocol: "off", router });
        const reader = await mqtt.connectAsync(url(one, "mqtt"), {
            clientId: "r",
            protocolVersion: 5,
            reconnectPeriod: 0,
        });
        await reader.subscribeAsync("t");
        const message = new Promise<string>((resolve) => reader.once("message", resolve));
        const writer = await mqtt.connectAsync(url(two, "mqtt"), { reconnectPeriod: 0 });
        await writer.publishAsync("t", "across");
        assert.equal(await message, "t");
        const farewell = new Promise<Packet>((resolve) => reader.once("disconnect", resolve));
        const again = await mqtt.connectAsync(url(two, "mqtt"), { clientId: "r", reconnectPeriod: 0 });
        const { cmd, reasonCode } = (await farewell) as { cmd: string; reasonCode?: number };
        assert.deepEqual([cmd, reasonCode], ["disconnect", 0x8e]);
        assert.deepEqual(one.sessions, []);
        await Promise.all([writer.endAsync(), again.endAsync()]);
    });

    it("gives a retained message to who subscribes later, until it is cleared", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const device = await mqtt.connectAsync(url(broker, "mqtt"), { reconnectPeriod: 0 });
        await device.publishAsync("r/1", "kept", { qos: 1, retain: true });
        await device.publishAsync("r/2", "cleared", { qos: 1, retain: true });
        await device.publishAsync("r/2", "", { qos: 1, retain: true });
        const seen: string[] = [];
        device.on("message", (topic, _payload, { retain }) => seen.push(`${topic} ${retain.toString()}`));
        await device.subscribeAsync("r/#");
        await device.publishAsync("x", "", { qos: 1 });
        assert.deepEqual(seen, ["r/1 true"]);
        await device.endAsync();
    });

    it("refuses malformed subscriptions, shared ones without a filter among them, and grants the valid ones beside them", async () => {
        const broker = await started({ proxyProtocol: "off" });
        const { socket } = await exchange(broker.ports.mqtt, connectPacket("s", 5), 5);
        const answer = new Promise<Packet>((resolve) => {
            const packets = parser({ protocolVersion: 5 }).on("packet", resolve);
            socket.on("data", (data: Buffer) => packets.parse(data));
        });
        const topics = ["$share/g", "$share", "a/#/b", "$share/g/a+", "#", "+/b/+", "$share/g/a/#"];
        const subscriptions = topics.map((topic) => ({ topic, qos: 1 as const }));
        socket.write(generate({ cmd: "subscribe", messageId: 7, subscriptions }, { protocolVersion: 5 }));
        const suback = await answer;
        assert.ok(suback.cmd === "suback");
        assert.deepEqual(suback.granted, [0x8f, 0x8f, 0x8f, 0x8f, 1, 1, 1]);
        socket.destroy();
    });
});
