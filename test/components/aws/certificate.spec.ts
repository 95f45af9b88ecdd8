import assert from "node:assert/strict";
import { splitChain } from "../../../components/aws/certificate";
import { validPem } from "../../certificates";
import { change, childrenOf, only, planOf, valid } from "../../support";

const tags = { ManagedBy: "pulumi", Project: "vernemq", Stack: "test" };

function block(text: string): string {
    return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

describe("a certificate of AWS Certificate Manager", () => {
    it("is issued for the host, proven by a record in its zone, and used once it is valid", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:AcmCertificate")), [
            "aws:acm/certificate:Certificate vernemq-acm-certificate",
            "aws:acm/certificateValidation:CertificateValidation vernemq-acm-validation",
            "aws:route53/record:Record vernemq-acm-validation-record",
        ]);
        assert.deepEqual(only(plan, "aws:acm/certificate:Certificate").inputs, {
            domainName: "mqtt.example.com",
            tags,
            validationMethod: "DNS",
        });
        const option = "${vernemq-acm-certificate.domainValidationOptions[0]";
        assert.deepEqual(only(plan, "aws:route53/record:Record", "vernemq-acm-validation-record").inputs, {
            allowOverwrite: true,
            name: `${option}.resourceRecordName}`,
            records: [`${option}.resourceRecordValue}`],
            ttl: 300,
            type: `${option}.resourceRecordType}`,
            zoneId: "Z0123456789ABCDEFGHIJ",
        });
        assert.deepEqual(only(plan, "aws:acm/certificateValidation:CertificateValidation").inputs, {
            certificateArn: "${vernemq-acm-certificate.arn}",
            validationRecordFqdns: ["${vernemq-acm-validation-record.fqdn}"],
        });
    });

    it("is imported from a PEM file, its intermediates apart and its key closed", async () => {
        const config = change(
            change(valid.eks, "vernemq:certificate", {
                source: "pem",
                pem: {
                    certificate: validPem.certificate + validPem.ca,
                    privateKey: { secure: "v1:private-key" },
                },
            }),
            "vernemq:edge",
            { terminateTls: "cloud" },
        );
        const plan = await planOf(config);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:AcmImport")), [
            "aws:acm/certificate:Certificate vernemq-acm-certificate",
        ]);
        assert.deepEqual(only(plan, "aws:acm/certificate:Certificate").inputs, {
            certificateBody: validPem.certificate,
            certificateChain: validPem.ca,
            privateKey: "[secret]",
            tags,
        });
    });

    it("is imported from a self-signed pair whose CA the stack puts out", async () => {
        const config = change(change(valid.eks, "vernemq:certificate", { source: "self-signed" }), "vernemq:edge", {
            terminateTls: "cloud",
        });
        const plan = await planOf(config);
        const { certificateBody, certificateChain, privateKey } = only(plan, "aws:acm/certificate:Certificate").inputs;
        assert.deepEqual(
            [certificateBody, certificateChain, privateKey],
            ["${vernemq-certificate-server.certPem}", undefined, "[secret]"],
        );
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["ca"], "${vernemq-certificate-ca.certPem}");
    });
});

describe("splitChain", () => {
    it("takes the server's certificate from its intermediates", () => {
        assert.deepEqual(splitChain(`${block("AA")}\n${block("BB")}${block("CC")}`), {
            server: block("AA"),
            intermediates: `${block("BB")}${block("CC")}`,
        });
    });

    it("finds no intermediates where there are none", () => {
        assert.deepEqual(splitChain(block("AA")), { server: block("AA"), intermediates: undefined });
        assert.deepEqual(splitChain(block("AA").trimEnd()), { server: block("AA"), intermediates: undefined });
    });

    it("leaves alone what it does not know", () => {
        assert.deepEqual(splitChain("${certificate.certPem}"), {
            server: "${certificate.certPem}",
            intermediates: undefined,
        });
    });
});
