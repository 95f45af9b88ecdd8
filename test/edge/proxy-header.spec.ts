import assert from "node:assert/strict";
import { connect } from "node:net";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { Client, connectPacket, forEach, open } from "./support/client";
import { Edge } from "./support/edge";
import { flood } from "./support/flood";
import { proxyLocal, proxyV1, proxyV2 } from "./support/proxy-header";
import { figure, useEdge, rounded } from "./support/run";

const perSecond = 50;

/**
 * What comes back for some bytes, until the other side closes; `open` where it does not by itself: the time is long for a busy machine, and
 * ends before the 10 s after which HAProxy closes all that stay silent.
 */
function answerTo(edge: Edge, port: number, bytes: Buffer, waitMs = 8000): Promise<string> {
    return new Promise((resolve) => {
        const socket = connect({ host: edge.address(), port });
        let answer = "";
        const timer = setTimeout(() => {
            socket.destroy();
            resolve("open");
        }, waitMs);
        socket.setEncoding("latin1").on("data", (text: string) => {
            answer += text;
        });
        socket.on("error", () => undefined);
        socket.on("close", () => {
            clearTimeout(timer);
            resolve(answer);
        });
        socket.write(bytes);
    });
}

describe("behind a load balancer that terminates TLS and sends PROXY headers", () => {
    const edge = useEdge({
        target: "eks",
        requirements: { certificateSource: "cloud", allowedCidrs: ["203.0.113.0/24", "198.51.100.0/24"] },
        connectionsPerSourcePerSecond: perSecond,
    });

    for (const [version, header] of [
        ["1", proxyV1],
        ["2", proxyV2],
    ] as const) {
        it(`takes the client's address from a version ${version} header and tells it to the broker`, async () => {
            const clientId = `v${version}`;
            const client = await Client.connect({
                ...edge().endpoint("mqtts"),
                header: header("203.0.113.77"),
                clientId,
            });
            assert.equal(edge().addresses.get(clientId), "203.0.113.77");
            await client.close();
        });
    }

    it("refuses a missing header, a wrong one and one that breaks off", async () => {
        const hello = connectPacket({ clientId: "forger" });
        const refused = {
            missing: hello,
            wrong: Buffer.concat([Buffer.from("PROXY TCP4 nonsense\r\n"), hello]),
            "version 3": Buffer.concat([
                Buffer.from([...proxyV2("203.0.113.5")].map((byte, at) => (at === 12 ? 0x31 : byte))),
                hello,
            ]),
        };
        for (const [what, bytes] of Object.entries(refused)) {
            assert.equal(await answerTo(edge(), haproxyPorts.mqtts, bytes), "", what);
        }
        assert.equal(edge().addresses.has("forger"), false);
    });

    it("spreads and keeps clients by the carried address, whatever the connection's own", async () => {
        const sources = Array.from({ length: 200 }, (_, index) => `203.0.113.${index + 1}`);
        const places = async (prefix: string) => {
            const clients = await forEach(sources, 40, (source, index) =>
                Client.connect({
                    ...edge().endpoint("mqtts"),
                    header: proxyV2(source),
                    clientId: `${prefix}-${index}`,
                }),
            );
            const found = clients.map(({ clientId }) => edge().places.get(clientId));
            await forEach(clients, 50, (client) => client.close());
            return found;
        };
        const first = await places("a");
        const largest = Math.max(...edge().brokers.map(({ name }) => first.filter((place) => place === name).length));
        figure("200 carried addresses over 4 brokers, max/mean", rounded(largest / 50));
        assert.ok(largest < 80);
        assert.deepEqual(await places("b"), first);
    });

    it("holds the allowed networks against the carried address", async () => {
        await assert.rejects(
            Client.connect({ ...edge().endpoint("mqtts"), header: proxyV2("192.0.2.1"), clientId: "outsider" }),
        );
        const client = await Client.connect({
            ...edge().endpoint("mqtts"),
            header: proxyV2("198.51.100.9"),
            clientId: "insider",
        });
        await client.close();
    });

    it("limits connections per second by the carried address", async () => {
        const clients: Client[] = [];
        const { attempts, admitted, refused, most } = await flood(perSecond, 120, async (index) => {
            try {
                const dial = { header: proxyV2("203.0.113.250"), clientId: `flood-${index}` };
                clients.push(await Client.connect({ ...edge().endpoint("mqtts"), ...dial }));
                return true;
            } catch {
                return false;
            }
        });
        const neighbour = await Client.connect({
            ...edge().endpoint("mqtts"),
            header: proxyV2("203.0.113.251"),
            clientId: "neighbour",
        });
        figure(`of ${attempts} connections at once from one source`, admitted, `about ${perSecond} a second`);
        assert.ok(refused > 0);
        assert.ok(admitted >= 0.9 * perSecond && admitted <= most, `${admitted} of ${attempts} let in`);
        await forEach([...clients, neighbour], 50, (client) => client.close());
    });

    it("answers the load balancer's health check behind its header, and no metrics there", async () => {
        const request = (path: string) => Buffer.concat([proxyLocal, Buffer.from(`GET ${path} HTTP/1.0\r\n\r\n`)]);
        const { healthBehindProxyHeader } = haproxyPorts;
        assert.match(await answerTo(edge(), healthBehindProxyHeader, request("/healthz")), /^HTTP\/1\.[01] 200 /);
        assert.match(await answerTo(edge(), healthBehindProxyHeader, request("/metrics")), /^HTTP\/1\.[01] 404 /);
        assert.equal(await answerTo(edge(), healthBehindProxyHeader, Buffer.from("GET /healthz HTTP/1.0\r\n\r\n")), "");
    });

    it("takes a WebSocket upgrade to /mqtt only, behind the header too", async () => {
        const upgrade = (path: string, protocol: string) =>
            Buffer.concat([
                proxyV1("203.0.113.8"),
                Buffer.from(
                    `GET ${path} HTTP/1.1\r\nHost: mqtt.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
                        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
                        `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
                ),
            ]);
        const first = (port: number, bytes: Buffer) =>
            new Promise<string>((resolve) => {
                const socket = open({ host: edge().address(), port });
                socket.once("data", (data: Buffer) => {
                    resolve(data.toString("latin1").split("\r\n")[0] ?? "");
                    socket.destroy();
                });
                socket.on("error", () => undefined);
                socket.write(bytes);
            });
        assert.match(await first(haproxyPorts.wss, upgrade("/mqtt", "mqtt")), / 101 /);
        assert.match(await first(haproxyPorts.wss, upgrade("/other", "mqtt")), / 404 /);
        assert.match(await first(haproxyPorts.wss, upgrade("/mqtt", "chat")), / 400 /);
    });
});
