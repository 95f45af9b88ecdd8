import assert from "node:assert/strict";
import { exitCodeOf, exitCodeOfAll } from "../../pipeline/exit-code";
import type { RunStatus } from "../../pipeline/run";
import { cluster, runOf, step } from "./support";

const changing = [step("update", cluster)];
const still = [step("same", cluster)];

describe("Exit codes", () => {
    const table: readonly (readonly [RunStatus, number])[] = [
        ["succeeded", 0],
        ["failed", 1],
        ["locked", 1],
        ["cancelled", 1],
        ["misconfigured", 2],
        ["refused", 4],
    ];
    for (const [status, code] of table) {
        it(`are ${code} where a run is ${status}`, () => {
            assert.equal(exitCodeOf(runOf({ status, events: changing }), false), code);
        });
    }

    it("tell a preview with changes only where that was asked for", () => {
        assert.equal(exitCodeOf(runOf({ events: changing }), true), 3);
        assert.equal(exitCodeOf(runOf({ events: still }), true), 0);
        assert.equal(exitCodeOf(runOf({ events: changing }), false), 0);
    });

    it("tell drift always", () => {
        const found = [step("refresh", cluster), step("update", cluster, {}, "resOutputsEvent")];
        const none = [step("refresh", cluster), step("same", cluster, {}, "resOutputsEvent")];
        assert.equal(exitCodeOf(runOf({ verb: "drift", events: found }), false), 3);
        assert.equal(exitCodeOf(runOf({ verb: "drift", events: none }), false), 0);
    });

    it("are the gravest of several stacks'", () => {
        const runs = (...statuses: RunStatus[]) => statuses.map((status) => runOf({ status }));
        assert.equal(exitCodeOfAll(runs("succeeded", "refused", "failed", "misconfigured"), false), 1);
        assert.equal(exitCodeOfAll(runs("refused", "misconfigured", "succeeded"), false), 2);
        assert.equal(exitCodeOfAll([...runs("refused"), runOf({ events: changing })], true), 4);
        assert.equal(exitCodeOfAll([], false), 0);
    });
});
