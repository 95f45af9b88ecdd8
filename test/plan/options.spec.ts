import assert from "node:assert/strict";
import { parseOptions } from "../../plan/options";

function mistake(...words: readonly string[]): string {
    const parsed = parseOptions(words);
    assert.ok(parsed.kind === "mistake", JSON.stringify(parsed));
    return parsed.message;
}

describe("the command line of a plan", () => {
    it("takes one stack and the files to write", () => {
        assert.deepEqual(parseOptions(["--stack", "eks", "--json", "-", "--html", "x.html", "--against", "old.json"]), {
            kind: "run",
            options: { stack: "eks", json: "-", html: "x.html", against: "old.json", out: "build/plans" },
        });
    });

    it("takes all stacks and a folder", () => {
        assert.deepEqual(parseOptions(["--all", "--out", "here"]), {
            kind: "run",
            options: { all: true, out: "here" },
        });
    });

    it("explains itself with examples and exit codes", () => {
        const parsed = parseOptions(["--help"]);
        assert.ok(parsed.kind === "help");
        for (const word of [
            "--stack",
            "--all",
            "--json",
            "--markdown",
            "--html",
            "--against",
            "--out",
            "Examples",
            "Exit codes",
        ]) {
            assert.ok(parsed.text.includes(word), word);
        }
    });

    it("refuses what it does not know, and guesses what was meant", () => {
        assert.match(mistake("--stak", "eks"), /^unknown option '--stak'\n\(Did you mean --stack\?\)/);
        assert.match(mistake("eks"), /too many arguments/);
        assert.match(mistake("--stack"), /argument missing/);
    });

    it("refuses what contradicts itself", () => {
        assert.match(mistake(), /name a stack/);
        assert.match(mistake("--stack", "a", "--all"), /exclude each other/);
        assert.match(mistake("--all", "--json", "x"), /--json is for one stack/);
        assert.match(mistake("--stack", "a", "--json", "-", "--html", "-"), /only one format/);
    });
});
