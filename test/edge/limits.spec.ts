import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { Client, connectPacket, forEach, open } from "./support/client";
import { Edge, get } from "./support/edge";
import { figure, useEdge } from "./support/run";

const crowd = 200;
/** The time limit of the configuration, and some slack for a busy machine. */
const handshakeLimitMs = 10_000;
const slackMs = 3_000;

/** The milliseconds until the other side closes a connection. */
function untilClosed(socket: Socket): Promise<number> {
    const opened = Date.now();
    socket.on("error", () => undefined);
    return new Promise((resolve) => {
        socket.on("close", () => {
            resolve(Date.now() - opened);
        });
    });
}

describe("limits of the edge", () => {
    const edge = useEdge({ brokers: 2, maxConnections: 300, connectionsPerSourcePerSecond: 400 });

    it("serves new clients beside 200 half-open and silent connections, and closes those after 10 s", async () => {
        const mqtts = edge().endpoint("mqtts");
        const hello = connectPacket({ clientId: "slow" });
        const half = Array.from({ length: crowd }, (_, index) => {
            switch (index % 4) {
                case 0: // TCP and not a byte more.
                    return open({ host: mqtts.host, port: mqtts.port });
                case 1: {
                    // The first bytes of a ClientHello.
                    const socket = open({ host: mqtts.host, port: mqtts.port });
                    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
                    return socket;
                }
                case 2: // TLS, then silence.
                    return open(mqtts);
                default: {
                    // TLS and half a CONNECT.
                    const socket = open(mqtts);
                    socket.write(hello.subarray(0, 6));
                    return socket;
                }
            }
        });
        const closed = Promise.all(half.map(untilClosed));
        await sleep(500);
        const begun = Date.now();
        const clients = await forEach(Array.from({ length: 50 }), 10, (_, index) =>
            Client.connect({ ...mqtts, from: "127.5.5.5", clientId: `new-${index}` }),
        );
        const took = Date.now() - begun;
        figure("50 new clients beside 200 silent connections, ms", took, "below 5000");
        assert.ok(took < 5_000);
        const times = await closed;
        figure("silent connections closed after, ms", `${Math.min(...times)} to ${Math.max(...times)}`);
        assert.equal(times.length, crowd);
        assert.ok(Math.max(...times) < handshakeLimitMs + slackMs);
        assert.equal(clients.filter(({ alive }) => alive).length, 50);
        await forEach(clients, 50, (client) => client.close());
    });

    it("keeps silent clients beyond that once they are in, and waits for a CONNECT in pieces", async () => {
        const client = await Client.connect({ ...edge().endpoint("mqtts"), clientId: "quiet" });
        const pieces = open(edge().endpoint("mqtts"));
        const answer = new Promise<Buffer>((resolve) => pieces.once("data", resolve));
        for (const byte of connectPacket({ clientId: "in-pieces" })) {
            pieces.write(Buffer.from([byte]));
            await sleep(20);
        }
        assert.deepEqual(await answer, Buffer.from([0x20, 2, 0, 0]));
        await sleep(handshakeLimitMs + 1_000);
        await client.ping();
        assert.equal(pieces.destroyed, false);
        pieces.destroy();
        await client.close();
    });

    it("takes a CONNECT of 14 KiB with a last will and refuses one that outgrows its buffer", async () => {
        const dial = (bytes: number) =>
            Client.connect({
                ...edge().endpoint("mqtts"),
                clientId: `will-${bytes}`,
                connect: { will: { topic: "last/will", payload: Buffer.alloc(bytes), qos: 1, retain: false } },
            });
        const client = await dial(14 * 1024);
        await client.close();
        await assert.rejects(dial(20 * 1024));
    });

    it("closes connections beyond its limit at once and still answers probes", async () => {
        const attempts = await forEach(Array.from({ length: 340 }), 50, (_, index) =>
            Client.connect({
                ...edge().endpoint(index % 2 === 0 ? "mqtt" : "mqtts"),
                from: `127.6.6.${1 + (index % 4)}`,
                clientId: `full-${index}`,
                timeoutMs: 10_000,
            }).catch(() => null),
        );
        const admitted = attempts.filter((client) => client !== null);
        figure("admitted of 340 with room for 300", admitted.length, "300");
        assert.equal(admitted.length, 300);
        for (const path of ["/healthz", "/livez"]) {
            assert.equal((await get(edge().address(), haproxyPorts.health, path)).status, 200);
        }
        await forEach(admitted, 50, (client) => client.close());
        const next = await Client.connect({ ...edge().endpoint("mqtts"), clientId: "next" });
        await next.close();
    });

    it("limits the connections that one address opens in a second, and no others", async () => {
        const attempts = await forEach(Array.from({ length: 1000 }), 200, async (_, index) => {
            try {
                const client = await Client.connect({
                    ...edge().endpoint("mqtt"),
                    from: "127.9.9.9",
                    clientId: `flood-${index}`,
                });
                await client.close();
                return true;
            } catch {
                return false;
            }
        });
        const refused = attempts.filter((admitted) => !admitted).length;
        const other = await Client.connect({ ...edge().endpoint("mqtt"), from: "127.9.9.10", clientId: "other" });
        await other.close();
        figure("refused of 1,000 connections from one address, limit 400 a second", refused);
        assert.ok(refused > 0 && refused <= 600);
    });

    it("lets only the allowed networks in", async () => {
        const closed = await Edge.start({
            brokers: 1,
            requirements: { allowedCidrs: ["127.20.0.0/16", "2001:db8::/32"] },
        });
        try {
            const inside = await Client.connect({
                ...closed.endpoint("mqtts"),
                from: "127.20.3.4",
                clientId: "inside",
            });
            await inside.close();
            await assert.rejects(
                Client.connect({ ...closed.endpoint("mqtts"), from: "127.21.3.4", clientId: "outside" }),
            );
        } finally {
            await closed.stop();
        }
    });
});
