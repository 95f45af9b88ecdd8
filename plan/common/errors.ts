import { ConfigurationError } from "../../components/common/problem";
import { type ExitCode, exitCodes } from "./exit-code";
import { sentence } from "./sentence";

/** What ends a command with one sentence for the user and without a stack trace: what it says, and the exit code. */
class CommandError extends Error {
    readonly exitCode: ExitCode;

    constructor(message: string, exitCode: ExitCode) {
        super(message);
        this.name = new.target.name;
        this.exitCode = exitCode;
    }
}

/** What the user can fix before anything begins: the command line, a file, credentials. Exit code 2. */
export class UserError extends CommandError {
    constructor(message: string) {
        super(message, exitCodes.misuse);
    }
}

/** Something stands against what was asked, and nothing was changed (any further). The message says what and what to do. Exit code 4. */
export class Refusal extends CommandError {
    constructor(message: string) {
        super(message, exitCodes.refused);
    }
}

/** What was begun is not as it should be in the time that it was given. The message says what is missing and how to go on. Exit code 1. */
export class Unfinished extends CommandError {
    constructor(message: string) {
        super(message, exitCodes.failed);
    }
}

/** How a failed command ends: what it says and its exit code. */
export interface Failure {
    readonly message: string;
    readonly exitCode: ExitCode;
}

/** What an error says to a user. A defect of this program shows its stack, because it has to be reported. */
export function failureOf(error: unknown): Failure {
    if (error instanceof CommandError) {
        return { message: sentence(error.message), exitCode: error.exitCode };
    }
    if (error instanceof ConfigurationError || isRunError(error)) {
        // A list of problems, each of several lines.
        return { message: error.message, exitCode: exitCodes.misuse };
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
        message: `It failed for a reason that the configuration cannot fix:\n\n${detail}`,
        exitCode: exitCodes.failed,
    };
}

/** The SDK's error without a stack trace, which index.ts turns a ConfigurationError into. Known by its mark, so that the SDK need not be loaded. */
function isRunError(error: unknown): error is Error {
    return error instanceof Error && "__pulumiRunError" in error;
}
