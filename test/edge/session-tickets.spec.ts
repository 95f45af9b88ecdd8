import assert from "node:assert/strict";
import { constants, hkdfSync } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { connect as connectTls, type SecureVersion } from "node:tls";
import { certificateFolder, files, runFolder } from "../../components/edge/haproxy/folder";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { Client, connectPacket, forEach } from "./support/client";
import { type Edge, host, until } from "./support/edge";
import { figure, useEdge } from "./support/run";

interface Handshake {
    readonly resumed: boolean;
    /** What a later connection presents. */
    readonly session: Buffer;
    /** A fresh key exchange, without which a stolen ticket key opens what was recorded. */
    readonly forwardSecret: boolean;
}

/** The key of a period, by RFC 5869: the first 16 bytes of every ticket that it encrypts are its first 16 bytes (HAProxy's name of it). */
async function keyOf(edge: Edge, period: number): Promise<Buffer> {
    const secret = await readFile(join(edge.haproxies[0]?.directory ?? "", certificateFolder, files.privateKey));
    return Buffer.from(hkdfSync("sha256", secret, "vernemq session tickets", period.toString(), 80));
}

/** Forwards one connection to a pod and keeps what the pod answers. */
async function tapped(host: string): Promise<{ readonly port: number; readonly answer: () => Buffer }> {
    const chunks: Buffer[] = [];
    const tap = createServer((client) => {
        tap.close();
        const pod = connect(haproxyPorts.mqtts, host);
        pod.on("data", (chunk) => chunks.push(chunk));
        for (const [from, to] of [
            [client, pod],
            [pod, client],
        ] as const) {
            from.pipe(to).on("error", () => from.destroy());
        }
    });
    await once(tap.listen(0, "127.0.0.1"), "listening");
    return { port: (tap.address() as AddressInfo).port, answer: () => Buffer.concat(chunks) };
}

/**
 * Whether a server's first flight brings a fresh share of a key: the message ServerKeyExchange (type 12) in TLS 1.2 (RFC 5246, 7.4), the
 * extension key_share (51) of its ServerHello in TLS 1.3 (RFC 8446, 4.2.8).
 */
function bringsKeyShare(flight: Buffer, version: SecureVersion): boolean {
    const messages: Buffer[] = [];
    // Handshake records are type 22 with 5 bytes before them; after ChangeCipherSpec they are encrypted.
    for (let at = 0; flight[at] === 22; at += 5 + flight.readUInt16BE(at + 3)) {
        messages.push(flight.subarray(at + 5, at + 5 + flight.readUInt16BE(at + 3)));
    }
    const handshake = Buffer.concat(messages);
    for (let at = 0; at < handshake.length; at += 4 + handshake.readUIntBE(at + 1, 3)) {
        if (version === "TLSv1.2" ? handshake[at] === 12 : handshake[at] === 2 && extensionsOf(handshake, at).has(51)) {
            return true;
        }
    }
    return false;
}

/** Types of the extensions of a ServerHello: behind version, random, session id, cipher suite and compression (RFC 8446, 4.1.3). */
function extensionsOf(handshake: Buffer, hello: number): ReadonlySet<number> {
    const types = new Set<number>();
    const begin = hello + 4 + 2 + 32;
    let at = begin + 1 + handshake.readUInt8(begin) + 2 + 1;
    const end = at + 2 + handshake.readUInt16BE(at);
    for (at += 2; at < end; at += 4 + handshake.readUInt16BE(at + 2)) {
        types.add(handshake.readUInt16BE(at));
    }
    return types;
}

/** One MQTT session over TLS, and the ticket that came with it, or the session's id for a client that knows no tickets. */
async function visit(
    edge: Edge,
    replica: number,
    version: SecureVersion,
    session?: Buffer,
    knowsTickets = true,
): Promise<Handshake> {
    const { port, answer } = await tapped(edge.address(replica));
    const socket = connectTls({
        host: "127.0.0.1",
        port,
        ...edge.tls,
        session,
        minVersion: version,
        maxVersion: version,
        secureOptions: knowsTickets ? 0 : constants.SSL_OP_NO_TICKET,
    });
    let ticket: Buffer | undefined;
    socket.on("session", (received: Buffer) => {
        ticket = received;
    });
    await once(socket, "secureConnect");
    socket.write(connectPacket({ clientId: `visitor-${replica}` }));
    await once(socket, "data");
    const resumed = socket.isSessionReused();
    // A resumed session of TLS 1.2 brings no new ticket while the key that encrypted its own is still the newest.
    ticket ??= socket.getSession();
    assert.ok(ticket !== undefined);
    socket.destroy();
    return { resumed, session: ticket, forwardSecret: bringsKeyShare(answer(), version) };
}

/** A session that began before the keys changed, and whether it was resumed after that, within its life: a busy machine may need another try. */
async function throughChange(
    edge: Edge,
    seconds: number,
    period: () => number,
): Promise<{ readonly session: Buffer; readonly resumed: boolean }> {
    for (;;) {
        // Two seconds before the keys change.
        const untilChange = seconds - 2 - ((Date.now() / 1000) % seconds);
        await sleep(1000 * (untilChange < 0 ? untilChange + seconds : untilChange));
        const [begun, since] = [period(), performance.now()];
        const { session } = await visit(edge, 0, "TLSv1.2");
        const isBefore = period() === begun;
        await sleep(3500);
        const { resumed } = await visit(edge, 1, "TLSv1.2", session);
        if (isBefore && period() === begun + 1 && performance.now() - since < 1000 * (seconds - 1)) {
            return { session, resumed };
        }
    }
}

const versions: readonly SecureVersion[] = ["TLSv1.2", "TLSv1.3"];

describe("TLS sessions at two HAProxy pods", () => {
    describe("with tickets", () => {
        const edge = useEdge({ brokers: 1, replicas: 2, sessionSeconds: 3600 });

        it("resume at the pod that did not begin them, and after a restart of the one that did", async () => {
            for (const version of versions) {
                const first = await visit(edge(), 0, version);
                assert.equal(first.resumed, false, version);
                assert.equal((await visit(edge(), 1, version, first.session)).resumed, true, version);
                await edge().haproxies[0]?.reload();
                assert.equal((await visit(edge(), 0, version, first.session)).resumed, true, `${version}, restarted`);
            }
        });

        it("resume in TLS 1.2 for a client that knows no tickets at the pod that began them, from its cache", async () => {
            const { session } = await visit(edge(), 0, "TLSv1.2", undefined, false);
            assert.equal((await visit(edge(), 0, "TLSv1.2", session, false)).resumed, true);
            assert.equal((await visit(edge(), 1, "TLSv1.2", session, false)).resumed, false);
        });

        it("still exchange fresh keys in TLS 1.3, and do not in TLS 1.2 (RFC 8446, 2.2; RFC 5077)", async () => {
            for (const version of versions) {
                const { session, forwardSecret: isFreshAtFirst } = await visit(edge(), 0, version);
                assert.equal(isFreshAtFirst, true, version);
                const { forwardSecret } = await visit(edge(), 1, version, session);
                assert.equal(forwardSecret, version === "TLSv1.3", version);
            }
        });

        it("are encrypted with keys that Node's HKDF-SHA256 derives alike (RFC 5869)", async () => {
            for (const { directory } of edge().haproxies) {
                // An hour may have begun of which HAProxy does not know yet.
                await until(async () => {
                    const keys = await readFile(join(directory, runFolder, files.sessionKeys), "utf8");
                    const period = Math.floor(Date.now() / 3_600_000);
                    const expected = await Promise.all([-1, 0, 1].map((offset) => keyOf(edge(), period + offset)));
                    return keys.trim() === expected.map((key) => key.toString("base64")).join("\n");
                }, "the keys are those of the hours before, now and next");
            }
        });

        it("begin anew when the certificate's private key is another one, and then resume at both again", async () => {
            const before = await visit(edge(), 0, "TLSv1.3");
            const renewed = await edge().ca.issue({ commonName: host, dnsNames: [host] });
            for (const { directory } of edge().haproxies) {
                await writeFile(join(directory, certificateFolder, files.certificate), renewed.certificatePem);
                await writeFile(join(directory, certificateFolder, files.privateKey), renewed.privateKeyPem);
            }
            await until(async () => !(await visit(edge(), 1, "TLSv1.3", before.session)).resumed, "old tickets go");
            await until(async () => {
                const after = await visit(edge(), 0, "TLSv1.3");
                return (await visit(edge(), 1, "TLSv1.3", after.session)).resumed;
            }, "new tickets come");
        });
    });

    describe("with tickets and TLS 1.3 alone, where no cache keeps sessions", () => {
        const edge = useEdge({
            brokers: 1,
            replicas: 2,
            sessionSeconds: 3600,
            requirements: { minimumTlsVersion: "1.3" },
        });

        it("resume at either pod", async () => {
            assert.match(edge().config, /^ {4}tune\.ssl\.cachesize 0$/m);
            const { session } = await visit(edge(), 0, "TLSv1.3");
            assert.equal((await visit(edge(), 0, "TLSv1.3", session)).resumed, true);
            assert.equal((await visit(edge(), 1, "TLSv1.3", session)).resumed, true);
        });
    });

    describe("whose life is ten seconds", () => {
        const seconds = 10;
        const edge = useEdge({ brokers: 1, replicas: 2, sessionSeconds: seconds });

        it("resume through a change of keys and not for longer than their life, while 100 connections stay", async () => {
            const clients = await forEach(Array.from({ length: 100 }), 20, (_, index) =>
                Client.connect({ ...edge().endpoint("mqtts"), clientId: `live-${index}` }),
            );
            const workers = await edge().haproxies[0]?.workers();
            const period = () => Math.floor(Date.now() / 1000 / seconds);
            const changed = await throughChange(edge(), seconds, period);
            assert.equal(changed.resumed, true);
            await sleep(1000 * seconds);
            assert.equal((await visit(edge(), 1, "TLSv1.2", changed.session)).resumed, false);
            await until(async () => {
                const begun = period();
                const ticket = await visit(edge(), 1, "TLSv1.3");
                const name = (await keyOf(edge(), begun)).subarray(0, 16);
                const resumed = await visit(edge(), 0, "TLSv1.3", ticket.session);
                return ticket.session.includes(name) && resumed.resumed;
            }, "the period's own key encrypts");
            await forEach(clients, 50, (client) => client.ping());
            figure("dropped of 100 live connections", clients.filter(({ alive }) => !alive).length, "0");
            assert.deepEqual(await edge().haproxies[0]?.workers(), workers);
        });
    });

    describe("without tickets", () => {
        const edge = useEdge({ brokers: 1, replicas: 2 });

        it("resume at the pod that began them, and nowhere else", async () => {
            for (const version of versions) {
                const { session } = await visit(edge(), 0, version);
                assert.equal((await visit(edge(), 0, version, session)).resumed, true, version);
                assert.equal((await visit(edge(), 1, version, session)).resumed, false, version);
            }
        });
    });
});
