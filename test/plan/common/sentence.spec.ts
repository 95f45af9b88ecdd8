import assert from "node:assert/strict";
import { sentence } from "../../../plan/common/sentence";

describe("plan/common/sentence", () => {
    for (const [text, expected] of [
        ["It failed", "It failed."],
        ["It failed: no node is free.", "It failed: no node is free."],
        ["It failed: no node is free..", "It failed: no node is free."],
        ["It failed.\n", "It failed."],
        ["Go on?", "Go on?"],
        [
            "The cloud would refuse:\n  source: https://example.com",
            "The cloud would refuse:\n  source: https://example.com",
        ],
        ["Node did not respond to ping!", "Node did not respond to ping!"],
    ] as const) {
        it(`ends ${JSON.stringify(text)} once`, () => {
            assert.equal(sentence(text), expected);
        });
    }
});
