import assert from "node:assert/strict";
import { renderRun } from "../../pipeline/report/text";
import { guard } from "../../pipeline/guards";
import { changesIn } from "../../plan/changes/from-events";
import type { EngineEvent } from "../../pipeline/run";
import { addedSetting, settingsAfter, settingsBefore, shiftedDiff } from "../named-lists";
import { runOf, step, urnOf } from "./support";

const release = urnOf("kubernetes:helm.sh/v3:Release", "vernemq-release");
const values = (additionalEnv: unknown) => ({ inputs: { chart: "vernemq", values: { additionalEnv } } });

/** A step with what the provider says of it. */
function reporting(event: EngineEvent, detailedDiff: Readonly<Record<string, string>>): EngineEvent {
    const metadata = event.resourcePreEvent?.metadata;
    assert.ok(metadata);
    const kinds = Object.entries(detailedDiff).map(
        ([path, diffKind]) => [path, { diffKind, inputDiff: true }] as const,
    );
    Object.assign(metadata, { detailedDiff: Object.fromEntries(kinds) });
    return event;
}

describe("The text of a preview", () => {
    it("names one added setting of a broker in one line, and shows no value", () => {
        const states = { old: values(settingsBefore), new: values(settingsAfter) };
        const events = [reporting(step("update", release, states), shiftedDiff)];
        assert.deepEqual(renderRun(runOf({ events }), false).split("\n").slice(1), [
            "  ~ vernemq-release kubernetes:helm.sh/v3:Release",
            `      + values.additionalEnv[${addedSetting}]`,
        ]);
    });

    it("says in one line that a list has another order", () => {
        const states = { old: values(settingsBefore), new: values([...settingsBefore].reverse()) };
        const events = [reporting(step("update", release, states), shiftedDiff)];
        assert.deepEqual(renderRun(runOf({ events }), false).split("\n").slice(2), [
            "      ~ values.additionalEnv (the same items in another order)",
        ]);
    });

    it("and the guards name the item of a list that replaces a resource, not its place", () => {
        const states = { old: values(settingsBefore), new: values(settingsAfter) };
        const keys = Object.keys(shiftedDiff);
        const events = [step("replace", release, { ...states, keys })];
        const because = `because of values.additionalEnv[${addedSetting}]`;
        assert.ok(renderRun(runOf({ events }), false).includes(`${because}\n`));
        assert.ok(guard(changesIn(events))[0]?.reason.includes(`${because}:`));
    });
});
