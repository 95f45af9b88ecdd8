import assert from "node:assert/strict";
import { type ReportedDiff, reportedChanges } from "../../../plan/changes/engine-diff";
import { addedSetting, settingsAfter, settingsBefore, shiftedDiff } from "../../named-lists";

const nothing: ReportedDiff = { before: undefined, after: undefined, detailedDiff: {}, diffs: [], keys: [] };

function told(diff: Partial<ReportedDiff>): readonly string[] {
    return reportedChanges({ ...nothing, ...diff }).map(
        ({ path, kind, replaces, reordered }) =>
            `${kind} ${path}${replaces ? " replaces" : ""}${reordered === true ? " reordered" : ""}`,
    );
}

const values = (additionalEnv: unknown) => ({ values: { additionalEnv } });

describe("what an engine reports of a change", () => {
    it("is one added item by its name, though the provider counts all that follow it as changed", () => {
        const [before, after] = [values(settingsBefore), values(settingsAfter)];
        const expected = [`add values.additionalEnv[${addedSetting}]`];
        assert.deepEqual(told({ before, after, detailedDiff: shiftedDiff }), expected);
        assert.deepEqual(told({ before, after, diffs: ["values"] }), expected);
        assert.deepEqual(told({ before, after }), expected);
    });

    it("is the provider's own paths where the inputs are not there, or do not differ as a drift in the cloud does not", () => {
        const detailedDiff = { "values.additionalEnv[1].value": "update", "values.additionalEnv[2]": "add" };
        const expected = ["update values.additionalEnv[1].value", "add values.additionalEnv[2]"];
        const same = values(settingsBefore);
        assert.deepEqual(told({ detailedDiff }), expected);
        assert.deepEqual(told({ before: same, after: same, detailedDiff }), expected);
    });

    it("is one line for a list whose items only stand in another order", () => {
        const [first, second] = [values(settingsBefore), values([...settingsBefore].reverse())];
        assert.deepEqual(told({ before: first, after: second, detailedDiff: shiftedDiff }), [
            "update values.additionalEnv reordered",
        ]);
    });

    it("keeps which item replaces the resource, and whether any does", () => {
        const before = {
            ports: [
                { name: "a", port: 1 },
                { name: "b", port: 2, note: "x" },
            ],
        };
        const after = {
            ports: [
                { name: "a", port: 1 },
                { name: "b", port: 3, note: "y" },
            ],
        };
        assert.deepEqual(
            told({ before, after, detailedDiff: { "ports[1].port": "update-replace", "ports[1].note": "update" } }),
            ["update ports[b].port replaces", "update ports[b].note"],
        );
        assert.deepEqual(told({ before, after, detailedDiff: { "ports[7].port": "add-replace" } }), [
            "update ports[b].note replaces",
            "update ports[b].port replaces",
        ]);
        assert.deepEqual(told({ before, after, keys: ["ports[1].port"], diffs: ["ports"] }), [
            "update ports[b].port replaces",
            "update ports[b].note",
        ]);
    });
});
