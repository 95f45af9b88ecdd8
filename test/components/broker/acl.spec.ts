import assert from "node:assert/strict";
import * as fc from "fast-check";
import { aclFile, aclLineProblem } from "../../../components/broker/acl";

const taken = [
    "topic #",
    "topic read devices/+/state",
    "topic write a/b/c",
    "topic read",
    "user device-1",
    "pattern devices/%c/#",
    "pattern read %m/%u/+",
    "# a comment",
];

const refused: readonly (readonly [string, RegExp])[] = [
    ["", /not blank/],
    ["   ", /not blank/],
    [" topic #", /white space before or after/],
    ["topic a\ntopic b", /one line/],
    ["topic a\r", /one line/],
    ["topics a", /starts with/],
    ["allow a", /starts with/],
    ["Topic a", /starts with/],
    ["topic\ta", /starts with/],
    ["topic", /topic \[read\|write\] FILTER/],
    ["pattern", /pattern \[read\|write\] FILTER/],
    ["topic readwrite a", /no `readwrite`/],
    ["user", /user NAME/],
    ["user a b", /user NAME/],
    ["topic a/#/b", /whole last level/],
    ["topic a/b#", /whole last level/],
    ["topic a+/b", /whole level/],
    ["pattern devices-%c/#", /whole levels/],
];

describe("vmq.acl", () => {
    for (const line of taken) {
        it(`takes ${JSON.stringify(line)}`, () => {
            assert.equal(aclLineProblem(line), undefined);
        });
    }

    for (const [line, rule] of refused) {
        it(`refuses ${JSON.stringify(line)}`, () => {
            assert.match(aclLineProblem(line) ?? "taken", rule);
        });
    }

    it("holds no line that would end VerneMQ's plugin, whatever is let through", () => {
        const words = fc.constantFrom("topic", "pattern", "user", "read", "write", "#", "+", "a", "%c", "%u", "", "\t");
        const line = fc
            .array(words, { maxLength: 5 })
            .chain((parts) => fc.constantFrom(parts.join(" "), parts.join("/")));
        fc.assert(
            fc.property(fc.array(line), (lines) => {
                const file = aclFile(lines.filter((candidate) => aclLineProblem(candidate) === undefined));
                // vmq_acl.erl l.199-228: the only lines that its parser has a clause for.
                assert.match(file, /^((#.*|(topic|pattern) (read |write )?.+|user .+)\n)*$/);
            }),
        );
    });

    it("is empty without lines, which leaves the decision to other plugins", () => {
        assert.equal(aclFile([]), "");
    });
});
