import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { certificateFolder, files } from "../../components/edge/haproxy/folder";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { renewalIntervalSeconds } from "../../components/edge/haproxy/tls";
import type { Certificate } from "../../lab/certificates";
import { Client, forEach } from "./support/client";
import { Edge, host, until } from "./support/edge";
import { figure, useEdge } from "./support/run";

const live = 500;

/** Serial number of the certificate that a listener serves to a new connection. */
async function servedSerial(edge: Edge, port: number): Promise<string> {
    const socket = connectTls({ host: edge.address(), port, ...edge.tls });
    await once(socket, "secureConnect");
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber.toLowerCase();
}

/** Changes the files of a mounted Secret as Kubernetes does: all at once, by one rename of a link to their folder. */
async function renewMount(folder: string, certificate: Certificate): Promise<void> {
    const version = `..${certificate.serialNumber}`;
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, files.certificate), certificate.certificatePem);
    await writeFile(join(folder, version, files.privateKey), certificate.privateKeyPem);
    await symlink(version, join(folder, "..new"));
    await rename(join(folder, "..new"), join(folder, "..data"));
}

/** Turns plain files into such a mount; what HAProxy reads stays the same. */
async function asMount(folder: string): Promise<void> {
    await mkdir(join(folder, "..first"));
    await symlink("..first", join(folder, "..data"));
    for (const file of [files.certificate, files.privateKey]) {
        await copyFile(join(folder, file), join(folder, "..first", file));
        await symlink(join("..data", file), join(folder, "..link"));
        await rename(join(folder, "..link"), join(folder, file));
    }
}

describe("a certificate that is renewed", function () {
    this.timeout(60_000);
    const edge = useEdge({ brokers: 3 });
    const mount = () => join(edge().haproxies[0]?.directory ?? "", certificateFolder);
    let clients: readonly Client[];
    before(async () => {
        await asMount(mount());
        clients = await forEach(Array.from({ length: live }), 50, (_, index) =>
            Client.connect({
                ...edge().endpoint("mqtts"),
                from: `127.30.${index >> 8}.${index & 0xff}`,
                clientId: `live-${index}`,
            }),
        );
    });

    it("is served to new connections while 500 live ones stay, in the same process", async () => {
        const [haproxy] = edge().haproxies;
        const before = await haproxy?.workers();
        const renewed = await edge().ca.issue({ commonName: host, dnsNames: [host] });
        const serial = renewed.serialNumber.toLowerCase();
        assert.notEqual(await servedSerial(edge(), haproxyPorts.mqtts), serial);

        let connected = 0;
        const newcomer = { come: true };
        const newcomers = (async () => {
            while (newcomer.come) {
                const client = await Client.connect({ ...edge().endpoint("mqtts"), clientId: "newcomer" });
                await client.close();
                connected += 1;
                await sleep(20);
            }
        })();
        const begun = Date.now();
        await renewMount(mount(), renewed);
        await until(
            async () => (await servedSerial(edge(), haproxyPorts.mqtts)) === serial,
            "the new certificate is served",
        );
        figure("served after, ms", Date.now() - begun, `look every ${renewalIntervalSeconds} s`);
        assert.equal(await servedSerial(edge(), haproxyPorts.wss), serial);
        newcomer.come = false;
        await newcomers;
        assert.ok(connected > 0);

        await forEach(clients, 100, (client) => client.ping());
        const dropped = clients.filter(({ alive }) => !alive).length;
        figure(`dropped of ${live} live connections`, dropped, "0");
        figure("connections made meanwhile, all of them successful", connected);
        assert.equal(dropped, 0);
        assert.deepEqual(await haproxy?.workers(), before);
    });

    it("is not taken over where its key does not match: the old one stays, and at most one connection is lost", async () => {
        const serial = await servedSerial(edge(), haproxyPorts.mqtts);
        const [broken, other] = [
            await edge().ca.issue({ commonName: host, dnsNames: [host] }),
            await edge().ca.issue({ commonName: host, dnsNames: [host] }),
        ];
        await renewMount(mount(), { ...broken, privateKeyPem: other.privateKeyPem });
        await until(() => edge().haproxies[0]?.output.includes("was not taken over") === true, "HAProxy says so");
        assert.equal(await servedSerial(edge(), haproxyPorts.mqtts), serial);
        // The refusal leaves an error in OpenSSL's queue, which HAProxy takes for the next connection's own.
        await forEach(clients, 100, (client) => client.ping().catch(() => undefined));
        const dropped = clients.filter(({ alive }) => !alive).length;
        figure(`dropped of ${live} live connections by a wrong pair`, dropped, "at most 1");
        assert.ok(dropped <= 1);
    });
});
