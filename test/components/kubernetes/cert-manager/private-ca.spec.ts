import assert from "node:assert/strict";
import type { Plan } from "../../../../plan/plan";
import { at } from "../../../../simulation/provider";
import { change, only, planOf, valid } from "../../../support";

const certificateType = "kubernetes:cert-manager.io/v1:Certificate";

const withCa = (certificate: object) =>
    change({ ...valid.existing, "vernemq:certificate": {} }, "vernemq:certificate", {
        source: "private-ca",
        ...certificate,
    });

/** The CAs of a plan: name and whether it is protected. */
function authorities(plan: Plan): readonly string[] {
    return plan.resources
        .filter(({ type }) => type === "tls:index/selfSignedCert:SelfSignedCert")
        .map(({ inputs, protect }) => {
            const [subject] = [at(inputs, "subject")].flat();
            return `${String(at(subject, "commonName"))}${protect ? " protected" : ""}`;
        })
        .sort();
}

function signerOf(plan: Plan): unknown {
    return at(only(plan, certificateType).inputs, "spec.issuerRef.name");
}

describe("a CA of the stack", () => {
    it("is protected, keeps its key a secret, and is what devices are told to trust", async () => {
        const plan = await planOf(withCa({}));
        assert.deepEqual(authorities(plan), ["VerneMQ test CA 1 protected"]);
        const secret = only(plan, "kubernetes:core/v1:Secret", "vernemq-ca-secret-1");
        assert.equal(secret.inputs["stringData"], "[secret]");
        const { outputs } = only(plan, "pulumi:pulumi:Stack");
        assert.match(String(outputs?.["ca"]), /vernemq-ca-ca-1/);
        assert.equal(signerOf(plan), "vernemq-edge-ca-1");
    });

    it("is exchanged in two updates: first devices learn of the next one, then it signs", async () => {
        const first = await planOf(withCa({ privateCa: { generation: 1, next: 2 } }));
        assert.deepEqual(authorities(first), ["VerneMQ test CA 1", "VerneMQ test CA 2 protected"]);
        assert.equal(signerOf(first), "vernemq-edge-ca-1");
        assert.match(
            String(only(first, "pulumi:pulumi:Stack").outputs?.["ca"]),
            /vernemq-ca-ca-1[\s\S]*vernemq-ca-ca-2/,
        );
        const second = await planOf(withCa({ privateCa: { generation: 2 } }));
        assert.deepEqual(authorities(second), ["VerneMQ test CA 2 protected"]);
        assert.equal(signerOf(second), "vernemq-edge-ca-2");
        assert.ok(!String(only(second, "pulumi:pulumi:Stack").outputs?.["ca"]).includes("vernemq-ca-ca-1"));
    });

    it("signs with RSA for devices that know nothing else, and so has its leaf", async () => {
        const plan = await planOf(withCa({ keyType: "rsa" }));
        assert.equal(only(plan, "tls:index/privateKey:PrivateKey", "vernemq-ca-key-1").inputs["algorithm"], "RSA");
        assert.deepEqual(at(only(plan, certificateType).inputs, "spec.privateKey"), {
            algorithm: "RSA",
            size: 2048,
            rotationPolicy: "Always",
        });
    });
});
