/**
 * How every command ends: with the same code for the same thing. docs/reference/command-line.md has this table, and each verb's help the
 * lines that it can end with.
 */
export const exitCodes = {
    done: 0,
    failed: 1,
    misuse: 2,
    changes: 3,
    refused: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each code means, whatever the verb. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
    0: "done, or everything is as it should be",
    1: "it failed, was interrupted, is held by another run, or a check failed or is undecided",
    2: "the command line, the configuration, a file or credentials are wrong, or a cloud would refuse them",
    3: "there are changes (--detailed-exitcode) or drift",
    4: "refused by a guard or by what runs; nothing (further) was changed",
};

/** Exit codes from the gravest to the mildest: of several stacks, the gravest speaks. */
const gravity: readonly ExitCode[] = [1, 2, 4, 3, 0];

export function gravest(codes: readonly ExitCode[]): ExitCode {
    return gravity.find((code) => codes.includes(code)) ?? exitCodes.done;
}

/** The part of the table that a verb can end with, for its help; `details` says more of a code. */
export function exitCodeHelp(codes: readonly ExitCode[], details: Partial<Record<ExitCode, string>> = {}): string {
    return `Exit codes:\n${codes.map((code) => `  ${code}  ${details[code] ?? exitCodeMeanings[code]}\n`).join("")}`;
}
