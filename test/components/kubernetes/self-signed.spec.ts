import assert from "node:assert/strict";
import { change, childrenOf, only, planOf, valid } from "../../support";

const ecdsa = { algorithm: "ECDSA", ecdsaCurve: "P256" };

describe("a self-signed certificate", () => {
    it("is a CA of the stack and a server certificate that it signs", async () => {
        const plan = await planOf(valid.existing);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:SelfSignedCertificate")), [
            "tls:index/certRequest:CertRequest vernemq-certificate-server-request",
            "tls:index/locallySignedCert:LocallySignedCert vernemq-certificate-server",
            "tls:index/privateKey:PrivateKey vernemq-certificate-ca-key",
            "tls:index/privateKey:PrivateKey vernemq-certificate-server-key",
            "tls:index/selfSignedCert:SelfSignedCert vernemq-certificate-ca",
        ]);
        for (const key of ["vernemq-certificate-ca-key", "vernemq-certificate-server-key"]) {
            assert.deepEqual(only(plan, "tls:index/privateKey:PrivateKey", key).inputs, ecdsa);
        }
        assert.deepEqual(only(plan, "tls:index/selfSignedCert:SelfSignedCert").inputs, {
            allowedUses: ["cert_signing", "crl_signing"],
            isCaCertificate: true,
            privateKeyPem: "[secret]",
            setSubjectKeyId: true,
            subject: { commonName: "VerneMQ edge CA" },
            validityPeriodHours: 3650 * 24,
        });
        assert.deepEqual(only(plan, "tls:index/certRequest:CertRequest").inputs, {
            dnsNames: ["mqtt.example.com"],
            privateKeyPem: "[secret]",
            subject: { commonName: "mqtt.example.com" },
        });
    });

    it("is renewed in the last third of its days", async () => {
        const plan = await planOf(change(valid.existing, "vernemq:certificate", { validityDays: 30 }));
        assert.deepEqual(only(plan, "tls:index/locallySignedCert:LocallySignedCert").inputs, {
            allowedUses: ["digital_signature", "server_auth"],
            caCertPem: "${vernemq-certificate-ca.certPem}",
            caPrivateKeyPem: "[secret]",
            certRequestPem: "${vernemq-certificate-server-request.certRequestPem}",
            earlyRenewalHours: 240,
            setSubjectKeyId: true,
            validityPeriodHours: 720,
        });
    });

    it("goes without a common name for a host that is too long for one", async () => {
        const host = `${"a".repeat(60)}.example.com`;
        const plan = await planOf(change(valid.existing, "vernemq:edge", { host }));
        assert.deepEqual(only(plan, "tls:index/certRequest:CertRequest").inputs, {
            dnsNames: [host],
            privateKeyPem: "[secret]",
        });
    });

    it("gives out its CA, and neither key", async () => {
        const plan = await planOf(valid.existing);
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["ca"], "${vernemq-certificate-ca.certPem}");
        assert.doesNotMatch(JSON.stringify(plan), /privateKeyPem\}/);
    });
});
