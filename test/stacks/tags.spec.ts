import assert from "node:assert/strict";
import { valueOf } from "../../components/common/property-path";
import { roleOf } from "../../plan/roles";
import { originLabels, planOf, valid } from "../support";
import { variants } from "./variants";

const lowerCase = { "pulumi-project": "vernemq", "pulumi-stack": "test", "managed-by": "pulumi" };

/** What each cloud's resources have to carry, in that cloud's form. */
const expected = {
    eks: { Project: "vernemq", Stack: "test", ManagedBy: "pulumi" },
    gke: lowerCase,
    aks: lowerCase,
    doks: ["managed-by:pulumi", "project:vernemq", "stack:test"],
} as const;

describe("where a resource comes from", () => {
    for (const target of ["eks", "gke", "aks", "doks"] as const) {
        it(`is told by every resource of ${target} that can carry tags or labels`, async () => {
            const { resources } = await planOf(valid[target]);
            const tagged = resources.flatMap(({ name, type, inputs }) => {
                const path = roleOf(type).tags;
                return path === undefined ? [] : [{ name, tags: valueOf(inputs, path) }];
            });
            assert.ok(tagged.length > 0);
            for (const { name, tags } of tagged) {
                const wanted = expected[target];
                const missing = Array.isArray(wanted)
                    ? wanted.filter((tag) => !Array.isArray(tags) || !tags.includes(tag))
                    : Object.entries(wanted).filter(([key, value]) => valueOf(tags, key) !== value);
                assert.deepEqual(missing, [], name);
            }
        });
    }

    for (const [name, config] of Object.entries(variants())) {
        it(`is told by every Kubernetes object, but by no pod and no selector: ${name}`, async () => {
            const { resources } = await planOf(config);
            const objects = resources.filter(({ type }) => /^kubernetes:(?!helm\.sh)/.test(type));
            assert.ok(objects.length > 0);
            for (const { name, inputs } of objects) {
                const labels = labelsOf(inputs);
                assert.deepEqual(labels, { ...labels, ...originLabels }, name);
                assert.doesNotMatch(JSON.stringify(inputs["spec"] ?? {}), /part-of|pulumi-stack/, name);
            }
        });
    }

    it("is told in characters that Kubernetes takes", async () => {
        const stack = `-${"s".repeat(70)}`;
        const { resources } = await planOf(valid.existing, stack);
        for (const { type, inputs } of resources.filter(({ type }) => type.startsWith("kubernetes:core/v1:"))) {
            assert.equal(labelsOf(inputs)["pulumi-stack"], "s".repeat(62), type);
        }
    });
});

function labelsOf(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return { ...(valueOf(inputs, "metadata.labels") as object) };
}
