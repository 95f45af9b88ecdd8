import assert from "node:assert/strict";
import { authorityFaults, revocationFaults } from "../../../components/x509/authorities";
import { armor, certificate, hierarchy, inDays, keyOf, keyPem, revocationList, today } from "../../certificates";

const { root, upper, lower, leaf } = hierarchy(["mqtt.example.com"]);
const expired = certificate({ commonName: "Old CA", ca: true, notAfter: inDays(-1) });
const foreign = certificate({ commonName: "Foreign CA", ca: true });

describe("certificates of authorities", () => {
    const bad: readonly { title: string; pem: string; rule: RegExp }[] = [
        {
            title: "a leaf",
            pem: root.pem + leaf.pem,
            rule: /"mqtt\.example\.com" is not the certificate of an authority/,
        },
        { title: "a private key", pem: keyPem(root.key), rule: /^a private key stands where a certificate belongs$/ },
        {
            title: "a private key after them",
            pem: root.pem + keyPem(root.key),
            rule: /^a private key stands where a certificate belongs$/,
        },
        { title: "garbage", pem: "trust me", rule: /not a certificate in PEM form/ },
        { title: "a damaged one", pem: root.pem.replace(/\n.{8}/, "\nAAAAAAAA"), rule: /certificate 1 cannot be read/ },
        {
            title: "one twice",
            pem: root.pem + upper.pem + root.pem,
            rule: /certificate 3 is the same as certificate 1/,
        },
        { title: "an expired one", pem: root.pem + expired.pem, rule: /"Old CA" expired on 2026-02-28/ },
        { title: "a revocation list", pem: revocationList(root), rule: /a certificate revocation list stands/ },
        { title: "nothing", pem: "", rule: /it is empty/ },
    ];
    for (const { title, pem, rule } of bad) {
        it(`are refused where they hold ${title}`, () => {
            const faults = authorityFaults(pem, "clients", today);
            assert.equal(faults.length, 1);
            assert.match(faults[0]?.rule ?? "", rule);
            for (const line of keyPem(root.key).split("\n").slice(1, -2)) {
                assert.ok(!JSON.stringify(faults).includes(line.slice(0, 16)));
            }
        });
    }

    it("are taken in any order, with comments and line endings of Windows", () => {
        assert.deepEqual(authorityFaults(root.pem + upper.pem + lower.pem, "clients", today), []);
        assert.deepEqual(authorityFaults(`# Test Root\r\n${root.pem.replaceAll("\n", "\r\n")}`, "clients", today), []);
    });

    it("may be a server's self-signed certificate where a server is trusted, and nothing else that is no authority's", () => {
        const own = certificate({ commonName: "db.data.svc", dnsNames: ["db.data.svc"] });
        assert.deepEqual(authorityFaults(own.pem, "server", today), []);
        assert.match(authorityFaults(own.pem, "clients", today)[0]?.rule ?? "", /not the certificate of an authority/);
        assert.match(authorityFaults(leaf.pem, "server", today)[0]?.rule ?? "", /not the certificate of an authority/);
    });
});

describe("revocation lists", () => {
    const bad: readonly { title: string; crl: string; rule: RegExp }[] = [
        { title: "of another authority", crl: revocationList(foreign), rule: /list 1 is of an authority that is not/ },
        {
            title: "that are outdated",
            crl: revocationList(root) + revocationList(upper, inDays(-2)),
            rule: /list 2 was valid until 2026-02-27/,
        },
        {
            title: "that are certificates",
            crl: root.pem,
            rule: /a certificate stands where the certificate revocation/,
        },
        { title: "that are a private key", crl: keyPem(keyOf("p256", "crl")), rule: /a private key stands where/ },
        { title: "that are damaged", crl: armor("X509 CRL", Buffer.from("damaged")), rule: /list 1 cannot be read/ },
        { title: "that are cut off", crl: revocationList(root).slice(0, -30), rule: /no END line/ },
    ];
    for (const { title, crl, rule } of bad) {
        it(`${title} are refused`, () => {
            const faults = revocationFaults(crl, root.pem + upper.pem, today);
            assert.equal(faults.length, 1);
            assert.match(faults[0]?.rule ?? "", rule);
        });
    }

    it("of the trusted authorities are taken, and old ones too where nothing is created", () => {
        assert.deepEqual(
            revocationFaults(revocationList(root) + revocationList(upper), root.pem + upper.pem, today),
            [],
        );
        assert.deepEqual(revocationFaults(revocationList(root, inDays(-2)), root.pem, undefined), []);
    });
});
