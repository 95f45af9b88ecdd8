import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { aclFileProblems } from "../components/broker/access/acl";
import {
    type FileProblem,
    passwdFileProblems,
    passwdLine,
    saltBytes,
    shortestPassword,
    userNameProblem,
} from "../components/broker/access/passwd";

/** What a run of the command leaves: what goes to standard output and standard error, and the exit code. */
export interface Outcome {
    readonly out: string;
    readonly err: string;
    /** 0, or 2 where the input or the options are wrong. */
    readonly exitCode: 0 | 2;
}

export const usage = `Makes and checks the files of a Secret for vernemq:broker.usersFrom and aclFrom.

  npm run --silent passwd                < users       lines NAME:PASSWORD become a vmq.passwd
  npm run --silent passwd -- --check     < vmq.passwd  checks a vmq.passwd
  npm run --silent passwd -- --check-acl < vmq.acl     checks a vmq.acl

Passwords are read from standard input only: arguments are seen by everyone on the machine and kept in the shell's history.
`;

/** What the words of the command line ask for. */
export type Task = "make" | "check" | "check-acl" | "help";

/** The task of a command line; undefined where it makes no sense. */
export function taskOf(words: readonly string[]): Task | undefined {
    try {
        const flag = { type: "boolean" } as const;
        const options = { check: flag, "check-acl": flag, help: { ...flag, short: "h" } };
        const { values } = parseArgs({ args: [...words], options, allowPositionals: false });
        const [task = "make", ...more] = (["help", "check", "check-acl"] as const).filter(
            (name) => values[name] === true,
        );
        return more.length > 0 ? undefined : task;
    } catch {
        return undefined;
    }
}

/** Does a task with what came from standard input. */
export function perform(task: Task, input: string): Outcome {
    switch (task) {
        case "help":
            return { out: usage, err: "", exitCode: 0 };
        case "make":
            return made(input);
        case "check":
            return checked(passwdFileProblems(input));
        case "check-acl":
            return checked(aclFileProblems(input));
    }
}

function checked(problems: readonly FileProblem[]): Outcome {
    const err = problems.map(({ line, problem }) => `line ${line}: ${problem}\n`).join("");
    return { out: problems.length === 0 ? "valid\n" : "", err, exitCode: problems.length === 0 ? 0 : 2 };
}

/** All lines or none: half a file would lock the other half's users out. */
function made(input: string): Outcome {
    const entries = input
        .split(/\r?\n/)
        .map((text, index) => ({ text, line: index + 1 }))
        .filter(({ text }) => text !== "")
        .map(({ text, line }) => {
            const colon = text.indexOf(":");
            return {
                line,
                name: text.slice(0, Math.max(colon, 0)),
                password: text.slice(colon + 1),
                hasColon: colon >= 0,
            };
        });
    const problems = entries.flatMap(({ line, name, password, hasColon }, index) => {
        const problem = !hasColon
            ? "a line is NAME:PASSWORD"
            : (userNameProblem(name) ??
              (password.length < shortestPassword
                  ? `a password has at least ${shortestPassword} characters: vmq.passwd keeps one round of SHA-512, which is fast to try`
                  : entries.findIndex((other) => other.name === name) < index
                    ? "the user is listed twice"
                    : undefined));
        return problem === undefined ? [] : [{ line, problem }];
    });
    if (entries.length === 0) {
        return { out: "", err: usage, exitCode: 2 };
    }
    return problems.length > 0
        ? checked(problems)
        : {
              out: entries.map((entry) => `${passwdLine(entry, randomBytes(saltBytes))}\n`).join(""),
              err: "",
              exitCode: 0,
          };
}
