import assert from "node:assert/strict";
import { identitiesOf, readKept } from "./kept";
import { variants } from "./variants";

describe("an update of a stack from before each platform had its folder", function () {
    this.timeout(600_000);
    const kept = readKept();

    it("is tried with every example and variant", () => {
        assert.deepEqual([...kept.keys()].sort(), Object.keys(variants()).sort());
    });

    for (const [name, config] of Object.entries(variants())) {
        it(`deletes and replaces nothing: ${name}`, async () => {
            const digests = new Map(
                (await identitiesOf(config)).flatMap(({ urns, digest }) => urns.map((urn) => [urn, digest])),
            );
            const lost = [...(kept.get(name) ?? [])].flatMap(([urn, digest]) =>
                digests.get(urn) === digest ? [] : [`${urn} ${digests.has(urn) ? "is replaced" : "is deleted"}`],
            );
            assert.deepEqual(lost, []);
        });
    }
});
