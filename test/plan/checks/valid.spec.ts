import assert from "node:assert/strict";
import { planEdge } from "../../../components/edge/planner";
import { defaultRequirements } from "../../../components/edge/plan";
import type { Plan } from "../../../plan/plan";
import { targetOf, targets } from "../../../stacks/targets/registry";
import { furtherStacks, matrixStacks } from "../../stacks/matrix-stacks";
import { variants } from "../../stacks/variants";
import { planned } from "./planned";

/** The claims of plan/checks/capacity.ts. Of a cluster that is there already no node is known, so there they are warnings. */
const room = [
    "Every pod has room on a node",
    "Every update of pods has room to proceed",
    "The loss of one system node leaves room for its pods",
];

/** What is wrong with a plan: failed checks, and room that is not shown in a cluster that the stack creates. */
function failuresIn({ target, checks }: Plan): readonly string[] {
    const withRoom = checks.filter(({ name, status }) => room.includes(name) && status === "pass").length;
    return [
        ...checks.filter(({ status }) => status === "fail").map(({ name, detail }) => `${name}: ${detail}`),
        ...(targetOf(target).createsCluster && withRoom !== room.length ? ["room is not shown"] : []),
    ];
}

/** Rows of the matrix and variants of each target that were planned whole and found valid, with room. */
const found = new Map<string, { rows: number; variants: number }>();

function count(target: string, kind: "rows" | "variants"): void {
    const counts = found.get(target) ?? { rows: 0, variants: 0 };
    counts[kind]++;
    found.set(target, counts);
}

after(() => {
    const sum = (kind: "rows" | "variants") => [...found.values()].reduce((total, counts) => total + counts[kind], 0);
    const each = [...found].map(([target, { rows, variants: others }]) => `${target} ${rows} + ${others}`).join(", ");
    console.log(
        `${sum("rows")} rows of the README's matrix and ${sum("variants")} further stacks planned whole and valid, with room for every rollout: ${each}`,
    );
});

describe("each row of the README's matrix", () => {
    const rows = targets().flatMap((target) => target.matrix.map((row) => ({ ...row, target })));
    for (const { target, when, requirements } of rows) {
        it(`is planned whole and is valid: ${target.name}, ${when}`, async () => {
            const config = matrixStacks[`${target.name}: ${when}`];
            assert.ok(config !== undefined, "test/stacks/matrix-stacks.ts has no stack for this row");
            // It also fails where a simulated cloud refuses a resource.
            const plan = await planned(config);
            const { edge } = plan;
            const decision = planEdge(target, { ...defaultRequirements, ...requirements });
            assert.ok(decision.ok);
            const chain = (hops: typeof edge.hops) =>
                hops.map(({ kind, affinity, terminatesTls }) => ({ kind, affinity, terminatesTls }));
            assert.deepEqual(chain(edge.hops), chain(decision.plan.hops));
            assert.deepEqual(failuresIn(plan), []);
            count(target.name, "rows");
        });
    }
});

const others = { ...variants(), ...furtherStacks };

describe("stacks that differ by a user's decision", () => {
    for (const [name, config] of Object.entries(others)) {
        it(`are planned whole and are valid: ${name}`, async () => {
            const plan = await planned(config);
            assert.deepEqual(failuresIn(plan), []);
            count(plan.target, "variants");
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
