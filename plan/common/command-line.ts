import { type Command, CommanderError, Help, InvalidArgumentError, Option } from "commander";
import { sentence } from "./sentence";
import { fitted, widthOf } from "./width";
import { commandLine } from "./command-name";
import { type ExitCode, exitCodes } from "./exit-code";

/** Words that ask for no work: for help, or for something that there is not. */
export type NoWork =
    { readonly kind: "help"; readonly text: string } | { readonly kind: "mistake"; readonly message: string };

/** The option that names another project, the same for each verb that reads one. */
export const cwdOption = {
    flags: "-C, --cwd <folder>",
    description: "folder of Pulumi.yaml and the stack files; default: the nearest, from the current folder upwards",
};

/** Where a command writes its result, and what it says beside it. */
export interface Output {
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
}

/** The process's own. */
export const processOutput: Output = {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
};

/**
 * Lets a command, or one of those below it, read the words without writing or ending the process; gives what they ask for where that is no
 * work.
 */
export function readWords(command: Command, words: readonly string[]): NoWork | undefined {
    let written = "";
    const write = (text: string) => {
        written += text;
    };
    const width = widthOf(process.stdout, process.env);
    const getWidth = { getOutHelpWidth: () => width, getErrHelpWidth: () => width };
    for (const each of [command, ...command.commands]) {
        each.exitOverride().configureOutput({ writeOut: write, writeErr: write, ...getWidth });
    }
    try {
        command.parse([...words], { from: "user" });
        return undefined;
    } catch (error) {
        if (!(error instanceof CommanderError)) {
            throw error;
        }
        return error.exitCode === 0
            ? { kind: "help", text: fitted(written, width) }
            : { kind: "mistake", message: withoutArguments(error) };
    }
}

/** Work with its options, or none. */
export type Read<O> = { readonly kind: "run"; readonly options: O } | NoWork;

/**
 * Lets a command read the words.
 *
 * @param mistakeIn what is wrong with options of which each alone is right
 */
export function readOptions<O>(
    command: Command,
    words: readonly string[],
    mistakeIn: (options: O) => string | undefined = () => undefined,
): Read<O> {
    const noWork = readWords(command, words);
    if (noWork !== undefined) {
        return noWork;
    }
    const options = command.opts() as O;
    const message = mistakeIn(options);
    return message === undefined ? { kind: "run", options } : { kind: "mistake", message };
}

/** Answers words that ask for no work. */
export function answer(noWork: NoWork, verb: string, { out, err }: Output): ExitCode {
    if (noWork.kind === "help") {
        out(noWork.text);
        return exitCodes.done;
    }
    err(mistakeText(verb, noWork.message));
    return exitCodes.misuse;
}

/** The message of a mistake. Of words that a verb does not take it only tells the number: one of them may be a password. */
function withoutArguments({ code, message }: CommanderError): string {
    const said = message.replace(/^error: /, "");
    return code === "commander.excessArguments" ? said.replace(/(but got \d+): [^]*$/, "$1") : said;
}

/** What is written of a mistake on the command line, and where all options stand. */
export function mistakeText(verb: string, message: string): string {
    return `${message.split("\n").map(ended).join("\n")}\n\`${commandLine(`${verb} --help`.trimStart())}\` shows all options.\n`;
}

/** A line that is no question and no remark in parentheses is a sentence. */
function ended(line: string): string {
    return line.endsWith(")") ? line : sentence(line);
}

/** A parser of options: a whole number in a range, both ends included. */
export function wholeNumber(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
    return inRange(/^\d+$/, "a whole number", least, most);
}

/** A parser of options: a number in a range, both ends included. */
export function number(least: number, most: number): (text: string) => number {
    return inRange(/^\d+(\.\d+)?$/, "a number", least, most);
}

function inRange(pattern: RegExp, kind: string, least: number, most: number): (text: string) => number {
    return (text) => {
        const value = pattern.test(text) ? Number(text) : Number.NaN;
        if (!(value >= least && value <= most)) {
            const upTo = Number.isFinite(most) ? ` to ${most.toLocaleString("en-US")}` : "";
            throw new InvalidArgumentError(`Expected: ${kind} from ${least}${upTo}.`);
        }
        return value;
    };
}

/** A parser of options that may be given several times. */
export function several(value: string, before: readonly string[]): readonly string[] {
    return [...before, value];
}

/** A parser whose own errors are what the command line says. */
export function explained<T>(parse: () => T): T {
    try {
        return parse();
    } catch (error) {
        throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
}

/** An option by its name of before, which goes with the next version: it is read, does what the new one does, and warns. */
export interface RenamedOption {
    readonly before: string;
    readonly now: string;
}

/** The words with options by their new names, and a warning for each that was renamed. */
export function withRenamed(
    words: readonly string[],
    renamed: readonly RenamedOption[],
): { readonly words: readonly string[]; readonly warnings: readonly string[] } {
    const warnings: string[] = [];
    const current = words.map((word) => {
        const option = renamed.find(({ before }) => word === before || word.startsWith(`${before}=`));
        if (option === undefined) {
            return word;
        }
        warnings.push(
            `${option.before} is now called ${option.now}; the next version no longer accepts ${option.before}.`,
        );
        return option.now + word.slice(option.before.length);
    });
    return { words: current, warnings };
}

/** Options that all verbs have, and how their help is written. */
export function commonOptions(command: Command): Command {
    return command
        .configureHelp({ optionDescription: describeOption })
        .addOption(new Option("-q, --quiet", "only results and errors: no progress and no hints"))
        .helpOption("-h, --help", "show this");
}

/** A list as a default is what a parser made of words, or empty: the description says what a reader has to know of it. */
function describeOption(option: Option): string {
    return Array.isArray(option.defaultValue) ? option.description : new Help().optionDescription(option);
}
