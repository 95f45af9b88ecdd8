import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { renderPage } from "../../../pipeline/comment/html";
import { code } from "../../../pipeline/comment/markdown";
import { everyStack, marker } from "../../../pipeline/comment/marker";
import type { ChangeDigest, PreviewDigest, StackDigest } from "../../../pipeline/comment/preview-digest";
import { commentBudget, render, summaryBudget } from "../../../pipeline/comment/render";
import { cases } from "./cases";

const fixture = (name: string) => readFileSync(join(__dirname, "fixtures", name), "utf8");

/** What of a comment is Markdown or HTML: code blocks and code spans are taken out, as a reader of Markdown does. */
function structure(markdown: string): string {
    const lines: string[] = [];
    let open: string | undefined;
    for (const line of markdown.split("\n")) {
        const ticks = /^(> )?(`{3,})/.exec(line)?.[2];
        if (open === undefined && ticks !== undefined) {
            open = ticks;
        } else if (open !== undefined) {
            open = line === open ? undefined : open;
        } else {
            lines.push(line.replaceAll(/(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)/g, ""));
        }
    }
    assert.equal(open, undefined, "a fence is left open");
    return lines.join("\n");
}

const nasty = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.constantFrom(
        "</details>",
        "<script>",
        "```",
        "````diff",
        "😀漢字",
        "| a | b",
        "-->",
        "@everyone",
        "a\nb",
        "`",
        "\\",
        "<!-- x -->",
    ),
);
const nonEmpty = nasty.map((text) => `n${text}`);

const change: fc.Arbitrary<ChangeDigest> = fc.record({
    action: fc.constantFrom(
        "replace" as const,
        "delete" as const,
        "unknown" as const,
        "create" as const,
        "update" as const,
        "import" as const,
        "forget" as const,
    ),
    urn: nonEmpty,
    type: fc.constantFrom("aws:eks/nodeGroup:NodeGroup", "kubernetes:core/v1:Service", "x"),
    name: nonEmpty,
    within: fc.array(nonEmpty, { maxLength: 3 }),
    properties: fc.array(
        fc.record({
            path: nonEmpty,
            kind: fc.constantFrom("add" as const, "update" as const, "delete" as const),
            replaces: fc.boolean(),
        }),
        { maxLength: 4 },
    ),
    because: fc.array(nonEmpty, { maxLength: 2 }),
    deletedFirst: fc.boolean(),
    protected: fc.boolean(),
    retained: fc.boolean(),
});

const stack: fc.Arbitrary<StackDigest> = fc
    .record({
        stack: nonEmpty,
        changes: fc.array(change, { maxLength: 12 }),
        policies: fc.array(
            fc.record({
                pack: nonEmpty,
                policy: nonEmpty,
                level: fc.constantFrom("mandatory" as const, "advisory" as const),
                message: nasty,
            }),
            { maxLength: 3 },
        ),
        diagnostics: fc.array(
            fc.record({ severity: fc.constantFrom("error" as const, "warning" as const), message: nasty }),
            { maxLength: 3 },
        ),
        warnings: fc.array(nasty, { maxLength: 3 }),
        status: fc.constantFrom("succeeded" as const, "failed" as const, "cancelled" as const),
        source: fc.constantFrom("engine" as const, "offline plan" as const),
        same: fc.nat(500),
    })
    .map(({ same, ...rest }) => {
        const count = (...wanted: readonly string[]) =>
            rest.changes.filter(({ action }) => wanted.includes(action)).length;
        return {
            ...rest,
            project: "vernemq",
            place: "",
            counts: {
                create: count("create"),
                update: count("update"),
                replace: count("replace"),
                delete: count("delete"),
                import: count("import"),
                other: count("forget", "unknown"),
                same,
            },
            unchanged: Array.from({ length: same }, (_, index) => ({
                type: "x",
                name: `same-${index}`,
                within: [],
            })),
            outputs: [],
        };
    });
const digests: fc.Arbitrary<PreviewDigest> = fc
    .array(stack, { minLength: 1, maxLength: 3 })
    .map((stacks) => ({ version: 1, stacks }));

/** A name as the comment writes it in code. */
const squeezed = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, " ");

describe("the comment", () => {
    for (const { name, digest, context } of cases) {
        it(`of ${name} is the one in fixtures/${name}.md`, () => {
            const body = `${marker("vernemq", everyStack)}\n${render(digest, commentBudget, context)}`;
            assert.equal(body, fixture(`${name}.md`));
        });
    }

    it("of two stacks is a page too, with all of it and nothing from outside", () => {
        const [first] = cases;
        assert.ok(first);
        const page = renderPage(first.digest, first.context);
        assert.equal(page, fixture("two-stacks.html"));
        assert.doesNotMatch(page, /<script|<link|<img|@import|url\(/);
    });

    it("tells the story in its first two lines: what fails, what is replaced and what is deleted", () => {
        const [, headline] = fixture("two-stacks.md").split("\n");
        assert.equal(
            headline,
            "### 🔴 Preview: `gke` fails, changes 1 resource · `eks` replaces 1 node pool, deletes 1 address, 2 more changes",
        );
    });

    it("is one line where nothing changes", () => {
        assert.equal(fixture("no-change.md").trimEnd().split("\n").length, 2);
    });

    it("shows neither a secret nor the plain text that it had before it was one", () => {
        for (const file of ["two-stacks.md", "two-stacks.html"]) {
            assert.doesNotMatch(fixture(file), /first-Secret-value/);
        }
        assert.match(fixture("two-stacks.md"), /values\.additionalEnv/);
    });

    it("fits its budget, in characters or bytes, whatever it holds and however small the budget", () => {
        fc.assert(
            fc.property(
                digests,
                fc.integer({ min: 6_000, max: 20_000 }),
                fc.constantFrom("characters" as const, "bytes" as const),
                (digest, limit, unit) => {
                    const body = render(digest, { limit, unit });
                    assert.ok((unit === "bytes" ? Buffer.byteLength(body) : body.length) <= limit);
                },
            ),
            { numRuns: 60 },
        );
    });

    it("names everything that is replaced or deleted, with the counts of every stack, when all else is cut", () => {
        fc.assert(
            fc.property(digests, fc.integer({ min: 9_000, max: 20_000 }), (digest, limit) => {
                const body = render(digest, { limit, unit: "characters" });
                for (const { changes, counts } of digest.stacks) {
                    for (const { name } of changes.filter(
                        ({ action }) => action === "replace" || action === "delete",
                    )) {
                        assert.ok(body.includes(squeezed(name)), `${name} is missing`);
                    }
                    const cells = [counts.create, counts.update, counts.replace, counts.delete, counts.import];
                    const row = cells.map((count) => (count > 0 ? `**${count}**` : "0")).join(" | ");
                    assert.ok(body.includes(`| ${row} |`), row);
                }
            }),
            { numRuns: 60 },
        );
    });

    it("keeps why a stack fails as long as it shows any diff, and names the failing stack in any case", () => {
        const message = fc
            .tuple(fc.nat(999), fc.integer({ min: 1, max: 160 }))
            .map(([id, lines]) => `${"at some line of the program\n".repeat(lines)}the reason ${id}`);
        const changing = fc.array(change, { minLength: 1, maxLength: 60 }).map((changes) =>
            changes.map((each, index) => ({
                ...each,
                name: `r-${index}`,
                within: [],
                because: each.because.map((path) => path.repeat(10)),
                properties: Array.from({ length: 20 }, (_, at) => ({
                    path: `property-${at}`,
                    kind: "update" as const,
                    replaces: false,
                })),
            })),
        );
        const failing = fc
            .tuple(stack, changing, message)
            .map(([each, changes, error]) => ({ ...each, changes, diagnostics: [], status: "failed" as const, error }));
        fc.assert(
            fc.property(
                fc.array(failing, { minLength: 1, maxLength: 3 }),
                fc.integer({ min: 12_000, max: 40_000 }),
                (stacks, limit) => {
                    const body = render({ version: 1, stacks }, { limit, unit: "characters" });
                    assert.ok(body.length <= limit);
                    for (const { error } of stacks) {
                        assert.ok(body.includes(error.split("\n").at(-1) ?? ""), "the reason is missing");
                        assert.ok(body.includes(error) || !/^@@ /m.test(body), "an error was cut, and a diff was not");
                    }
                },
            ),
            { numRuns: 60 },
        );
    });

    it("gives up the reasons of replacements before an error message, and fills the room that this leaves", () => {
        const [first] = cases[0]?.digest.stacks ?? [];
        const [example] = first?.changes ?? [];
        assert.ok(first && example);
        const changes = Array.from({ length: 100 }, (_, index) => ({
            ...example,
            name: `pool-${index}`,
            because: Array.from({ length: 8 }, (__, at) => `${"long.".repeat(20)}${at}`),
        }));
        const failing = { ...first, changes, diagnostics: [], status: "failed" as const, error: "No quota is left." };
        const body = render({ version: 1, stacks: [failing] }, commentBudget);
        assert.ok(body.length <= commentBudget.limit);
        assert.match(body, /No quota is left\./);
        assert.match(body, /^@@ pool-0 /m);
    });

    it("closes every fence and every details, whatever texts it shows", () => {
        fc.assert(
            fc.property(digests, fc.constantFrom(7_000, 60_000), (digest, limit) => {
                const outside = structure(
                    render(digest, { limit, unit: "characters" }, { notice: "</details><script>" }),
                );
                const count = (tag: RegExp) => [...outside.matchAll(tag)].length;
                assert.equal(count(/<details>/g), count(/<\/details>/g));
                assert.equal(count(/<script/g), 0);
                assert.equal(count(/<details open/g), 0);
                assert.equal(count(/<!--/g), 0);
            }),
            { numRuns: 100 },
        );
    });

    it("keeps a code span on one line whatever ends a line in the text", () => {
        for (const end of ["\n", "\r", "\r\n", "\u2028", "\u2029"]) {
            assert.equal(code(`a${end}b`), "`a b`");
        }
    });

    it("says how much was left out and where it is, and cuts the unchanged before updates before new ones", () => {
        const body = fixture("overflow.md");
        assert.ok(body.length <= 60_100);
        assert.match(
            body,
            /Left out, because it does not fit:\*\* 1000 unchanged resources, \d+ diffs of updates\. Everything is in \[the job&?'?s? ?/,
        );
        assert.equal([...body.matchAll(/\*\*(replace|delete)\*\* `/g)].length, 100);
        assert.equal([...body.matchAll(/^@@ created-/gm)].length, 400);
    });

    it("in the job's summary leaves nothing out of what the comment could not hold", () => {
        const overflowing = cases.find(({ name }) => name === "overflow");
        assert.ok(overflowing);
        const summary = render(overflowing.digest, summaryBudget, overflowing.context);
        assert.ok(Buffer.byteLength(summary) <= 1024 * 1024);
        assert.doesNotMatch(summary, /Left out/);
        assert.match(summary, /`same-999`/);
    });

    it("lists replacements by type with all names where a line for each does not fit, and counts them beyond that", () => {
        const many = (count: number): PreviewDigest => {
            const [first] = cases[0]?.digest.stacks ?? [];
            const [example] = first?.changes ?? [];
            assert.ok(first && example);
            const changes = Array.from({ length: count }, (_, index) => ({
                ...example,
                name: `pool-${index}`,
                urn: index.toString(),
            }));
            return { version: 1, stacks: [{ ...first, changes, counts: { ...first.counts, replace: count } }] };
        };
        const named = render(many(2_000), commentBudget);
        assert.ok(named.length <= 60_000);
        assert.match(named, /`pool-1999`/);
        const counted = render(many(8_000), commentBudget);
        assert.ok(counted.length <= 60_000);
        assert.match(counted, /aws\.eks\.NodeGroup: 8000/);
    });
});
