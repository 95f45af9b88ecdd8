import assert from "node:assert/strict";
import { mistakeText, withRenamed } from "../../../plan/common/command-line";
import { failureOf, Refusal, Unfinished, UserError } from "../../../plan/common/errors";
import { exitCodeHelp, gravest } from "../../../plan/common/exit-code";
import { parseOptions } from "../../../verify/options";

describe("plan/common/command-line", () => {
    it("writes a mistake as a sentence, a guess below it, and the command that shows all options", () => {
        assert.equal(
            mistakeText("up", "unknown option '--stak'\n(Did you mean --stack?)"),
            "unknown option '--stak'.\n(Did you mean --stack?)\n`npm run pipeline -- up --help` shows all options.\n",
        );
    });

    it("reads an option by its name of before, and warns", () => {
        const renamed = [{ before: "--patience", now: "--timeout" }];
        for (const [words, expected] of [
            [
                ["--patience", "900"],
                ["--timeout", "900"],
            ],
            [["--patience=900"], ["--timeout=900"]],
        ] as const) {
            const { words: current, warnings } = withRenamed(words, renamed);
            assert.deepEqual(current, expected);
            assert.deepEqual(warnings, [
                "--patience is now called --timeout; the next version no longer accepts --patience.",
            ]);
        }
        assert.deepEqual(withRenamed(["--timeout", "1"], renamed), { words: ["--timeout", "1"], warnings: [] });
    });

    it("does so for verify --patience, which has the effect of --timeout", () => {
        const parsed = parseOptions(["--endpoint", "mqtts://h:8883", "--patience", "900"]);
        assert.ok(parsed.kind === "run");
        assert.equal(parsed.options.timeout, 900);
        assert.equal(parsed.warnings.length, 1);
    });
});

describe("plan/common/errors", () => {
    it("end a command with one sentence and the code for what they are", () => {
        assert.deepEqual(failureOf(new UserError("no file")), { message: "no file.", exitCode: 2 });
        assert.deepEqual(failureOf(new Refusal("a guard holds it.")), { message: "a guard holds it.", exitCode: 4 });
        assert.deepEqual(failureOf(new Unfinished("waited an hour")), { message: "waited an hour.", exitCode: 1 });
    });
});

describe("plan/common/exit-code", () => {
    it("lets the gravest of several speak: a failure before a refusal before changes", () => {
        assert.equal(gravest([0, 3, 4, 2, 1]), 1);
        assert.equal(gravest([0, 3, 4, 2]), 2);
        assert.equal(gravest([0, 3, 4]), 4);
        assert.equal(gravest([]), 0);
    });

    it("lists in a help the codes that a verb can end with", () => {
        assert.match(exitCodeHelp([0, 4]), /^Exit codes:\n {2}0 {2}.*\n {2}4 {2}refused/);
    });
});
