import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../../cli/program";
import { commandLine } from "../../plan/common/command-name";
import { verbs } from "../../cli/verbs";
import { exitCodeMeanings } from "../../plan/common/exit-code";
import { fitted, widthOf } from "../../plan/common/width";

const root = join(__dirname, "../..");

interface Manifest {
    readonly version: string;
    readonly scripts: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** Runs the program from elsewhere. */
function vernemq(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const bin = join(root, "bin/vernemq.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], {
        cwd: tmpdir(),
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", ...env },
    });
    return { status, out: stdout, err: stderr };
}

/** What people do with it, by the issue that asked for one command line. */
const wanted =
    "plan preview up refresh destroy drift repair outputs comment verify status scale drain undrain upgrade backup restore reload port-forward passwd lab size";

describe("vernemq, the command line", () => {
    // Each start reads TypeScript, seconds on a busy machine.
    it("has every verb, each once, with a summary that is a sentence", async () => {
        const names = verbs.map(({ name }) => name);
        assert.deepEqual(
            wanted.split(" ").filter((name) => !names.includes(name)),
            [],
        );
        assert.equal(new Set(names).size, names.length);
        for (const { name, describe: command } of verbs) {
            assert.match((await command()).description(), /^[A-Z].*[^.]\.$/s, name);
        }
    });

    it("lists every verb in its help, and says its version, from any folder", () => {
        const help = vernemq(["--help"]);
        assert.equal(help.status, 0, help.err);
        for (const { name } of verbs) {
            assert.match(help.out, new RegExp(`^ {2}${name}( |$)`, "m"));
        }
        assert.deepEqual(vernemq(["--version"]), { status: 0, out: `${manifest.version}\n`, err: "" });
    });

    it("shows for each verb that verb's options only, with --quiet and its exit codes", async () => {
        const own = new Map<string, string>();
        const wordsOf = (text: string) => text.split(/\s+/);
        for (const { name, describe: command } of verbs) {
            let help = "";
            (await command()).configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
            own.set(name, help);
            assert.ok(help.startsWith(`Usage: ${commandLine(name)} `), help);
            assert.match(help, /-q, --quiet/);
            assert.doesNotMatch(help, /[{}]/, `${name}: what a parser made of words is no default to read`);
            const narrow = fitted(help, 80);
            assert.deepEqual(wordsOf(narrow), wordsOf(help));
            for (const line of narrow.split("\n").filter(({ length }) => length > 80)) {
                assert.match(line, /^ {2}\S.* --|^ +\S+$/, `${name}: neither a command nor one word`);
            }
            const codes = [...help.matchAll(/^ {2}(\d) {2}/gm)].map(([, code]) => Number(code));
            assert.ok(codes.includes(0) && codes.includes(2), name);
            assert.ok(
                codes.every((code) => code in exitCodeMeanings),
                name,
            );
        }
        assert.doesNotMatch(own.get("status") ?? "", /--batch|--hold|--allow-replace/);
        assert.doesNotMatch(own.get("drain") ?? "", /--hold|--endpoint/);
        assert.match(own.get("drain") ?? "", /--batch/);
        // Those that ask: a reader of the others would look for the question.
        const asking = [...own].filter(([, help]) => help.includes("--yes ")).map(([name]) => name);
        assert.deepEqual(asking.sort(), ["destroy", "repair", "restore", "scale", "up", "upgrade"]);
    });

    it("takes help as a verb", () => {
        assert.deepEqual(vernemq(["help", "drain"]), vernemq(["drain", "--help"]));
        assert.deepEqual(vernemq(["help"]), vernemq(["--help"]));
        assert.equal(vernemq(["help", "nothing"]).status, 2);
    });

    it("guesses what a mistyped verb or option was meant to be, with exit code 2", () => {
        const verb = vernemq(["stauts"]);
        assert.equal(verb.status, 2);
        assert.equal(verb.err, "unknown verb 'stauts'.\n(Did you mean status?)\n`vernemq --help` shows all options.\n");
        const option = vernemq(["up", "--stak", "eks"]);
        assert.equal(option.status, 2);
        assert.match(option.err, /^unknown option '--stak'\.\n\(Did you mean --stack\?\)\n`vernemq up --help`/);
    });

    it("ends with the code of what a verb ends with", () => {
        assert.equal(vernemq(["plan", "--stack", "nowhere"]).status, 2);
        assert.equal(vernemq(["size", "--devices", "0"]).status, 2);
        assert.equal(
            vernemq(["size", "--devices", "1000", "--messages-per-second", "10", "--target", "eks", "--quiet"]).status,
            0,
        );
    });

    for (const shell of ["bash", "zsh", "fish"]) {
        it(`prints a completion that ${shell} accepts`, function () {
            const { status, out } = vernemq(["completion", shell]);
            assert.equal(status, 0);
            assert.match(out, /vernemq complete --/);
            const folder = mkdtempSync(join(tmpdir(), "vernemq-completion-"));
            try {
                // fish 3.6 reads no socket, which is what a child of Node.js gets as its input.
                const script = join(folder, "completion");
                writeFileSync(script, out);
                const check = spawnSync(shell, ["-n", script], { encoding: "utf8" });
                if (check.error !== undefined) {
                    this.skip();
                }
                assert.deepEqual([check.status, check.stderr], [0, ""]);
            } finally {
                rmSync(folder, { recursive: true });
            }
        });
    }

    it("completes verbs, and of a verb's options its own", () => {
        const complete = (...words: readonly string[]) =>
            vernemq(["complete", "--", ...words])
                .out.split("\n")
                .flatMap((line) => (line.includes("\t") ? [line.split("\t")[0]] : []));
        assert.deepEqual(complete("sc"), ["scale"]);
        assert.deepEqual(complete("drain", "--b"), ["--batch"]);
        assert.deepEqual(complete("repair", "--allow"), []);
    });

    it("has its exit codes in the reference, word by word", () => {
        const page = readFileSync(join(root, "docs/reference/command-line.md"), "utf8");
        const rows = [...page.matchAll(/^\| (\d) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [
            Number(code),
            meaning,
        ]);
        assert.deepEqual(
            rows,
            Object.entries(exitCodeMeanings).map(([code, meaning]) => [Number(code), meaning]),
        );
    });

    it("is what the npm scripts run", async () => {
        for (const [script, words] of [
            ["plan", " plan"],
            ["size", " size"],
            ["passwd", " passwd"],
            ["lab", " lab"],
            ["pipeline", ""],
            ["ops", ""],
        ] as const) {
            assert.equal(manifest.scripts[script], `node run.mjs cli/main.ts${words}`);
        }
        assert.equal((await program("1.2.3")).version(), "1.2.3");
    });
});

describe("plan/common/width", () => {
    it("is the terminal's, or that of COLUMNS, from 80 to 200; a terminal without a size says 0", () => {
        assert.equal(widthOf({ isTTY: true, columns: 100 }, { COLUMNS: "150" }), 100);
        assert.equal(widthOf({ isTTY: true, columns: 0 }, {}), 120);
        assert.equal(widthOf({ isTTY: true, columns: 40 }, {}), 80);
        assert.equal(widthOf({}, { COLUMNS: "150" }), 150);
        assert.equal(widthOf({}, { COLUMNS: "300" }), 200);
        assert.equal(widthOf({}, { COLUMNS: "wide" }), 120);
    });

    it("is kept by notes: explanations wrap under themselves, or below a long command, which stays whole", () => {
        assert.deepEqual(fitted("  1  it failed or was interrupted\n\nshort", 20).split("\n"), [
            "  1  it failed or",
            "     was interrupted",
            "",
            "short",
        ]);
        assert.deepEqual(fitted("  vernemq up --all    every example", 24).split("\n"), [
            "  vernemq up --all",
            "      every example",
        ]);
        assert.equal(
            fitted("  vernemq verify --endpoint mqtts://host", 20),
            "  vernemq verify --endpoint mqtts://host",
        );
        assert.equal(fitted("one two three", 7), "one two\nthree");
    });
});
