import assert from "node:assert/strict";
import { encryptedPair } from "../../certificates";
import { change, childrenOf, only, planOf, valid } from "../../support";

const labels = { "managed-by": "pulumi", "pulumi-project": "vernemq", "pulumi-stack": "test" };
const prefix = "gcp:certificatemanager";
const name = "vernemq-certificate-manager";

describe("a certificate in Google's Certificate Manager", () => {
    it("is issued by Google after a DNS record has proved the host, and served to clients that send no name", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:GoogleCertificate")), [
            `${prefix}/certificate:Certificate ${name}-certificate`,
            `${prefix}/certificateMap:CertificateMap ${name}-map`,
            `${prefix}/certificateMapEntry:CertificateMapEntry ${name}-entry`,
            `${prefix}/dnsAuthorization:DnsAuthorization ${name}-authorization`,
            `gcp:dns/recordSet:RecordSet ${name}-challenge`,
        ]);
        assert.deepEqual(only(plan, `${prefix}/dnsAuthorization:DnsAuthorization`).inputs, {
            domain: "mqtt.example.com",
            labels,
            type: "FIXED_RECORD",
        });
        assert.deepEqual(only(plan, "gcp:dns/recordSet:RecordSet", `${name}-challenge`).inputs, {
            managedZone: "example-zone",
            name: `\${${name}-authorization.dnsResourceRecords[0].name}`,
            rrdatas: [`\${${name}-authorization.dnsResourceRecords[0].data}`],
            ttl: 60,
            type: "CNAME",
        });
        assert.deepEqual(only(plan, `${prefix}/certificate:Certificate`).inputs, {
            description: "mqtt.example.com",
            labels,
            managed: { dnsAuthorizations: [`\${${name}-authorization.id}`], domains: ["mqtt.example.com"] },
        });
        assert.deepEqual(only(plan, `${prefix}/certificateMapEntry:CertificateMapEntry`).inputs, {
            certificates: [`\${${name}-certificate.id}`],
            labels,
            map: `\${${name}-map.name}`,
            matcher: "PRIMARY",
        });
    });

    it("waits for the record before it asks Google, and for the entry before a proxy refers to the map", async () => {
        const plan = await planOf(valid.gke);
        const urn = (resource: string) => plan.resources.find((other) => other.name === resource)?.urn ?? resource;
        const certificate = only(plan, `${prefix}/certificate:Certificate`);
        assert.ok(certificate.dependencies.includes(urn(`${name}-challenge`)));
        const proxy = only(plan, "gcp:compute/targetSSLProxy:TargetSSLProxy", "vernemq-edge-mqtts");
        assert.ok(proxy.dependencies.includes(urn(`${name}-entry`)));
    });

    it("is uploaded with its key as a secret where the user gives one", async () => {
        const plan = await planOf(
            change(change(valid.gke, "vernemq:edge", { terminateTls: "cloud" }), "vernemq:certificate", {
                source: "pem",
                pem: encryptedPair,
            }),
        );
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:GoogleCertificate")), [
            `${prefix}/certificate:Certificate ${name}-certificate`,
            `${prefix}/certificateMap:CertificateMap ${name}-map`,
            `${prefix}/certificateMapEntry:CertificateMapEntry ${name}-entry`,
        ]);
        assert.deepEqual(only(plan, `${prefix}/certificate:Certificate`).inputs, {
            description: "mqtt.example.com",
            labels,
            selfManaged: { pemCertificate: encryptedPair.certificate, pemPrivateKey: "[secret]" },
        });
    });

    it("is created and uploaded for development, and its CA is an output", async () => {
        const plan = await planOf(
            change(change(valid.gke, "vernemq:edge", { terminateTls: "cloud" }), "vernemq:certificate", {
                source: "self-signed",
            }),
        );
        assert.deepEqual(only(plan, `${prefix}/certificate:Certificate`).inputs["selfManaged"], {
            pemCertificate: "${vernemq-certificate-server.certPem}",
            pemPrivateKey: "[secret]",
        });
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["ca"], "${vernemq-certificate-ca.certPem}");
    });
});
