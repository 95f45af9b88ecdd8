import assert from "node:assert/strict";
import { ConfigurationError, type Problem } from "../../../../components/common/problem";
import { parseSettings } from "../../../../stacks/settings/parse";
import {
    certificate,
    clientAuth,
    encryptedPair,
    hierarchy,
    inDays,
    keyOf,
    keyPem,
    today,
    validPem,
} from "../../../certificates";
import { change, planOf, rawConfig, valid, type StackConfig, throughIngress } from "../../../support";

function problemsOf(config: StackConfig, now: Date | "no date" = today, decrypted = false): readonly Problem[] {
    const raw = rawConfig(config);
    const groups = Object.keys(raw.values);
    try {
        parseSettings(
            { ...raw, keysWithDecryptedValues: new Set(decrypted ? groups : []) },
            now === "no date" ? undefined : now,
        );
        return [];
    } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        return error.problems;
    }
}

const keysAndRules = (problems: readonly Problem[]) => problems.map(({ key, rule }) => `${key}: ${rule}`);
const withPem = (pem: object, base: StackConfig = valid.existing): StackConfig => ({
    ...base,
    "vernemq:certificate": { source: "pem", pem },
});
const { leaf, lower } = hierarchy(["mqtt.example.com"], { notAfter: inDays(300) });

describe("certificates in the configuration", () => {
    it("are looked at with their key where the engine has decrypted it", () => {
        const foreign = { certificate: leaf.pem + lower.pem, privateKey: keyPem(keyOf("p256", "foreign")) };
        assert.deepEqual(keysAndRules(problemsOf(withPem(foreign), today, true)), [
            "vernemq:certificate.pem.privateKey: it is not the key of the certificate: the certificate holds an ECDSA key on P-256, this is an ECDSA key on P-256",
        ]);
        const own = { ...foreign, privateKey: keyPem(leaf.key) };
        assert.deepEqual(problemsOf(withPem(own), today, true), []);
    });

    it("are looked at without it where only the engine can read it", () => {
        const old = certificate({ dnsNames: ["mqtt.example.com"], notAfter: inDays(-3) });
        const pem = { ...encryptedPair, certificate: old.pem };
        assert.deepEqual(keysAndRules(problemsOf(withPem(pem))), [
            'vernemq:certificate.pem.certificate: "mqtt.example.com" expired on 2026-02-26',
        ]);
        assert.deepEqual(
            problemsOf(withPem(pem), "no date"),
            [],
            "taking a stack down does not need a valid certificate",
        );
    });

    it("have to name the edge's host and that of WebSocket clients at an Ingress that serves them", () => {
        const pem = { certificate: leaf.pem, privateKey: { secure: "v1:key" } };
        const config = change(withPem(pem), "vernemq:edge", { webSocket: throughIngress });
        assert.deepEqual(keysAndRules(problemsOf(config)), [
            "vernemq:certificate.pem.certificate: the certificate is not for ws.example.com: it is for mqtt.example.com",
        ]);
        const own = { ...throughIngress, tlsSecretName: "wildcard" };
        assert.deepEqual(problemsOf(change(withPem(pem), "vernemq:edge", { webSocket: own })), []);
        assert.match(
            problemsOf(change(withPem(pem), "vernemq:edge", { host: "broker.example.com" }))[0]?.rule ?? "",
            /not for broker\.example\.com: it is for mqtt\.example\.com/,
        );
    });

    it("of clients' authorities hold no leaf, no key and nothing else, and lists are theirs", () => {
        const ca = (settings: object) =>
            keysAndRules(problemsOf(change(valid.existing, "vernemq:edge", { clientCertificates: settings })));
        assert.deepEqual(ca({ ca: validPem.ca, crl: validPem.crl }), []);
        const path = "vernemq:edge.clientCertificates";
        assert.deepEqual(ca({ ca: keyPem(leaf.key) }), [
            `${path}.ca: a private key stands where a certificate belongs`,
        ]);
        assert.deepEqual(ca({ ca: "garbage" }), [`${path}.ca: this is not a certificate in PEM form`]);
        assert.match(
            ca({ ca: leaf.pem })[0] ?? "",
            /clientCertificates\.ca: "mqtt\.example\.com" is not the certificate of an/,
        );
        assert.match(
            ca({ ca: lower.pem, crl: validPem.crl })[0] ?? "",
            /clientCertificates\.crl: list 1 is of an authority/,
        );
    });

    it("of a database or webhook are looked at too", () => {
        const webhook = (tls: object) =>
            keysAndRules(
                problemsOf(
                    change(valid.existing, "vernemq:broker", {
                        authentication: { webhook: { register: "https://auth.tools.svc/mqtt", tls } },
                    }),
                    today,
                    true,
                ),
            );
        assert.deepEqual(webhook({ ca: validPem.ca, clientCertificate: validPem.client }), []);
        const path = "vernemq:broker.authentication.webhook.tls";
        assert.match(webhook({ ca: "garbage" })[0] ?? "", /webhook\.tls\.ca: this is not a certificate in PEM form/);
        const server = certificate({ commonName: "broker", key: keyOf("p256", "client") });
        assert.match(
            webhook({ clientCertificate: { certificate: server.pem, privateKey: keyPem(server.key) } })[0] ?? "",
            /clientCertificate\.certificate: the certificate is not for a client .*clientAuth/,
        );
        const client = certificate({ commonName: "broker", usages: [clientAuth] });
        assert.match(
            webhook({ clientCertificate: { certificate: client.pem, privateKey: keyPem(keyOf("p384")) } })[0] ?? "",
            new RegExp(`${path.replaceAll(".", "\\.")}\\.clientCertificate\\.privateKey: it is not the key`),
        );
    });

    it("that end soon are warned of, where something is created", () => {
        const soon = certificate({ dnsNames: ["mqtt.example.com"], notAfter: inDays(5) });
        const raw = rawConfig(withPem({ ...encryptedPair, certificate: soon.pem }));
        assert.ok(
            parseSettings(raw, today).warnings.some((text) =>
                /^vernemq:certificate\.pem\.certificate: "mqtt\.example\.com" expires on 2026-03-06: less than \d+ days/.test(
                    text,
                ),
            ),
        );
        assert.ok(!parseSettings(raw).warnings.some((text) => text.includes("expires")));
    });

    for (const [target, base] of Object.entries({ eks: valid.eks, gke: valid.gke, existing: valid.existing })) {
        it(`may be encrypted, and the plan says that it cannot look at them: ${target}`, async () => {
            const secure = { certificate: { secure: "v1:certificate" }, privateKey: { secure: "v1:key" } };
            const plan = await planOf(withPem(secure, base));
            assert.ok(plan.warnings.some((text) => text.includes("pem.certificate is encrypted")));
        });
    }
});
