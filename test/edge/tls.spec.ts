import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import type { Certificate } from "../../lab/certificates";
import { Client, connectPacket, open } from "./support/client";
import { Edge, host } from "./support/edge";
import { figure, needsHaproxy, useEdge } from "./support/run";
import { tlsClient, webSocketClient } from "./support/web-socket";

/** Shakes hands and gives the socket, or rejects with the alert that came back. */
async function handshake(edge: Edge, options: ConnectionOptions): Promise<TLSSocket> {
    const socket = connectTls({ host: edge.address(), port: haproxyPorts.mqtts, ...edge.tls, ...options });
    await once(socket, "secureConnect");
    return socket;
}

/** What a listener answers to some first bytes before it closes. */
async function answerTo(edge: Edge, bytes: Buffer, encrypted: boolean): Promise<number> {
    const { tls, ...address } = edge.endpoint("mqtts");
    const socket = open({ ...address, ...(encrypted ? { tls } : {}) });
    let received = 0;
    socket.on("data", (data: Buffer) => {
        received += data.length;
    });
    socket.on("error", () => undefined);
    socket.write(bytes);
    await once(socket, "close");
    return received;
}

/** OpenSSL's own floor is lowered, so that the refusal is the edge's. */
const old = { ciphers: "ALL:@SECLEVEL=0" };

describe("TLS at the edge", () => {
    const edge = useEdge({ brokers: 1 });

    it("refuses TLS 1.0 and 1.1 and takes 1.2 and 1.3", async () => {
        for (const version of ["TLSv1", "TLSv1.1"] as const) {
            await assert.rejects(handshake(edge(), { ...old, minVersion: version, maxVersion: version }), {
                code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
            });
        }
        for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
            const socket = await handshake(edge(), { minVersion: version, maxVersion: version });
            assert.equal(socket.getProtocol(), version);
            socket.destroy();
        }
    });

    it("offers forward secrecy and authenticated encryption only", async () => {
        for (const cipher of ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"]) {
            await assert.rejects(
                handshake(edge(), { maxVersion: "TLSv1.2", ciphers: `${cipher}:@SECLEVEL=0` }),
                // "SSLV3" before it, and "SSL/TLS" since OpenSSL 3.5.
                { code: /_ALERT_HANDSHAKE_FAILURE$/ },
                cipher,
            );
        }
        const socket = await handshake(edge(), { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" });
        assert.equal(socket.getCipher().name, "ECDHE-ECDSA-CHACHA20-POLY1305");
        socket.destroy();
    });

    it("refuses plain MQTT on a TLS port, and inside TLS whatever is not a CONNECT", async () => {
        const refused: readonly (readonly [string, Buffer, boolean])[] = [
            ["MQTT without TLS", connectPacket({ clientId: "plain" }), false],
            ["HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: mqtt.example.com\r\n\r\n"), true],
            ["a PUBLISH first", Buffer.from([0x30, 5, 0, 1, 0x61, 0x62, 0x63]), true],
            [
                "a CONNECT with a wrong protocol name",
                Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x58, 4, 2, 0, 60, 0, 0]),
                true,
            ],
            ["a CONNECT of MQTT 6", Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 6, 2, 0, 60, 0, 0]), true],
        ];
        for (const [what, bytes, encrypted] of refused) {
            const received = await answerTo(edge(), bytes, encrypted);
            // A TLS listener may answer plain bytes with an alert of 7 bytes.
            assert.ok(received <= 7, what);
        }
        assert.equal(edge().brokers[0]?.sessions.length, 0);
    });

    it("carries MQTT 3.1.1 and 5 with QoS 1 and 2 between a TLS client and a WebSocket client (mqtt.js)", async () => {
        const subscriber = await webSocketClient(edge(), { clientId: "subscriber", protocolVersion: 5 });
        const publisher = await tlsClient(edge(), { clientId: "publisher", protocolVersion: 4 });
        await subscriber.subscribeAsync("telemetry/#", { qos: 2 });
        const arrived: string[] = [];
        const all = new Promise<void>((resolve) => {
            subscriber.on("message", (topic, payload) => {
                if (arrived.push(`${topic} ${payload.toString()}`) === 3) {
                    resolve();
                }
            });
        });
        for (const qos of [0, 1, 2] as const) {
            await publisher.publishAsync(`telemetry/${qos}`, "payload", { qos });
        }
        await all;
        assert.deepEqual(arrived.sort(), ["telemetry/0 payload", "telemetry/1 payload", "telemetry/2 payload"]);
        await Promise.all([subscriber.endAsync(), publisher.endAsync()]);
    });

    it("writes no payload, topic, user name or client id to its log", () => {
        const output = edge().haproxies[0]?.output ?? "";
        assert.match(output, / mqtts~ brokers-mqtt\/vernemq-0 /);
        for (const secret of ["payload", "telemetry", "publisher", "subscriber"]) {
            assert.equal(output.includes(secret), false, secret);
        }
    });
});

describe("client certificates at the edge", () => {
    before(function () {
        needsHaproxy(this);
    });

    for (const commonNameAsUser of [true, false]) {
        it(`are asked for and checked; the common name is the user name: ${commonNameAsUser ? "yes" : "no"}`, async () => {
            const issued: Certificate[] = [];
            const edge = await Edge.start({
                brokers: 1,
                requirements: { clientCertificates: true, minimumTlsVersion: "1.3" },
                clientCertificates: { revocation: true, commonNameAsUser },
                revoked: async (ca) => {
                    for (const commonName of ["device-1", "device-2"]) {
                        issued.push(await ca.issue({ commonName, usage: "client" }));
                    }
                    return issued.slice(1);
                },
            });
            try {
                const [valid, revoked] = issued;
                assert.ok(valid !== undefined && revoked !== undefined);
                const dial = (certificate: Certificate | undefined, version = 5) =>
                    Client.connect({
                        ...edge.endpoint("mqtts"),
                        tls: {
                            ...edge.tls,
                            ...(certificate === undefined
                                ? {}
                                : { cert: certificate.certificatePem, key: certificate.privateKeyPem }),
                        },
                        clientId: `certified-${version}`,
                        connect: { username: "someone", password: Buffer.from("secret") },
                    });
                await assert.rejects(dial(undefined), /certificate required|handshake failure|closed/i);
                await assert.rejects(dial(revoked), /certificate revoked/i);
                const client = await dial(valid);
                const [session] = edge.brokers[0]?.sessions ?? [];
                assert.equal(session?.username, commonNameAsUser ? "device-1" : "someone");
                assert.equal(client.alive, true);
                await client.close();

                await assert.rejects(
                    handshake(edge, { maxVersion: "TLSv1.2", cert: valid.certificatePem, key: valid.privateKeyPem }),
                    { code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" },
                );
                figure("user name at the broker", session.username);
            } finally {
                await edge.stop();
            }
        });
    }

    it("is what the certificate's own name is checked against: a client of another host is turned away by itself", async () => {
        const edge = await Edge.start({ brokers: 1 });
        try {
            await assert.rejects(handshake(edge, { servername: `other.${host}` }), {
                code: "ERR_TLS_CERT_ALTNAME_INVALID",
            });
        } finally {
            await edge.stop();
        }
    });
});
