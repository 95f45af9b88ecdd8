import assert from "node:assert/strict";
import { setFaults } from "../../simulation/engine";
import { change } from "../support";
import { EngineLab, engineOrSkip, exampleConfig, labForEachTest } from "../support-engine";

describe("a certificate that is not issued", () => {
    const startedLab = labForEachTest();

    const causes = { "acme-rate-limit": /rateLimited/, "wrong-zone": /not yet propagated/ } as const;

    for (const [kind, words] of Object.entries(causes)) {
        it(`(${kind}) fails the update with the reason, and a second one completes the stack`, async () => {
            const lab = startedLab();
            const stack = await lab.stack("doks");
            setFaults(lab.inventory, {
                faults: [{ kind: kind as keyof typeof causes, operations: ["create"], times: 1 }],
            });
            await assert.rejects(stack.up(), words);
            assert.ok(
                !stack.inCloud().some((line) => line.startsWith("kubernetes:apps/v1:Deployment")),
                "HAProxy waits",
            );
            const counts = await stack.up();
            assert.equal(counts["replace"], undefined);
            assert.equal(counts["delete"], undefined);
            assert.ok(stack.inCloud().some((line) => line.startsWith("kubernetes:apps/v1:Deployment")));
            assert.deepEqual(await stack.inState(), stack.inCloud());
            assert.deepEqual((await stack.preview()).counts, {
                same: counts["same"] === undefined ? 0 : total(counts),
            });
        });
    }
});

describe("a certificate of an ACME server on EKS, where HAProxy terminates TLS", () => {
    const startedLab = labForEachTest();
    const atHaproxy = change(exampleConfig("eks"), "vernemq:edge", { terminateTls: "haproxy" });

    it("is there after one update of an empty account, which leaves nothing to do, and goes with the stack", async () => {
        const lab = startedLab();
        const stack = await lab.stack("eks", atHaproxy);
        const counts = await stack.up();
        assert.deepEqual(Object.keys(counts), ["create"]);
        const made = stack.inCloud();
        for (const type of [
            "cert-manager.io/v1:ClusterIssuer",
            "cert-manager.io/v1:Certificate",
            "apps/v1:Deployment",
        ]) {
            assert.ok(
                made.some((line) => line.startsWith(`kubernetes:${type}`)),
                type,
            );
        }
        assert.ok(!made.some((line) => line.startsWith("aws:acm/")), "nothing of the cloud's own");
        assert.deepEqual(await stack.inState(), made);
        assert.deepEqual((await stack.preview()).counts, { same: total(counts) });
        await stack.destroy();
        assert.deepEqual(stack.inCloud(), []);
    });
});

describe("the CA of a stack", () => {
    let lab: EngineLab | undefined;

    before(async function () {
        engineOrSkip(this);
        lab = await EngineLab.start();
    });

    after(() => lab?.stop());

    it("is exchanged in two updates that trust both in between and replace nothing that serves", async () => {
        assert.ok(lab !== undefined);
        const config = exampleConfig("metal");
        const stack = await lab.stack("metal", config);
        await stack.up();
        const outputs = async () => String((await stack.stack.outputs())["ca"]?.value);
        const first = await outputs();
        const withCa = (privateCa: object) => change(config, "vernemq:certificate", { privateCa });
        stack.configure(withCa({ generation: 1, next: 2 }));
        const overlap = await stack.up();
        assert.equal(overlap["delete"], undefined);
        assert.equal(overlap["replace"], undefined);
        const both = await outputs();
        assert.ok(both.startsWith(first.trim()) && both.length > first.length, "old and new are trusted");
        stack.configure(withCa({ generation: 2 }));
        const exchange = await stack.up();
        assert.equal(exchange["replace"], undefined);
        // Key, certificate, Secret and issuer of the old CA.
        assert.equal(exchange["delete"], 4);
        assert.equal(await outputs(), both.slice(first.length));
        assert.deepEqual(await stack.inState(), stack.inCloud());
    });
});

/** Resources that an update left. */
function total(counts: Readonly<Partial<Record<string, number>>>): number {
    return ["create", "update", "same"].reduce((sum, operation) => sum + (counts[operation] ?? 0), 0);
}
