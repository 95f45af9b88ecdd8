import assert from "node:assert/strict";
import type { FaultPlan } from "../../simulation/engine";
import { injectedFaults, readInventory, setFaults } from "../../simulation/engine";
import { type EngineLab, labForEachTest, type TestStack } from "../support-engine";

/** At most 9 failed calls of one operation on one resource: two fewer than providers get over. */
const flaky: FaultPlan = {
    faults: [
        { kind: "throttle", every: 3 },
        { kind: "server-error", every: 4 },
        { kind: "timeout", operations: ["create"], every: 5 },
        { kind: "eventual", every: 4, times: 1, calls: 3 },
    ],
};

/** Gives how many are in the cloud and not in the state, and how many there twice: none, or it throws. */
async function assertWhole(lab: EngineLab, stack: TestStack): Promise<string> {
    const [state, cloud] = [await stack.inState(), stack.inCloud()];
    const urns = readInventory(lab.inventory).map(({ urn }) => urn);
    const [orphans, twice] = [cloud.filter((line) => !state.includes(line)), urns.length - new Set(urns).size];
    assert.deepEqual(state, cloud);
    assert.equal(twice, 0, "something is there twice");
    return `orphans ${orphans.length}, duplicates ${twice}`;
}

describe("clouds that fail", () => {
    const startedLab = labForEachTest();

    it("throttled, flaky and slow to show what they made, they still end up with every resource once", async () => {
        const lab = startedLab();
        setFaults(lab.inventory, flaky);
        const stack = await lab.stack("gke");
        await stack.up();
        const whole = await assertWhole(lab, stack);
        const injected = injectedFaults(lab.inventory);
        for (const kind of ["throttle", "server-error", "timeout", "eventual"] as const) {
            assert.ok((injected[kind] ?? 0) >= 3, `${kind} was injected ${injected[kind] ?? 0} times`);
        }
        await stack.destroy();
        assert.deepEqual(stack.inCloud(), []);
        const counts = Object.entries(injectedFaults(lab.inventory)).map(([kind, count]) => `${kind} ${count}`);
        console.log(`      faults injected: ${counts.join(", ")}; ${whole}`);
    });

    for (const kind of ["quota", "permanent"] as const) {
        it(`${kind === "quota" ? "a used-up quota" : "a refusal"} half-way fails the update, and the next one goes on from there`, async () => {
            const lab = startedLab();
            // There is one, so the fault strikes once.
            const type = "kubernetes:storage.k8s.io/v1:StorageClass";
            setFaults(lab.inventory, { faults: [{ kind, operations: ["create"], type, times: 1 }] });
            const stack = await lab.stack("doks");
            await assert.rejects(stack.up(), kind === "quota" ? /LimitExceeded/ : /ValidationError/);
            await assertWhole(lab, stack);
            assert.ok(stack.inCloud().some((resource) => resource.includes("KubernetesCluster")));
            await stack.up();
            await assertWhole(lab, stack);
            assert.deepEqual(Object.keys((await stack.preview()).counts), ["same"]);
        });
    }

    it("a refused deletion fails the destruction, what is left stays in the state, and the next one ends it", async () => {
        const lab = startedLab();
        const stack = await lab.stack("doks");
        await stack.up();
        const type = "digitalocean:index/vpc:Vpc";
        setFaults(lab.inventory, { faults: [{ kind: "permanent", operations: ["delete"], type }] });
        await assert.rejects(stack.destroy(), /ValidationError/);
        assert.equal(stack.inCloud().length, 1);
        await assertWhole(lab, stack);
        setFaults(lab.inventory, { faults: [] });
        await stack.destroy();
        assert.deepEqual(stack.inCloud(), []);
        assert.deepEqual(await stack.inState(), []);
    });

    it("deletions that are throttled or whose answers are lost delete everything all the same", async () => {
        const lab = startedLab();
        const stack = await lab.stack("doks");
        await stack.up();
        setFaults(lab.inventory, {
            faults: [
                { kind: "throttle", operations: ["delete"], every: 2, times: 5 },
                { kind: "timeout", operations: ["delete"], every: 2, times: 5 },
            ],
        });
        await stack.destroy();
        assert.deepEqual(stack.inCloud(), []);
        assert.deepEqual(await stack.inState(), []);
        assert.ok((injectedFaults(lab.inventory).timeout ?? 0) >= 5);
    });

    it("of two runners at once one works and the other is told who holds the stack", async () => {
        const lab = startedLab();
        const stack = await lab.stack("metal");
        let refusal: Error | undefined;
        for (let attempt = 0; refusal === undefined; attempt++) {
            assert.ok(attempt < 5, "the second runner was never told");
            let second: Promise<unknown> | undefined;
            await stack.up((event) => {
                // The first holds the stack once it says what it does. Two that begin at one moment may both be refused.
                if (event.resourcePreEvent !== undefined) {
                    second ??= stack.stack.up().catch((error: unknown) => error);
                }
            });
            const ended = await second;
            if (ended instanceof Error) {
                refusal = ended;
            } else {
                // On a busy machine the second may come when the first has ended.
                await stack.destroy();
            }
        }
        assert.match(refusal.message, /locked by|created by .* \(pid \d+\)/);
        await assertWhole(lab, stack);
        assert.deepEqual(Object.keys((await stack.preview()).counts), ["same"]);
    });
});
