import assert from "node:assert/strict";
import { findingsOf } from "../../policy/evaluate";
import type { Resource } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { defaultSettings } from "../../policy/settings";
import { cases } from "./cases";

function messages(id: string, resources: readonly Resource[]): readonly string[] {
    const rule = rules.find((candidate) => candidate.id === id);
    assert.ok(rule, id);
    return findingsOf(rule, resources, resources, defaultSettings, new Date()).map(({ message }) => message);
}

describe("policy rules", () => {
    it("each has cases here", () => {
        assert.deepEqual(rules.map(({ id }) => id).sort(), Object.keys(cases).sort());
    });

    for (const [id, { trips, passes }] of Object.entries(cases)) {
        it(`${id} is tripped by ${trips.length.toString()} cases`, () => {
            for (const [message, ...resources] of trips) {
                const found = messages(id, resources);
                assert.match(found.join("\n"), message);
            }
        });
        it(`${id} passes ${passes.length.toString()} cases`, () => {
            for (const resources of passes) {
                assert.deepEqual(messages(id, resources), []);
            }
        });
    }

    it("have an id, a text, a remedy and a source that is a page", () => {
        for (const { id, text, remedy, source } of rules) {
            assert.match(id, /^[a-z][a-z0-9-]+$/);
            assert.ok(text.endsWith(".") && remedy.endsWith("."), id);
            assert.ok(new URL(source).protocol === "https:", id);
        }
    });

    it("that are about one resource never need another to judge it", () => {
        for (const rule of rules.filter(({ scope }) => scope === "resource")) {
            for (const resources of [...(cases[rule.id]?.trips ?? []).map(([, ...each]) => each)]) {
                const alone = resources.flatMap((one) => messages(rule.id, [one]));
                assert.deepEqual(alone, messages(rule.id, resources), rule.id);
            }
        }
    });
});
