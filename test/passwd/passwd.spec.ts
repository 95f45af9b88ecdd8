import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as fc from "fast-check";
import { passwdFile, passwdFileProblems, passwdLine, passwdLineProblem } from "../../components/broker/access/passwd";
import { nodeWords } from "../../components/common/own-process";
import { perform, taskOf } from "../../passwd/passwd";

/** Whether a vmq.passwd lets a user in, as vmq_passwd.erl reads it (parse_passwd_line, check). */
function letsIn(file: string, name: string, password: string): boolean {
    const parts = file
        .split("\n")
        .map((line) => line.split(":"))
        .find(([user]) => user === name)?.[1]
        ?.split("$");
    const [, , salt = "", hash] = parts ?? [];
    return createHash("sha512").update(password).update(Buffer.from(salt, "base64")).digest("base64") === hash;
}

describe("npm run passwd", () => {
    it("makes a file that lets exactly these users in, each with its own salt", () => {
        const { out, err, exitCode } = perform("make", "alice:correct horse:battery\n\nbob:correct horse:battery\r\n");
        assert.deepEqual({ err, exitCode }, { err: "", exitCode: 0 });
        assert.match(out, /^alice:\$6\$\S+\nbob:\$6\$\S+\n$/);
        assert.ok(letsIn(out, "alice", "correct horse:battery") && letsIn(out, "bob", "correct horse:battery"));
        assert.equal(letsIn(out, "alice", "correct horse:batterx"), false);
        const hashes = out.split("\n").map((line) => line.split(":")[1]);
        assert.notEqual(hashes[0], hashes[1]);
        assert.equal(out.includes("battery"), false);
        assert.deepEqual(perform("check", out), { out: "valid\n", err: "", exitCode: 0 });
    });

    it("makes no half of a file, names the line and never shows a password", () => {
        const input = "alice:correct horse\nbob\na b:correct horse\ncarol:hunter2\nalice:correct horse\n";
        assert.deepEqual(perform("make", input), {
            out: "",
            err: [
                "line 2: a line is NAME:PASSWORD",
                "line 3: a user name has no white space or control characters: one bad line of vmq.passwd stops every login",
                "line 4: a password has at least 12 characters: vmq.passwd keeps one round of SHA-512, which is fast to try",
                "line 5: the user is listed twice",
                "",
            ].join("\n"),
            exitCode: 2,
        });
    });

    it("explains itself where nothing comes in", () => {
        assert.deepEqual(perform("make", ""), {
            out: "",
            err: "Standard input has no line NAME:PASSWORD.\n",
            exitCode: 2,
        });
    });

    it("names each line that would stop every login, without showing it", () => {
        const good = passwdFile([{ name: "a", password: "correct horse battery" }], "test");
        assert.deepEqual(perform("check", `${good}bob:hunter2hunter2\n\n`), {
            out: "",
            err: "line 2: the part after the colon is no hash: it has the form $6$SALT$HASH\n",
            exitCode: 2,
        });
        assert.match(perform("check", `${good}${good}`).err, /^line 2: the user is listed twice/);
    });

    it("refuses a file without a user, which refuses every login", () => {
        for (const text of ["", "\n", "\n\n"]) {
            assert.deepEqual(perform("check", text), {
                out: "",
                err: "line 1: the file has no user, so VerneMQ refuses every login\n",
                exitCode: 2,
            });
        }
    });

    it("names each line that would stop every publish", () => {
        assert.deepEqual(perform("check-acl", "topic #\n\n# note\nuser a\n"), { out: "valid\n", err: "", exitCode: 0 });
        assert.match(perform("check-acl", "topic #\nallow x\n").err, /^line 2: an ACL line starts with/);
    });

    it("takes options and never a password as an argument", () => {
        assert.deepEqual(
            [[], ["--check"], ["--check-acl"], ["-h"], ["alice", "secret"], ["--chek"], ["--check", "--check-acl"]].map(
                (words) => {
                    const parsed = taskOf(words);
                    return parsed.kind === "run" ? parsed.task : parsed.kind;
                },
            ),
            ["make", "check", "check-acl", "help", "mistake", "mistake", "mistake"],
        );
    });

    it("runs as a command: a pipe in, a file out, exit code 2 for a mistake", () => {
        const run = (args: readonly string[], input: string) =>
            spawnSync(process.execPath, [...nodeWords(join(__dirname, "../../cli/main")), "passwd", ...args], {
                input,
                encoding: "utf8",
            });
        const made = run([], "alice:correct horse battery\n");
        assert.equal(made.status, 0, made.stderr);
        assert.ok(letsIn(made.stdout, "alice", "correct horse battery"));
        const refused = run(["alice:hunter2hunter2"], "");
        assert.deepEqual([refused.status, refused.stdout], [2, ""]);
        assert.match(refused.stderr, /^too many arguments/);
        assert.equal(refused.stderr.includes("hunter2"), false);
    });
});

describe("A line of another's vmq.passwd", () => {
    const salt = Uint8Array.from({ length: 12 }, (_, index) => index);
    const good = passwdLine({ name: "device", password: "correct horse battery" }, salt);

    it("is valid as this program writes it, whatever the salt's length", () => {
        fc.assert(
            fc.property(
                fc.stringMatching(/^[^\s:]{1,10}$/),
                fc.string(),
                fc.uint8Array({ minLength: 1, maxLength: 20 }),
                (name, password, bytes) => {
                    fc.pre(!/\p{Cc}/u.test(name));
                    assert.equal(passwdLineProblem(passwdLine({ name, password }, bytes)), undefined);
                },
            ),
        );
    });

    for (const [title, line, rule] of [
        ["a carriage return", `${good}\r`, /carriage return/],
        ["no hash", "device:secret", /no hash/],
        ["no colon", "device", /one colon/],
        ["a comment", "# users", /one colon/],
        ["a colon too much", `a:${good}`, /one colon/],
        ["crypt(3)'s hash", "device:$6$rounds=5000$salt$hash", /no hash/],
        ["a cut hash", good.slice(0, -3), /BASE64/],
        ["no name", good.slice("device".length), /must not be empty/],
        ["white space", good.replace("device", "de vice"), /white space/],
        ["a trailing space", `${good} `, /BASE64/],
    ] as const) {
        it(`is not valid with ${title}`, () => {
            assert.match(passwdLineProblem(line) ?? "taken", rule);
        });
    }

    it("is counted from 1 in its file", () => {
        assert.deepEqual(passwdFileProblems(`${good}\nx\n`), [
            { line: 2, problem: "a line has exactly one colon, between name and hash" },
        ]);
    });
});
