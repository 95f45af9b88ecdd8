import assert from "node:assert/strict";
import * as fc from "fast-check";
import { physicalName } from "../../../components/common/names";

describe("physicalName", () => {
    it("joins parts that need no change", () => {
        assert.equal(physicalName(["vernemq", "gke", "nodes"], { max: 30 }), "vernemq-gke-nodes");
    });

    it("marks a name that it had to change with a hash of the original", () => {
        assert.match(physicalName(["vernemq", "Prod"], { max: 30 }), /^vernemq-prod-[0-9a-f]{6}$/);
        assert.match(physicalName(["vernemq", "prod.eu_1"], { max: 30 }), /^vernemq-prod-eu-1-[0-9a-f]{6}$/);
        assert.notEqual(physicalName(["vernemq", "Prod"], { max: 30 }), physicalName(["vernemq", "PROD"], { max: 30 }));
    });

    it("cuts a long name and keeps it apart from others with the same beginning", () => {
        const long = "a-very-long-stack-name-for-a-broker";
        const [a, b] = [`${long}-1`, `${long}-2`].map((stack) => physicalName(["vernemq", stack], { max: 30 }));
        assert.equal(a?.length, 30);
        assert.notEqual(a, b);
    });

    it("gives a name within any limit that starts with a letter and ends with a letter or digit", () => {
        fc.assert(
            fc.property(fc.array(fc.string(), { minLength: 1 }), fc.integer({ min: 8, max: 63 }), (parts, max) => {
                const name = physicalName(parts, { max });
                assert.match(name, /^[a-z]([-a-z0-9]*[a-z0-9])?$/);
                assert.ok(name.length <= max);
            }),
        );
    });
});
