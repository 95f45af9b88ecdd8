import assert from "node:assert/strict";
import { encryptedPair, validPem } from "../certificates";
import { change, planOf, valid } from "../support";

describe("warnings about the edge", () => {
    const warnings = async (settings: Readonly<Record<string, unknown>>) =>
        (await planOf(change(valid.existing, "vernemq:edge", settings))).warnings.join("\n");

    it("say when a HAProxy pod has fewer ports to its brokers than connections to carry", async () => {
        const replicas = 3;
        const withConnections = async (maxConnections: number) =>
            (
                await planOf(
                    change(change(valid.existing, "vernemq:edge", { haproxy: { maxConnections } }), "vernemq:broker", {
                        replicas,
                    }),
                )
            ).warnings.join("\n");
        assert.doesNotMatch(await withConnections(165_888), /ports for each broker/);
        assert.match(await withConnections(165_889), /55296 ports for each broker, .* carries 165888 connections/);
    });

    it("say that VerneMQ takes no common name on wss", async () => {
        const clientCertificates = {
            ca: validPem.ca,
            commonNameAsUser: true,
        };
        assert.match(await warnings({ clientCertificates }), /common name .* on mqtts only/);
        assert.doesNotMatch(await warnings({ clientCertificates, listeners: ["mqtts"] }), /common name/);
        const checkedOnly = { ...clientCertificates, commonNameAsUser: false };
        assert.doesNotMatch(await warnings({ clientCertificates: checkedOnly }), /common name/);
    });
});

describe("the pace of TLS handshakes", () => {
    const pace = async (certificate: object, haproxy: object = {}) => {
        const config = change(
            change(valid.existing, "vernemq:certificate", { pem: undefined, ...certificate }),
            "vernemq:edge",
            { haproxy: { maxConnections: 50_000, ...haproxy } },
        );
        const maps = (await planOf(config)).resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
        return maps.flatMap(({ inputs }) => /maxsslrate (\d+)/.exec(JSON.stringify(inputs))?.[1] ?? []);
    };

    it("follows from the key: an ECDSA key signs in a fraction of an RSA key's time", async () => {
        assert.deepEqual(await pace({ source: "self-signed" }), ["1000"]);
        assert.deepEqual(await pace({ source: "pem", pem: encryptedPair }), ["500"]);
        assert.deepEqual(await pace({ source: "self-signed" }, { handshakesPerSecond: 300 }), ["300"]);
    });
});
