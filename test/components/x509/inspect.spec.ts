import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { expiryWarning, pairFaults } from "../../../components/x509/inspect";
import {
    armor,
    certificate,
    type CertificateOptions,
    clientAuth,
    hierarchy,
    inDays,
    keyOf,
    type KeyKind,
    keyPem,
    revocationList,
    today,
} from "../../certificates";

const host = "mqtt.example.com";
const { root, upper, lower, leaf } = hierarchy([host]);
const chain = leaf.pem + lower.pem;

/** A leaf of the lower authority with some of its properties changed, and its chain. */
function other(options: CertificateOptions) {
    const issued = certificate({ commonName: host, dnsNames: [host], issuer: lower, ...options });
    return { ...issued, chain: issued.pem + lower.pem, privateKey: keyPem(issued.key) };
}

interface Bad {
    readonly title: string;
    readonly certificate?: string;
    readonly privateKey?: string;
    readonly part?: "certificate" | "privateKey";
    readonly rule: RegExp;
    /** Default: one. */
    readonly faults?: number;
}

const encrypted = leaf.key
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "passphrase" })
    .toString();
const encryptedTraditional = leaf.key
    .export({ type: "sec1", format: "pem", cipher: "aes-256-cbc", passphrase: "passphrase" })
    .toString();

function changed(options: CertificateOptions, rule: RegExp, title: string): Bad {
    const { chain: pem, privateKey } = other(options);
    return { title, certificate: pem, privateKey, rule };
}

const renamed = (pem: string, label: string) => pem.replaceAll("CERTIFICATE-----", `${label}-----`);
const damaged = leaf.pem.replace(/\n.{8}/, "\nAAAAAAAA");
const rekeyed = certificate({ commonName: lower.commonName, ca: true, issuer: upper, key: keyOf("p256", "rekeyed") });
const longName = other({ dnsNames: ["a", "b", "c", "d", "e", "f", "g"].map((label) => `${label}.example.org`) });

const bad: readonly Bad[] = [
    { title: "foreign key", privateKey: keyPem(keyOf("p256", "foreign")), part: "privateKey", rule: /is not the key/ },
    {
        title: "foreign key of another type",
        privateKey: keyPem(keyOf("rsa-2048")),
        part: "privateKey",
        rule: /holds an ECDSA key on P-256, this is an RSA key of 2048 bits/,
    },
    {
        title: "private key in place of the certificate",
        certificate: keyPem(leaf.key),
        rule: /^a private key stands where a certificate belongs$/,
    },
    {
        title: "private key after the certificate",
        certificate: chain + keyPem(leaf.key),
        rule: /^a private key stands where a certificate belongs$/,
    },
    {
        title: "truncated private key in place of the certificate",
        certificate: keyPem(leaf.key).slice(0, 90),
        rule: /^a private key stands where a certificate belongs$/,
    },
    {
        title: "private key without its BEGIN and END lines",
        certificate: keyPem(keyOf("rsa-2048")).split("\n").slice(1, -2).join("\n"),
        rule: /^a private key \(DER\) stands where a certificate belongs$/,
    },
    {
        title: "certificate in place of the key",
        privateKey: leaf.pem,
        part: "privateKey",
        rule: /^a certificate stands where the private key belongs$/,
    },
    {
        title: "public key in place of the key",
        privateKey: armor("PUBLIC KEY", Buffer.from("public")),
        part: "privateKey",
        rule: /^a public key stands where the private key belongs$/,
    },
    {
        title: "certificate signing request",
        certificate: renamed(leaf.pem, "CERTIFICATE REQUEST"),
        rule: /a certificate signing request stands/,
    },
    { title: "PKCS #7 bundle", certificate: renamed(leaf.pem, "PKCS7"), rule: /a PKCS #7 bundle stands/ },
    { title: "revocation list", certificate: revocationList(lower), rule: /a certificate revocation list stands/ },
    { title: "DER in base64", certificate: leaf.der.toString("base64"), rule: /this is DER, not PEM/ },
    { title: "DER in bytes", certificate: leaf.der.toString("latin1"), rule: /this is DER, not PEM/ },
    {
        title: "PKCS #12 in base64",
        certificate: Buffer.concat([Buffer.from("3082040a020103", "hex"), Buffer.alloc(1034, 7)]).toString("base64"),
        rule: /binary data \(DER or PKCS #12\), not PEM/,
    },
    { title: "garbage", certificate: "whatever was never signed", rule: /this is not a certificate in PEM form/ },
    { title: "nothing", certificate: " \n", rule: /it is empty/ },
    { title: "byte order mark", certificate: `\uFEFF${chain}`, rule: /byte order mark/ },
    { title: "escaped line breaks", certificate: chain.replaceAll("\n", "\\n"), rule: /written as \\n/ },
    { title: "folded lines", certificate: chain.replaceAll("\n", " "), rule: /line breaks are lost/ },
    { title: "indented lines", certificate: chain.replaceAll(/^/gm, "  ").trim(), rule: /lines are indented/ },
    { title: "cut off", certificate: chain.slice(0, -60), rule: /no END line/ },
    { title: "text around it", certificate: `Bag Attributes\n${chain}`, rule: /text outside the lines/ },
    { title: "no base64", certificate: chain.replace(/\nM.{4}/, "\nM*!$?"), rule: /block 1 is not base64/ },
    { title: "damaged", certificate: damaged, rule: /certificate 1 cannot be read/ },
    {
        title: "OpenSSL's own form",
        certificate: renamed(leaf.pem, "TRUSTED CERTIFICATE"),
        rule: /in a form that only OpenSSL reads/,
    },
    {
        title: "authority first",
        certificate: lower.pem + leaf.pem,
        rule: /wrong order: "Test Lower CA" is an authority/,
    },
    {
        title: "intermediates in the wrong order",
        certificate: leaf.pem + upper.pem + lower.pem,
        rule: /wrong order after "mqtt\.example\.com", which "Test Lower CA" issued/,
    },
    {
        title: "gap in the chain",
        certificate: leaf.pem + upper.pem,
        rule: /has a gap: "Test Lower CA" issued "mqtt\.example\.com", and the next certificate is "Test Upper CA"/,
    },
    {
        title: "gap above the first intermediate",
        certificate: leaf.pem + lower.pem + root.pem,
        rule: /has a gap: "Test Upper CA" issued "Test Lower CA"/,
    },
    {
        title: "issuer with another key",
        certificate: leaf.pem + rekeyed.pem,
        rule: /another key than the one that signed/,
    },
    {
        title: "missing intermediates",
        ...(({ pem, privateKey }) => ({ certificate: pem, privateKey }))(other({ issuerUrl: "http://ca.example.com" })),
        rule: /chain is incomplete: the certificate of "Test Lower CA"/,
    },
    {
        title: "certificate twice",
        certificate: leaf.pem + leaf.pem,
        rule: /certificate 2 is the same as certificate 1/,
    },
    {
        title: "two servers' certificates",
        certificate: leaf.pem + other({ key: keyOf("p256", "second") }).pem,
        rule: /a second certificate that is not an authority's/,
    },
    {
        title: "the key's certificate second",
        certificate: other({ key: keyOf("p256", "second") }).pem + leaf.pem,
        rule: /certificate 2 is the one of the private key/,
    },
    {
        title: "authority in place of the server",
        certificate: upper.pem + root.pem,
        rule: /"Test Upper CA" is a certificate authority/,
    },
    changed({ notAfter: inDays(-1) }, /"mqtt\.example\.com" expired on 2026-02-28/, "expired"),
    changed({ notBefore: inDays(2) }, /is not valid before 2026-03-03/, "not valid yet"),
    {
        title: "expired intermediate",
        ...(() => {
            const old = certificate({ commonName: "Old CA", ca: true, issuer: upper, notAfter: inDays(-10) });
            const { pem, privateKey } = other({ issuer: old });
            return { certificate: pem + old.pem, privateKey };
        })(),
        rule: /"Old CA" expired on 2026-02-19/,
    },
    changed(
        { dnsNames: ["mqtt.example.org"] },
        /not for mqtt\.example\.com: it is for mqtt\.example\.org$/,
        "other host",
    ),
    {
        title: "many other hosts",
        certificate: longName.chain,
        privateKey: longName.privateKey,
        rule: /e\.example\.org and 2 more$/,
    },
    changed({ dnsNames: ["example.com"] }, /it is for example\.com$/, "parent domain"),
    changed({ dnsNames: ["*.mqtt.example.com"] }, /it is for \*\.mqtt\.example\.com$/, "wildcard below the host"),
    changed({ dnsNames: ["*.com"] }, /it is for \*\.com$/, "wildcard over two labels"),
    changed({ dnsNames: ["m*.example.com"] }, /it is for m\*\.example\.com$/, "wildcard in part of a label"),
    changed({ dnsNames: [] }, /no subject alternative name/, "host in the common name alone"),
    changed({ key: keyOf("rsa-1024") }, /an RSA key of 1024 bits/, "RSA with 1024 bits"),
    changed({ key: keyOf("k256") }, /an ECDSA key on secp256k1/, "curve that TLS does not use"),
    changed({ key: keyOf("ed25519") }, /a key of type ed25519/, "Ed25519"),
    changed({ hash: "sha1" }, /"mqtt\.example\.com" is signed with SHA-1/, "SHA-1 with ECDSA"),
    {
        title: "SHA-1 with RSA",
        ...(() => {
            const { pem, key } = certificate({
                commonName: host,
                dnsNames: [host],
                key: keyOf("rsa-2048"),
                hash: "sha1",
            });
            return { certificate: pem, privateKey: keyPem(key) };
        })(),
        rule: /is signed with SHA-1/,
    },
    {
        title: "intermediate signed with SHA-1",
        ...(() => {
            const old = certificate({ commonName: "SHA-1 CA", ca: true, issuer: upper, hash: "sha1" });
            const { pem, privateKey } = other({ issuer: old });
            return { certificate: pem + old.pem, privateKey };
        })(),
        rule: /"SHA-1 CA" is signed with SHA-1/,
    },
    changed({ usages: [clientAuth] }, /not for a server.*no serverAuth/, "certificate of a client"),
    { title: "encrypted key", privateKey: encrypted, part: "privateKey", rule: /encrypted with a passphrase/ },
    {
        title: "encrypted key, older form",
        privateKey: encryptedTraditional,
        part: "privateKey",
        rule: /encrypted with a passphrase/,
    },
    {
        title: "two keys",
        privateKey: keyPem(leaf.key) + keyPem(keyOf("rsa-2048")),
        part: "privateKey",
        rule: /there are 2 private keys/,
    },
    {
        title: "damaged key",
        privateKey: keyPem(leaf.key).replace(/\n.{8}/, "\nAAAAAAAA"),
        part: "privateKey",
        rule: /the private key cannot be read/,
    },
    {
        title: "key of SSH",
        privateKey: armor("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1")),
        part: "privateKey",
        rule: /key of SSH/,
    },
    {
        title: "key that is garbage",
        privateKey: "hunter2hunter2",
        part: "privateKey",
        rule: /not a private key in PEM form/,
    },
];

/** The bytes of a private key that is used nowhere else, as DER, base64 and hexadecimal write them. */
function secretsOf(pem: string): readonly string[] {
    const lines = pem.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith("---"));
    return lines.flatMap((line) => Array.from({ length: line.length - 15 }, (_, at) => line.slice(at, at + 16)));
}

function faultsOf(pair: { readonly certificate?: string; readonly privateKey?: string }, now = today) {
    return pairFaults(
        { certificate: pair.certificate ?? chain, privateKey: pair.privateKey ?? keyPem(leaf.key) },
        { usage: "server", hosts: [host], now },
    );
}

describe("a certificate and its key", () => {
    for (const { title, rule, part = "certificate", ...pair } of bad) {
        it(`is refused: ${title}`, () => {
            const faults = faultsOf(pair);
            const shown = JSON.stringify(faults, null, 1);
            assert.equal(faults.length, 1, shown);
            assert.equal(faults[0]?.part, part, shown);
            assert.match(faults[0].rule, rule);
            assert.ok(faults[0].remedy.length > 10);
            for (const secret of [pair.certificate ?? "", pair.privateKey ?? keyPem(leaf.key)].flatMap(secretsOf)) {
                assert.ok(!shown.includes(secret), "the message shows what it is about");
            }
        });
    }

    it("each kind of mistake has its own words", () => {
        const rules = bad.map((entry) => faultsOf(entry)[0]?.rule);
        console.log(`    ${bad.length} bad certificates and keys, ${new Set(rules).size} different messages`);
        assert.ok(new Set(rules).size >= 25);
    });

    it("names both settings where the two files were swapped", () => {
        const faults = faultsOf({ certificate: keyPem(leaf.key), privateKey: chain });
        assert.deepEqual(
            faults.map(({ part, rule }) => `${part}: ${rule}`),
            [
                "certificate: a private key stands where a certificate belongs",
                "privateKey: a certificate stands where the private key belongs",
            ],
        );
    });

    const good: readonly { title: string; certificate: string; privateKey: string }[] = [
        ...(["rsa-2048", "rsa-3072", "rsa-4096", "p256", "p384"] as const satisfies readonly KeyKind[]).map((kind) => {
            const { chain: pem, privateKey } = other({ key: keyOf(kind) });
            return { title: kind, certificate: pem, privateKey };
        }),
        { title: "leaf of a private root alone", certificate: leaf.pem, privateKey: keyPem(leaf.key) },
        { title: "one intermediate", certificate: chain, privateKey: keyPem(leaf.key) },
        { title: "two intermediates", certificate: chain + upper.pem, privateKey: keyPem(leaf.key) },
        { title: "root included", certificate: chain + upper.pem + root.pem, privateKey: keyPem(leaf.key) },
        {
            title: "line endings of Windows",
            certificate: chain.replaceAll("\n", "\r\n"),
            privateKey: keyPem(leaf.key).replaceAll("\n", "\r\n"),
        },
        {
            title: "key in SEC 1 form after its curve",
            certificate: chain,
            privateKey:
                armor("EC PARAMETERS", Buffer.from("06082a8648ce3d030107", "hex")) +
                leaf.key.export({ type: "sec1", format: "pem" }).toString(),
        },
        {
            title: "key in PKCS #1 form",
            certificate: other({ key: keyOf("rsa-2048") }).chain,
            privateKey: keyOf("rsa-2048").export({ type: "pkcs1", format: "pem" }).toString(),
        },
        ...[
            { title: "wildcard", dnsNames: ["*.example.com"] },
            { title: "host in capitals", dnsNames: ["MQTT.Example.com"] },
            { title: "no extended key usage", usages: [] },
            { title: "any extended key usage", usages: ["2.5.29.37.0"] },
            { title: "self-signed", issuer: undefined },
        ].map(({ title, ...options }) => {
            const key = keyOf("p256", "good");
            const issued =
                title === "self-signed"
                    ? certificate({ commonName: host, dnsNames: [host], key })
                    : other({ key, ...(options as CertificateOptions) });
            return { title, certificate: issued.pem, privateKey: keyPem(key) };
        }),
    ];
    for (const { title, ...pair } of good) {
        it(`is taken: ${title}`, () => {
            assert.deepEqual(faultsOf(pair), []);
        });
    }

    it("is for an address where the address is among its names", () => {
        const { pem, key } = other({ dnsNames: [], addresses: [[192, 0, 2, 7]] });
        const pair = { certificate: pem, privateKey: keyPem(key) };
        const purpose = { usage: "server", now: today } as const;
        assert.deepEqual(pairFaults(pair, { ...purpose, hosts: ["192.0.2.7"] }), []);
        assert.match(pairFaults(pair, { ...purpose, hosts: ["192.0.2.8"] })[0]?.rule ?? "", /not for 192\.0\.2\.8/);
    });

    it("is not judged by its dates where nothing is created", () => {
        const { chain: pem, privateKey } = other({ notAfter: inDays(-1) });
        const pair = { certificate: pem, privateKey };
        assert.deepEqual(pairFaults(pair, { usage: "server", hosts: [host], now: undefined }), []);
    });

    it("the test's certificates are what OpenSSL reads", () => {
        const parsed = new X509Certificate(leaf.pem);
        assert.equal(parsed.subjectAltName, `DNS:${host}`);
        assert.ok(parsed.verify(new X509Certificate(lower.pem).publicKey));
    });
});

describe("a certificate that ends soon", () => {
    // 90 days long: a warning when 21 are left, as cert-manager would have renewed it at 30.
    const { pem } = certificate({ dnsNames: [host], notBefore: inDays(-80), notAfter: inDays(10) });

    it("is warned of by its date, in words that stay the same from day to day", () => {
        const warning = expiryWarning(pem, today);
        assert.equal(warning, '"mqtt.example.com" expires on 2026-03-11: less than 21 days are left');
        assert.equal(expiryWarning(pem, inDays(5)), warning);
    });

    it("is not warned of before its own threshold", () => {
        assert.equal(expiryWarning(pem, inDays(-12)), undefined);
        const short = certificate({ dnsNames: [host], notBefore: inDays(-1), notAfter: inDays(6) });
        assert.equal(expiryWarning(short.pem, today), undefined);
    });
});
