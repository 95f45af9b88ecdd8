import assert from "node:assert/strict";
import { valueOf } from "../../components/common/property-path";
import { roleOf } from "../../plan/roles";
import { planOf, valid } from "../support";

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
});
