/* eslint words/no-words: off -- the words stand here to be found */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Linter } from "eslint";

const root = resolve(__dirname, "../..");

/** Sentences that the house style refuses, and the same as it wants them. */
const sentences = [
    ["HAProxy ends TLS here.", "HAProxy terminates TLS here."],
    ["The entrance is open.", "The listener is open."],
    ["The wishes of a user.", "The requirements of a user."],
    ["It brings a device back to its broker.", "The device reconnects to the same broker."],
    ["A name is needed.", "A name is required."],
    ["The file is sound.", "The file is valid."],
    ["Worth knowing: it is slow.", "Note: it is slow."],
    ["It mends the state.", "It fixes the state."],
    ["Nobody may connect.", "No client may connect."],
    ["It has a node of its\nown.", "Each broker has its own node, and its brokers."],
    ["Give it a pod of yours.", "Give it your own pod."],
    ["The Secret was made by it.", "The Secret was created by it, of its own keys."],
    ["A licence in the cup.", "A license in the cup."],
    ["It makes the pod anew.", "It recreates the pod."],
] as const;

describe("the lint of words", () => {
    let words: NonNullable<Linter.Config["plugins"]>[string];
    const messages = (code: string) =>
        new Linter().verify(code, { plugins: { words }, rules: { "words/no-words": "error" } });

    before(async () => {
        const module: unknown = await import(pathToFileURL(join(root, "lint/words.mjs")).href);
        words = (module as { default: typeof words }).default;
    });

    it("finds them in comments, strings and template strings, and names what to write", () => {
        for (const [wrong, right] of sentences) {
            const forms = (text: string) => [
                `/**\n * ${text.replace("\n", "\n * ")}\n */`,
                `export const x = ${JSON.stringify(text)};`,
                `export const x = \`\${1} ${text}\`;`,
            ];
            for (const [index, code] of forms(wrong).entries()) {
                assert.equal(messages(code).length, 1, code);
                assert.match(messages(code)[0]?.message ?? "", /^Instead of ".+" write: /s);
                assert.deepEqual(messages(forms(right)[index] ?? ""), [], right);
            }
        }
    });

    it("leaves names alone", () => {
        const code = `export const sound = { user: "nobody" };`;
        assert.deepEqual(new Linter().verify(code, { plugins: { words }, rules: { "words/no-words": "error" } }), []);
    });

    it("finds them in Markdown, and not in its code", () => {
        const folder = mkdtempSync(join(tmpdir(), "words-"));
        try {
            const remark = (text: string) => {
                const file = join(folder, "page.md");
                writeFileSync(file, text);
                const command = [join(root, "node_modules/remark-cli/cli.js"), "--quiet", "--frail", "--no-stdout"];
                const config = ["--rc-path", join(root, ".remarkrc.mjs")];
                return spawnSync(process.execPath, [...command, ...config, file], { cwd: root, encoding: "utf8" });
            };
            const wrong = remark(sentences.map(([sentence]) => sentence).join("\n\n"));
            assert.equal(wrong.status, 1);
            assert.equal([...wrong.stderr.matchAll(/prohibited-strings/g)].length, sentences.length, wrong.stderr);
            const right = [...sentences.map(([, sentence]) => sentence), "`The file is sound.`"];
            assert.equal(remark(right.join("\n\n")).stderr, "");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
