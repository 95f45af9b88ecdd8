import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import { Secret } from "../../../components/common/secret";

describe("Secret", () => {
    const secret = new Secret("correct-horse-battery");

    it("gives its text to who asks for it", () => {
        assert.equal(secret.reveal(), "correct-horse-battery");
    });

    it("prints as [secret] however it is printed", () => {
        const printed = [
            String(secret),
            JSON.stringify({ secret }),
            inspect({ secret }, { depth: 5, showHidden: true }),
            format("%s %o %j", secret, secret, secret),
        ];
        for (const text of printed) {
            assert.match(text, /\[secret\]/);
            assert.doesNotMatch(text, /correct/);
        }
    });

    it("does not give its text away as a property", () => {
        assert.deepEqual(Object.values(secret), [false]);
    });
});
