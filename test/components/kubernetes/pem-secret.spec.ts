import assert from "node:assert/strict";
import { encryptedPair } from "../../certificates";
import { change, childrenOf, only, originLabels, planOf, valid } from "../../support";

describe("a certificate given as PEM", () => {
    it("becomes one TLS Secret in the broker's namespace, closed in the plan", async () => {
        const config = { ...valid.doks, "vernemq:certificate": { source: "pem", pem: encryptedPair } };
        const plan = await planOf(change(config, "vernemq:broker", { namespace: "mqtt" }));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:certificate:PemSecret")), [
            "kubernetes:core/v1:Secret vernemq-certificate-secret-secret",
        ]);
        const secret = only(plan, "kubernetes:core/v1:Secret", "vernemq-certificate-secret-secret");
        assert.deepEqual(secret.inputs, {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "vernemq-edge-certificate", namespace: "mqtt", labels: originLabels },
            type: "kubernetes.io/tls",
            stringData: "[secret]",
        });
        const dependencies = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment").dependencies;
        assert.ok(dependencies.includes(secret.urn));
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["ca"], undefined);
    });
});
