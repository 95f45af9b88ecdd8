import assert from "node:assert/strict";
import { closest, didYouMean } from "../../../components/common/closest";

const known = ["users", "password", "keepaliveSeconds", "listeners", "host"];

describe("a misspelt word", () => {
    for (const [word, meant] of [
        ["user", "users"],
        ["pasword", "password"],
        ["passwort", "password"],
        ["listner", "listeners"],
        ["keepalive", "keepaliveSeconds"],
        ["Host", "host"],
    ] as const) {
        it(`${word} means ${meant}`, () => {
            assert.equal(closest(word, known), meant);
        });
    }

    it("that resembles nothing gets no suggestion", () => {
        for (const word of ["x", "certificate", "frobnicate", "", "a".repeat(100_000)]) {
            assert.equal(closest(word, known), undefined, word.slice(0, 20));
        }
        assert.equal(didYouMean("frobnicate", known), "");
        assert.equal(didYouMean("user", known), "did you mean users? ");
    });
});
