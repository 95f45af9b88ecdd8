import assert from "node:assert/strict";
import { planOf } from "../support";
import { readKept, updateOf } from "./kept";
import { changedOnPurpose, deletedOnPurpose } from "./kept-changes";

describe("an update of a stack from before each platform had its folder", () => {
    const kept = readKept();
    const seen = new Set<string>();

    it("is tried with the examples of then and thirty variants", () => {
        assert.equal([...kept.keys()].filter((name) => name.startsWith("example-")).length, 8);
        assert.equal(kept.size, 38);
    });

    for (const [name, before] of kept) {
        it(`deletes and replaces nothing, and changes what is listed: ${name}`, async () => {
            const { resources } = await planOf(before.config);
            const { lost, changed } = await updateOf(before.resources, resources);
            assert.deepEqual(
                lost.filter((loss) => !deletedOnPurpose.some(({ what }) => what.test(loss))),
                [],
            );
            const unexplained = [...changed].filter(
                (change) => !changedOnPurpose.some(({ what }) => what.test(change)),
            );
            assert.deepEqual(unexplained, []);
            changed.forEach((change) => seen.add(change));
        });
    }

    it("has a reason for each change, and no reason for what does not change", () => {
        const idle = changedOnPurpose.filter(({ what }) => ![...seen].some((change) => what.test(change)));
        assert.deepEqual(idle, []);
    });
});
