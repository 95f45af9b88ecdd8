import assert from "node:assert/strict";
import { assertNoSecrets, escapeHtml } from "../../plan/leaks";

describe("an output that holds a secret is refused", () => {
    const secret = 'p"a<s>s\nword&1';

    for (const [spelling, output] of [
        ["as it is", `before ${secret} after`],
        ["as JSON writes it", JSON.stringify({ a: [secret] })],
        ["as HTML writes it", `<p>${escapeHtml(secret)}</p>`],
        ["as JSON in HTML", escapeHtml(JSON.stringify(secret))],
    ] as const) {
        it(spelling, () => {
            assert.throws(
                () => {
                    assertNoSecrets(output, "the page", new Set([secret]));
                },
                (error: Error) =>
                    error.message.startsWith("the page would show a secret of 14 characters") &&
                    !error.message.includes(secret),
            );
        });
    }

    it("but not one without it, nor for a text so short that it is found by chance", () => {
        assertNoSecrets("nothing to see, on 1883", "the page", new Set([secret, "1883"]));
    });
});
