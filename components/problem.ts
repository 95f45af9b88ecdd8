/** What is wrong with one setting, in the words of the person who has to mend it. */
export interface Problem {
    /** The config key as a user writes it, for example `vernemq:edge.keepaliveSeconds` or `aws:region`. */
    readonly key: string;
    /** The offending value; left out where there is none (a missing key) or where it is a secret. */
    readonly value?: unknown;
    /** The rule that the value breaks, with the source where a cloud sets it. */
    readonly rule: string;
    /** What to write instead. */
    readonly remedy: string;
}

/** One error for all that is wrong with a stack's configuration. It is the user's to mend, so it is shown without a stack trace. */
export class ConfigurationError extends Error {
    readonly problems: readonly Problem[];

    constructor(problems: readonly Problem[]) {
        super(renderProblems(problems));
        this.name = "ConfigurationError";
        this.problems = problems;
    }
}

/** Problems as text: a headline and three lines each. */
export function renderProblems(problems: readonly Problem[]): string {
    const headline =
        problems.length === 1
            ? "The configuration has 1 problem:"
            : `The configuration has ${problems.length.toString()} problems:`;
    return [headline, ...problems.map(renderProblem)].join("\n\n");
}

function renderProblem(problem: Problem): string {
    const shown = problem.value === undefined ? "" : ` = ${renderValue(problem.value)}`;
    return [`  ${problem.key}${shown}`, `    rule:   ${problem.rule}`, `    remedy: ${problem.remedy}`].join("\n");
}

/** Longest value that is quoted back; a longer one is cut, since the key already says where it is. */
const longestValue = 120;

function renderValue(value: unknown): string {
    const text = JSON.stringify(value);
    return text.length > longestValue ? `${text.slice(0, longestValue)}...` : text;
}
