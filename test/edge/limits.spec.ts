import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { Client, connectPacket, forEach, open } from "./support/client";
import { Edge, get } from "./support/edge";
import { flood } from "./support/flood";
import { figure, useEdge } from "./support/run";

const crowd = 200;
/** Connections of one source, so few that a busy machine opens more. */
const perSecond = 50;
/** The time limit of the configuration. */
const handshakeLimitMs = 10_000;
/** The next timeout of the configuration is that of tunnels, 120 s: what is cut before half of it was not cut by that one. */
const wellBeforeTunnelTimeoutMs = 60_000;

/** The milliseconds from a moment until the other side closes a connection. */
function untilClosed(socket: Socket, since: number): Promise<number> {
    socket.on("error", () => undefined);
    return new Promise((resolve) => {
        socket.on("close", () => {
            resolve(performance.now() - since);
        });
    });
}

describe("limits of the edge", () => {
    const edge = useEdge({ brokers: 2, maxConnections: 300, connectionsPerSourcePerSecond: 400 });

    it("serves new clients beside 200 half-open and silent connections, and closes those after 10 s", async () => {
        const mqtts = edge().endpoint("mqtts");
        const hello = connectPacket({ clientId: "slow" });
        const begun = performance.now();
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
        const closed = Promise.all(half.map((socket) => untilClosed(socket, begun)));
        await sleep(500);
        let beside = 0;
        const clients = await forEach(Array.from({ length: 50 }), 10, async (_, index) => {
            const client = await Client.connect({ ...mqtts, from: "127.5.5.5", clientId: `new-${index}` });
            beside += half.every((socket) => !socket.destroyed) ? 1 : 0;
            return client;
        });
        figure("of 50 new clients let in beside 200 silent connections", beside);
        assert.ok(beside > 0);
        const times = await closed;
        figure(
            "silent connections closed after, ms",
            [Math.min(...times), Math.max(...times)].map(Math.round).join(" to "),
        );
        assert.equal(times.length, crowd);
        // From before they were opened, by this machine's clock; HAProxy's is another one.
        assert.ok(Math.min(...times) > 0.99 * handshakeLimitMs);
        assert.ok(Math.max(...times) < wellBeforeTunnelTimeoutMs);
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
        const limited = await Edge.start({ brokers: 1, connectionsPerSourcePerSecond: perSecond });
        const isLetIn = async (from: string, clientId: string) => {
            try {
                const client = await Client.connect({ ...limited.endpoint("mqtt"), from, clientId });
                await client.close();
                return true;
            } catch {
                return false;
            }
        };
        try {
            const { attempts, admitted, refused, most } = await flood(perSecond, 200, (index) =>
                isLetIn("127.9.9.9", `flood-${index}`),
            );
            assert.equal(await isLetIn("127.9.9.10", "other"), true);
            figure(`refused of ${attempts} connections from one address, limit ${perSecond} a second`, refused);
            assert.ok(refused > 0);
            assert.ok(admitted >= 0.9 * perSecond && admitted <= most, `${admitted} of ${attempts} let in`);
        } finally {
            await limited.stop();
        }
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
