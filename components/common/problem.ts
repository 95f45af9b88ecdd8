import { printable, printableWords, quoted } from "./disclosure";

/** What is wrong with one setting, in the words of the user who has to fix it. */
export interface Problem {
    /** The config key as a user writes it, for example `vernemq:edge.keepaliveSeconds` or `aws:region`. */
    readonly key: string;
    /** The offending value; left out where there is none (a missing key) or where it is a secret. What looks like one is not shown either. */
    readonly value?: unknown;
    /** The rule that the value breaks, with the source where a cloud sets it. */
    readonly rule: string;
    /** What to write instead. */
    readonly remedy: string;
}

/** One error for all that is wrong with a stack's configuration. It is the user's to fix, so it is shown without a stack trace. */
export class ConfigurationError extends Error {
    readonly problems: readonly Problem[];

    constructor(problems: readonly Problem[]) {
        super(renderProblems(problems));
        this.name = "ConfigurationError";
        // Logging the error as a whole shows no more than its message does.
        this.problems = problems.map(withoutHiddenValue);
    }
}

function withoutHiddenValue(problem: Problem): Problem {
    const { value, ...rest } = problem;
    return value === undefined || quoted(value) !== undefined ? problem : rest;
}

/** Problems as text: a headline and three lines each. */
export function renderProblems(problems: readonly Problem[]): string {
    const headline =
        problems.length === 1
            ? "The configuration has 1 problem:"
            : `The configuration has ${problems.length} problems:`;
    const more = problems.length - mostProblems;
    return [
        headline,
        ...problems.slice(0, mostProblems).map(renderProblem),
        ...(more > 0 ? [`  and ${more} more`] : []),
    ].join("\n\n");
}

/** More than are fixed in one go: a generated list with the same mistake on each line fills no log. */
const mostProblems = 100;

function renderProblem({ key, value, rule, remedy }: Problem): string {
    const text = quoted(value);
    const shown = text === undefined ? "" : ` = ${text}`;
    return [
        `  ${printable(key)}${shown}`,
        `    rule:   ${printableWords(rule)}`,
        `    remedy: ${printableWords(remedy)}`,
    ].join("\n");
}
