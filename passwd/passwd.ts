import { randomBytes } from "node:crypto";
import { Command, Option } from "commander";
import { aclFileProblems } from "../components/broker/access/acl";
import {
    type FileProblem,
    passwdFileProblems,
    passwdLine,
    saltBytes,
    shortestPassword,
    userNameProblem,
} from "../components/broker/access/passwd";
import { commonOptions, type NoWork, readOptions } from "../plan/common/command-line";
import { type ExitCode, exitCodeHelp, exitCodes } from "../plan/common/exit-code";
import { asTyped, commandLine } from "../plan/common/command-name";

/** What a run of the command leaves: what goes to standard output and standard error, and the exit code. */
export interface Outcome {
    readonly out: string;
    readonly err: string;
    readonly exitCode: ExitCode;
}

const footer = `
  vernemq passwd             < users       lines NAME:PASSWORD become a vmq.passwd
  vernemq passwd --check     < vmq.passwd  checks a vmq.passwd
  vernemq passwd --check-acl < vmq.acl     checks a vmq.acl

Passwords are read from standard input only: everyone on the machine can see arguments, and the shell's history keeps them.

${exitCodeHelp([0, 2], { 0: "the file is valid, or written", 2: "a line or an option has to be fixed; nothing was written" })}`;

/** The verb `passwd`. */
export function passwdCommand(): Command {
    const command = new Command(commandLine("passwd"))
        .description("Create and check the files of a Secret for vernemq:broker.usersFrom and aclFrom.")
        .addOption(new Option("--check", "check a vmq.passwd").conflicts("checkAcl"))
        .addOption(new Option("--check-acl", "check a vmq.acl").conflicts("check"))
        .addHelpText("after", asTyped(footer))
        .allowExcessArguments(false);
    return commonOptions(command);
}

/** What is done with standard input. */
const tasks = {
    make: made,
    check: (input: string) => checked(passwdFileProblems(input)),
    "check-acl": (input: string) => checked(aclFileProblems(input)),
};
export type Task = keyof typeof tasks;

/** What the words of the command line ask for. */
export type ParsedTask = { readonly kind: "run"; readonly task: Task; readonly quiet: boolean } | NoWork;

/** Reads the words behind the verb. A word that is no option is not quoted back: it may be a password. */
export function taskOf(words: readonly string[]): ParsedTask {
    const read = readOptions<{ check?: true; checkAcl?: true; quiet?: true }>(passwdCommand(), words);
    if (read.kind !== "run") {
        return read;
    }
    const { check, checkAcl, quiet } = read.options;
    return {
        kind: "run",
        task: check === true ? "check" : checkAcl === true ? "check-acl" : "make",
        quiet: quiet === true,
    };
}

/** Does a task with what came from standard input. */
export function perform(task: Task, input: string): Outcome {
    return tasks[task](input);
}

function checked(problems: readonly FileProblem[]): Outcome {
    const err = problems.map(({ line, problem }) => `line ${line}: ${problem}\n`).join("");
    return err === "" ? { out: "valid\n", err, exitCode: 0 } : { out: "", err, exitCode: 2 };
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
        return { out: "", err: "Standard input has no line NAME:PASSWORD.\n", exitCode: exitCodes.misuse };
    }
    return problems.length > 0
        ? checked(problems)
        : {
              out: entries.map((entry) => `${passwdLine(entry, randomBytes(saltBytes))}\n`).join(""),
              err: "",
              exitCode: 0,
          };
}
