import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { configFolder, files } from "../../components/edge/haproxy/folder";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { longestRenewalBytes } from "../../components/edge/haproxy/tls";
import { type Certificate, CertificateAuthority } from "../../lab/certificates";
import { Client, connectPacket } from "./support/client";
import { type Edge, until } from "./support/edge";
import { connectFleet, droppedOf, live, newcomers } from "./support/fleet";
import { Mount } from "./support/mount";
import { figure, useEdge } from "./support/run";

function keyPair({ certificatePem, privateKeyPem }: Certificate): ConnectionOptions {
    return { cert: certificatePem, key: privateKeyPem };
}

/** Whether a client is let in: with this certificate, in a full handshake or one that resumes a session. */
async function isLetIn(edge: Edge, tls: ConnectionOptions): Promise<boolean> {
    const endpoint = edge.endpoint("mqtts");
    try {
        const client = await Client.connect({ ...endpoint, tls: { ...endpoint.tls, ...tls }, clientId: "probe" });
        await client.close();
        return true;
    } catch {
        return false;
    }
}

/** The session of a connection that was let in, for a later one to resume; undefined where the edge gives none. */
async function sessionOf(edge: Edge, tls: ConnectionOptions): Promise<Buffer | undefined> {
    const socket = connectTls({ host: edge.address(), port: haproxyPorts.mqtts, ...edge.tls, ...tls });
    let session: Buffer | undefined;
    socket.on("session", (given: Buffer) => {
        session = given;
    });
    await once(socket, "secureConnect");
    socket.end(connectPacket({ clientId: "resumer" }));
    socket.resume();
    await once(socket, "close");
    return session;
}

describe("client certificates while their CA and revocation list change", () => {
    let valid: Certificate;
    let stolen: Certificate;
    const edge = useEdge({
        brokers: 3,
        requirements: { clientCertificates: true },
        clientCertificates: { revocation: true, commonNameAsUser: false },
        revoked: async (ca) => {
            valid = await ca.issue({ commonName: "device-1", usage: "client" });
            stolen = await ca.issue({ commonName: "device-2", usage: "client" });
            return [];
        },
    });
    let mount: Mount;
    let clients: readonly Client[];
    const output = () => edge().haproxies[0]?.output ?? "";

    before(async () => {
        mount = await Mount.of(join(edge().haproxies[0]?.directory ?? "", configFolder), [
            files.clientCa,
            files.clientCrl,
        ]);
        clients = await connectFleet(edge(), keyPair(valid));
    });

    it("turn away who is newly on the list, resumed sessions too, while 500 live connections stay", async () => {
        const versions = ["TLSv1.2", "TLSv1.3"] as const;
        const sessions = await Promise.all(
            versions.map((version) =>
                sessionOf(edge(), { ...keyPair(stolen), minVersion: version, maxVersion: version }),
            ),
        );
        const workers = await edge().haproxies[0]?.workers();
        assert.equal(await isLetIn(edge(), keyPair(stolen)), true);
        const meanwhile = newcomers(edge(), keyPair(valid));
        await mount.renew({ [files.clientCrl]: await edge().ca.revoke([stolen]) });
        await until(async () => !(await isLetIn(edge(), keyPair(stolen))), "the stolen certificate is refused");
        const connected = await meanwhile.stop();
        figure("connections made meanwhile, all of them successful", connected);
        assert.ok(connected > 0);
        for (const [index, version] of versions.entries()) {
            const tls = { ...keyPair(stolen), minVersion: version, maxVersion: version, session: sessions[index] };
            assert.equal(await isLetIn(edge(), tls), false, `a resumed session of ${version}`);
        }
        const dropped = await droppedOf(clients);
        figure(`dropped of ${live} live connections`, dropped, "0");
        assert.equal(dropped, 0);
        assert.deepEqual(await edge().haproxies[0]?.workers(), workers);
    });

    it("come from a further CA as soon as the bundle has it, and 500 live connections stay", async () => {
        const next = await CertificateAuthority.create("The next client CA");
        const newcomer = keyPair(await next.issue({ commonName: "device-3", usage: "client" }));
        assert.equal(await isLetIn(edge(), newcomer), false);
        await mount.renew({
            [files.clientCa]: edge().ca.pem + next.pem,
            [files.clientCrl]: (await edge().ca.revoke([stolen])) + (await next.revoke([])),
        });
        await until(() => isLetIn(edge(), newcomer), "a client of the next CA is let in");
        assert.equal(await isLetIn(edge(), keyPair(valid)), true);
        assert.equal(await isLetIn(edge(), keyPair(stolen)), false);
        const dropped = await droppedOf(clients);
        figure(`dropped of ${live} live connections`, dropped, "0");
        assert.equal(dropped, 0);
    });

    it("keep the list that is in use where the new one cannot be read or is too long, and HAProxy says so", async () => {
        await mount.renew({ [files.clientCrl]: "-----BEGIN X509 CRL-----\nbroken\n-----END X509 CRL-----\n" });
        await until(() => output().includes(`was not taken over`), "HAProxy says so");
        assert.equal(await isLetIn(edge(), keyPair(stolen)), false);
        const list = await edge().ca.revoke([]);
        await mount.renew({
            [files.clientCrl]: `${list}${"# a comment of sixty-four characters, one of very many of its kind\n".repeat(300)}`,
        });
        await until(() => output().includes(`longer than ${longestRenewalBytes} bytes`), "HAProxy says so");
        assert.equal(await isLetIn(edge(), keyPair(stolen)), false);
    });
});
