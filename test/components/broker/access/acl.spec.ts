import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type AclRule, aclFile, aclLineProblem, aclRules, filterDepth } from "../../../../components/broker/access/acl";

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
    ["topic devices/%c", /only a pattern line replaces/],
    ["topic  a", /one space between/],
    ["topic read  a", /one space between/],
    ["topic  read a", /one space between/],
    ["topic read\ta", /one space between/],
    ["topic read a\tb", /no tab/],
    ["topic a\u0000b", /no tab/],
    ["user a\tb", /user NAME/],
    ["user  a", /user NAME/],
    ["topic $share/group", /\$share\/GROUP\/FILTER/],
    [`topic ${"a".repeat(65_536)}`, /65535 bytes/],
    [`topic ${"ä".repeat(32_768)}`, /65535 bytes/],
];

/** What vmq_acl keeps of a file: `dies` where it has no clause for a line. vmq_acl.erl (parse_acl_line, in, trim) of 2.1.2. */
function parsedByVernemq(text: string): { dies: boolean; rules: AclRule[]; dropped: number } {
    const rules: AclRule[] = [];
    let user: string | undefined;
    let dropped = 0;
    for (const line of text.split("\n").slice(0, -1)) {
        const clauses = [
            ["topic read ", ["read"]],
            ["topic write ", ["write"]],
            ["topic ", ["read", "write"]],
            ["pattern read ", ["read"]],
            ["pattern write ", ["write"]],
            ["pattern ", ["read", "write"]],
        ] as const;
        const clause = clauses.find(([start]) => line.startsWith(start));
        if (line.startsWith("#") || line === "") {
            continue;
        }
        if (line.startsWith("user ")) {
            // The name is cut where it is used: `in` trims it.
            user = trimmed(line.slice("user ".length));
        } else if (clause === undefined) {
            return { dies: true, rules, dropped };
        } else {
            const filter = trimmed(line.slice(clause[0].length));
            const keyword = clause[0].startsWith("topic") ? "topic" : "pattern";
            if (isValidFilter(filter)) {
                rules.push({ keyword, accesses: clause[1], filter, user: keyword === "pattern" ? undefined : user });
            } else {
                dropped++;
            }
        }
    }
    return { dies: false, rules, dropped };
}

/** vmq_acl.erl (trim): spaces and tabs only. */
function trimmed(text: string): string {
    return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** vmq_topic.erl (validate_subscribe_topic, validate_shared_subscription), without the depth, which is a setting. */
function isValidFilter(filter: string): boolean {
    const words = filter.split("/");
    const valid = words.every(
        (word, index) => word === "+" || (word === "#" && index === words.length - 1) || !/[+#\0]/.test(word),
    );
    return filter !== "" && Buffer.byteLength(filter) <= 65_535 && valid && (words[0] !== "$share" || words.length > 2);
}

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

    it("means to VerneMQ's parser what it means here, line by line, and loses no rule there", () => {
        const piece = fc.constantFrom(
            "topic",
            "pattern",
            "user",
            "read",
            "write",
            "readwrite",
            "#",
            "+",
            "a",
            "a/b",
            "$share",
            "%c",
            "%u",
            "",
            " ",
            "\t",
            "/",
            "\0",
            "ä",
            "device",
        );
        const line = fc.oneof(
            fc
                .array(piece, { maxLength: 6 })
                .chain((parts) => fc.constantFrom(parts.join(" "), parts.join(""), parts.join("/"))),
            fc
                .tuple(fc.constantFrom("topic ", "topic read ", "pattern write ", "user "), fc.string())
                .map((parts) => parts.join("")),
        );
        fc.assert(
            fc.property(fc.array(line, { maxLength: 6 }), (candidates) => {
                const lines = candidates.filter((candidate) => aclLineProblem(candidate) === undefined);
                assert.deepEqual(parsedByVernemq(aclFile(lines)), { dies: false, rules: aclRules(lines), dropped: 0 });
            }),
            { numRuns: 2000 },
        );
    });

    it("takes every line that VerneMQ understands, but for spacing that hides what it means and names of more than a word", () => {
        const filter = fc.array(fc.constantFrom("a", "+", "b c", "ä", "$SYS", "x.y"), { minLength: 1, maxLength: 12 });
        const start = fc.constantFrom(
            "topic ",
            "topic read ",
            "topic write ",
            "pattern ",
            "pattern read ",
            "pattern write ",
        );
        fc.assert(
            fc.property(start, filter, fc.boolean(), (keyword, levels, isOpen) => {
                assert.equal(aclLineProblem(`${keyword}${[...levels, ...(isOpen ? ["#"] : [])].join("/")}`), undefined);
            }),
        );
    });

    it("has rules for everyone, and after a user line for that user; patterns are for everyone", () => {
        const lines = [
            "topic read news/#",
            "# backend",
            "user backend",
            "topic #",
            "pattern write up/%c",
            "user other",
            "topic write x",
        ];
        assert.deepEqual(aclRules(lines), [
            { keyword: "topic", accesses: ["read"], filter: "news/#", user: undefined },
            { keyword: "topic", accesses: ["read", "write"], filter: "#", user: "backend" },
            { keyword: "pattern", accesses: ["write"], filter: "up/%c", user: undefined },
            { keyword: "topic", accesses: ["write"], filter: "x", user: "other" },
        ]);
        assert.deepEqual(["a", "a/b", "/a/", "#"].map(filterDepth), [1, 2, 3, 1]);
    });

    it("is empty without lines, which leaves the decision to other plugins", () => {
        assert.equal(aclFile([]), "");
    });
});
