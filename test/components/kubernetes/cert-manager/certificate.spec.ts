import assert from "node:assert/strict";
import { at, listAt } from "../../../../simulation/provider";
import { change, childrenOf, only, originLabels, planOf, valid } from "../../../support";

const certificateType = "kubernetes:cert-manager.io/v1:Certificate";

describe("a certificate of cert-manager", () => {
    it("is one Certificate in the broker's namespace, with a new P-256 key at each renewal", async () => {
        const plan = await planOf(change(valid.doks, "vernemq:broker", { namespace: "mqtt" }));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:CertManagerCertificate")), [
            `${certificateType} vernemq-certificate-certificate`,
        ]);
        assert.deepEqual(only(plan, certificateType).inputs, {
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            metadata: {
                labels: originLabels,
                name: "vernemq-edge-certificate",
                namespace: "mqtt",
                annotations: { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "900" },
            },
            spec: {
                secretName: "vernemq-edge-certificate",
                dnsNames: ["mqtt.example.com"],
                issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
                privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
                usages: ["digital signature", "server auth"],
            },
        });
    });

    it("is ready before HAProxy starts, and comes with no CA of the stack", async () => {
        const plan = await planOf(valid.doks);
        const dependencies = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment").dependencies;
        assert.ok(dependencies.includes(only(plan, certificateType).urn));
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["ca"], undefined);
    });

    it("may come from an Issuer of the namespace", async () => {
        const issuer = { name: "internal", kind: "Issuer" };
        const plan = await planOf(change(valid.doks, "vernemq:certificate", { issuer }));
        const spec = only(plan, certificateType).inputs["spec"] as Record<string, unknown>;
        assert.deepEqual(spec["issuerRef"], { group: "cert-manager.io", kind: "Issuer", name: "internal" });
    });

    it("is two with keyType both, and HAProxy mounts and serves the RSA one beside the ECDSA one", async () => {
        const { issuer } = valid.doks["vernemq:certificate"] as { issuer: object };
        const plan = await planOf(change(valid.doks, "vernemq:certificate", { issuer, keyType: "both" }));
        const certificates = plan.resources.filter(({ type }) => type === certificateType);
        assert.deepEqual(
            certificates.map(({ name, inputs }) => [
                name,
                at(inputs, "metadata.name"),
                at(inputs, "spec.secretName"),
                at(inputs, "spec.dnsNames"),
                at(inputs, "spec.privateKey.algorithm"),
            ]),
            [
                ["vernemq-certificate-certificate", "", "ECDSA"],
                ["vernemq-certificate-certificate-rsa", "-rsa", "RSA"],
            ].map(([name = "", suffix = "", algorithm]) => {
                const secret = `vernemq-edge-certificate${suffix}`;
                return [name, secret, secret, ["mqtt.example.com"], algorithm];
            }),
        );
        const deployment = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment");
        for (const certificate of certificates) {
            assert.ok(deployment.dependencies.includes(certificate.urn), certificate.name);
        }
        const volumes = listAt(deployment.inputs, "spec.template.spec.volumes");
        const sources = volumes.flatMap((volume) => listAt(volume, "projected.sources"));
        assert.deepEqual(
            sources.map((source) => listAt(source, "secret.items").map((item) => at(item, "path"))),
            [
                ["tls.crt", "tls.key"],
                ["rsa/tls.crt", "rsa/tls.key"],
            ],
        );
        const { inputs } = only(plan, "kubernetes:core/v1:ConfigMap", "vernemq-haproxy-config");
        const config = (at(inputs, "data") as Record<string, string>)["haproxy.cfg"] ?? "";
        assert.match(config, /ssl crt \/edge\/certificate\/rsa\/tls\.crt default-crt \/edge\/certificate\/tls\.crt/);
    });

    it("is not two where a cloud's load balancer serves it: the setting is refused", async () => {
        await assert.rejects(
            planOf({ ...valid.eks, "vernemq:certificate": { keyType: "both" } }),
            /vernemq:certificate\.keyType/,
        );
    });

    it("is not asked for where no listener uses TLS", async () => {
        const plain = change(valid.existing, "vernemq:edge", { listeners: ["mqtt"] });
        const plan = await planOf({ ...plain, "vernemq:certificate": {} });
        assert.deepEqual(
            plan.resources.filter(({ type }) => type.startsWith("vernemq:certificate:")),
            [],
        );
    });
});
