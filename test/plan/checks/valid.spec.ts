import assert from "node:assert/strict";
import { planEdge } from "../../../components/edge/planner";
import { defaultRequirements } from "../../../components/edge/plan";
import { targets } from "../../../stacks/targets/registry";
import { furtherStacks, matrixStacks } from "../../stacks/matrix-stacks";
import { variants } from "../../stacks/variants";
import type { StackConfig } from "../../support";
import { planned } from "./planned";

async function failuresOf(config: StackConfig): Promise<readonly string[]> {
    // It also fails where a simulated cloud refuses a resource.
    const { checks } = await planned(config);
    return checks.filter(({ status }) => status === "fail").map(({ name, detail }) => `${name}: ${detail}`);
}

describe("each row of the README's matrix", () => {
    const rows = targets().flatMap((target) => target.matrix.map((row) => ({ ...row, target })));
    for (const { target, when, requirements } of rows) {
        it(`is planned whole and is valid: ${target.name}, ${when}`, async () => {
            const config = matrixStacks[`${target.name}: ${when}`];
            assert.ok(config !== undefined, "test/stacks/matrix-stacks.ts has no stack for this row");
            const { edge, checks } = await planned(config);
            const decision = planEdge(target, { ...defaultRequirements, ...requirements });
            assert.ok(decision.ok);
            const chain = (hops: typeof edge.hops) =>
                hops.map(({ kind, affinity, terminatesTls }) => ({ kind, affinity, terminatesTls }));
            assert.deepEqual(chain(edge.hops), chain(decision.plan.hops));
            assert.deepEqual(
                checks.filter(({ status }) => status === "fail"),
                [],
            );
        });
    }
});

const others = { ...variants(), ...furtherStacks };

describe("stacks that differ by a user's decision", () => {
    for (const [name, config] of Object.entries(others)) {
        it(`are planned whole and are valid: ${name}`, async () => {
            assert.deepEqual(await failuresOf(config), []);
        });
    }

    it("are ten or more per target, examples and rows of the matrix not counted", () => {
        const counts = targets().map(({ name: target }) => ({
            target,
            count: Object.entries(others).filter(
                ([name, config]) => config["vernemq:target"] === target && !name.startsWith("example-"),
            ).length,
        }));
        assert.deepEqual(
            counts.filter(({ count }) => count < 10),
            [],
        );
    });
});
