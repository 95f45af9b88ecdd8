import assert from "node:assert/strict";
import { complete, withDefaults } from "../../../components/common/defaults";

describe("Defaults of a component's arguments", () => {
    const defaults = { replicas: 3, zones: ["a", "b"], nodes: { size: "large", count: 2 } } as const;

    it("fill in what is left out, and what is undefined", () => {
        assert.deepEqual(withDefaults({ replicas: undefined, host: "x" } as { replicas?: number }, defaults), {
            replicas: 3,
            zones: ["a", "b"],
            nodes: { size: "large", count: 2 },
            host: "x",
        });
    });

    it("stay for the fields of a group that are left out", () => {
        assert.deepEqual(withDefaults({ nodes: { count: 5 } }, defaults), {
            ...defaults,
            nodes: { size: "large", count: 5 },
        });
    });

    it("give way to a list as a whole", () => {
        const { zones } = complete<{ zones: readonly string[] }, { zones: readonly string[] }>(
            { zones: ["c"] },
            defaults,
        );
        assert.deepEqual(zones, ["c"]);
    });
});
