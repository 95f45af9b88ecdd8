import assert from "node:assert/strict";
import { join } from "node:path";
import { certificateFolder, files } from "../../components/edge/haproxy/folder";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { renewalIntervalSeconds } from "../../components/edge/haproxy/tls";
import { type Certificate, CertificateAuthority } from "../../lab/certificates";
import type { Client } from "./support/client";
import { type Edge, host, until } from "./support/edge";
import { connectFleet, droppedOf, live, newcomers, shown } from "./support/fleet";
import { Mount } from "./support/mount";
import { figure, useEdge } from "./support/run";

/** Serial number of the certificate that a listener serves to a new connection. */
async function servedSerial(edge: Edge, port: number, ca = edge.ca.pem): Promise<string> {
    return (await shown(edge, { ca }, port)).serialNumber.toLowerCase();
}

function secret({ certificatePem, privateKeyPem }: Certificate, folder = ""): Record<string, string> {
    return {
        [join(folder, files.certificate)]: certificatePem,
        [join(folder, files.privateKey)]: privateKeyPem,
    };
}

describe("a certificate that is renewed", () => {
    const edge = useEdge({ brokers: 3 });
    let mount: Mount;
    let clients: readonly Client[];
    before(async () => {
        mount = await Mount.of(join(edge().haproxies[0]?.directory ?? "", certificateFolder), [
            files.certificate,
            files.privateKey,
        ]);
        clients = await connectFleet(edge());
    });

    it("is served to new connections while 500 live ones stay, in the same process", async () => {
        const [haproxy] = edge().haproxies;
        const before = await haproxy?.workers();
        const renewed = await edge().ca.issue({ commonName: host, dnsNames: [host] });
        const serial = renewed.serialNumber.toLowerCase();
        assert.notEqual(await servedSerial(edge(), haproxyPorts.mqtts), serial);

        const meanwhile = newcomers(edge());
        const begun = Date.now();
        await mount.renew(secret(renewed));
        await until(
            async () => (await servedSerial(edge(), haproxyPorts.mqtts)) === serial,
            "the new certificate is served",
        );
        figure("served after, ms", Date.now() - begun, `look every ${renewalIntervalSeconds} s`);
        assert.equal(await servedSerial(edge(), haproxyPorts.wss), serial);
        const connected = await meanwhile.stop();
        assert.ok(connected > 0);

        const dropped = await droppedOf(clients);
        figure(`dropped of ${live} live connections`, dropped, "0");
        figure("connections made meanwhile, all of them successful", connected);
        assert.equal(dropped, 0);
        assert.deepEqual(await haproxy?.workers(), before);
    });

    it("may be of another CA: who trusts old and new connects throughout, and 500 live connections stay", async () => {
        const next = await CertificateAuthority.create("The next CA");
        const both = edge().ca.pem + next.pem;
        const leaf = await next.issue({ commonName: host, dnsNames: [host] });
        const meanwhile = newcomers(edge(), { ca: both });
        await mount.renew(secret(leaf));
        const serial = leaf.serialNumber.toLowerCase();
        await until(
            async () => (await servedSerial(edge(), haproxyPorts.mqtts, both)) === serial,
            "the certificate of the next CA is served",
        );
        assert.ok((await meanwhile.stop()) > 0);
        await assert.rejects(shown(edge()), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
        await shown(edge(), { ca: next.pem });
        const dropped = await droppedOf(clients);
        figure(`dropped of ${live} live connections`, dropped, "0");
        assert.equal(dropped, 0);
        // Back to the first CA, for the tests that follow.
        const back = await edge().ca.issue({ commonName: host, dnsNames: [host] });
        await mount.renew(secret(back));
        await until(
            async () => (await servedSerial(edge(), haproxyPorts.mqtts, both)) === back.serialNumber.toLowerCase(),
            "the first CA's is served again",
        );
    });

    it("is not taken over where its key does not match: the old one stays, and at most one connection is lost", async () => {
        const serial = await servedSerial(edge(), haproxyPorts.mqtts);
        const [broken, other] = [
            await edge().ca.issue({ commonName: host, dnsNames: [host] }),
            await edge().ca.issue({ commonName: host, dnsNames: [host] }),
        ];
        await mount.renew(secret({ ...broken, privateKeyPem: other.privateKeyPem }));
        await until(() => edge().haproxies[0]?.output.includes("was not taken over") === true, "HAProxy says so");
        assert.equal(await servedSerial(edge(), haproxyPorts.mqtts), serial);
        // The refusal leaves an error in OpenSSL's queue, which HAProxy takes for the next connection's own.
        const dropped = await droppedOf(clients);
        figure(`dropped of ${live} live connections by a wrong pair`, dropped, "at most 1");
        assert.ok(dropped <= 1);
    });
});

/** Clients by what they know of certificates' keys, in either version of TLS. */
const clientsOf = {
    ecdsa: [
        { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" },
        // HAProxy 2.6 takes a client that offers the suites of TLS 1.3 alone for one without ECDSA.
        {
            ciphers: "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256",
            sigalgs: "ecdsa_secp256r1_sha256:rsa_pkcs1_sha256",
        },
    ],
    rsa: [
        { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256" },
        { minVersion: "TLSv1.3", sigalgs: "rsa_pss_rsae_sha256:rsa_pkcs1_sha256" },
    ],
} as const;

function keyOf({ asn1Curve }: { asn1Curve?: string }): "ecdsa" | "rsa" {
    return asn1Curve === undefined ? "rsa" : "ecdsa";
}

describe("an ECDSA and an RSA certificate, and one of another name", () => {
    const otherHost = "broker.example.org";
    const edge = useEdge({
        brokers: 3,
        // As an authority for devices that know RSA alone has it.
        caKey: "rsa-2048",
        furtherCertificates: {
            rsa: { commonName: host, dnsNames: [host], key: "rsa-2048", isDefault: true },
            "broker.example.org": { commonName: otherHost, dnsNames: [otherHost] },
        },
    });

    for (const [key, options] of Object.entries(clientsOf)) {
        it(`serve a client that knows ${key} alone with the one that it can check, in TLS 1.2 and 1.3`, async () => {
            for (const client of options) {
                const certificate = await shown(edge(), client);
                assert.equal(keyOf(certificate), key);
                assert.equal(certificate.subject.CN, host);
            }
        });
    }

    it("serve an RSA client that names no host", async () => {
        for (const client of clientsOf.rsa) {
            const certificate = await shown(edge(), {
                ...client,
                servername: "",
                checkServerIdentity: () => undefined,
            });
            assert.equal(keyOf(certificate), "rsa");
            assert.equal(certificate.subject.CN, host);
        }
    });

    it("serve each name with its own certificate, by SNI, and an unknown name with the first one's", async () => {
        assert.equal((await shown(edge(), { servername: otherHost })).subject.CN, otherHost);
        assert.equal((await shown(edge(), { servername: host })).subject.CN, host);
        const unknown = { servername: "unknown.example.org", checkServerIdentity: () => undefined };
        assert.equal((await shown(edge(), unknown)).subject.CN, host);
    });

    it("are each renewed while 500 live connections stay, half of them RSA clients", async () => {
        const mount = await Mount.of(join(edge().haproxies[0]?.directory ?? "", certificateFolder), [
            ...["", "rsa", otherHost].flatMap((folder) => [
                join(folder, files.certificate),
                join(folder, files.privateKey),
            ]),
        ]);
        const clients = await connectFleet(edge(), clientsOf.rsa[0], clientsOf.ecdsa[1]);
        const ecdsa = await edge().ca.issue({ commonName: host, dnsNames: [host] });
        const rsa = await edge().ca.issue({ commonName: host, dnsNames: [host], key: "rsa-2048" });
        const other = await edge().ca.issue({ commonName: otherHost, dnsNames: [otherHost] });
        await mount.renew({ ...secret(ecdsa), ...secret(rsa, "rsa"), ...secret(other, otherHost) });
        const serials = async () =>
            Promise.all(
                [clientsOf.ecdsa[0], clientsOf.rsa[0], { servername: otherHost }].map(async (options) =>
                    (await shown(edge(), options)).serialNumber.toLowerCase(),
                ),
            );
        const expected = [ecdsa, rsa, other].map(({ serialNumber }) => serialNumber.toLowerCase());
        await until(async () => (await serials()).join() === expected.join(), "all three are served anew");
        const dropped = await droppedOf(clients);
        figure(`dropped of ${live} live connections`, dropped, "0");
        assert.equal(clients.length, live);
        assert.equal(dropped, 0);
    });
});
