import { printable, quoted } from "../components/common/disclosure";
import { ConfigurationError } from "../components/common/problem";
import type { Rejection } from "./graph";
import { sentence } from "./common/sentence";

/** What the user can fix: it is shown without a stack trace, and the command ends with exit code 2. */
export class UserError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "UserError";
    }
}

/** How a failed command ends: what it says and its exit code. */
export interface Failure {
    readonly message: string;
    readonly exitCode: 1 | 2;
}

/** What an error says to a user. A mistake of ours shows its stack, because it has to be reported. */
export function failureOf(error: unknown): Failure {
    if (error instanceof UserError) {
        return { message: sentence(error.message), exitCode: 2 };
    }
    if (error instanceof ConfigurationError || isRunError(error)) {
        return { message: error.message, exitCode: 2 };
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
        message: `The plan failed, and not for a reason that the configuration can fix:\n\n${detail}`,
        exitCode: 1,
    };
}

/** The SDK's error without a stack trace, which index.ts turns a ConfigurationError into. Known by its mark, so that the SDK need not be loaded. */
function isRunError(error: unknown): error is Error {
    return error instanceof Error && "__pulumiRunError" in error;
}

/** What the simulated clouds refused, as problems: the resource, the property, its value, the rule and its source. */
export function renderRejections(rejections: readonly Rejection[]): string {
    const places = rejections.length === 1 ? "1 setting" : `${rejections.length} settings`;
    return [`The cloud would refuse ${places}:`, ...rejections.map(renderRejection)].join("\n\n");
}

function renderRejection({ name, type, property, value, rule, source }: Rejection): string {
    const text = quoted(value);
    const shown = text === undefined ? "" : ` = ${text}`;
    return [
        `  ${printable(name)} (${type})`,
        `    ${printable(property)}${shown}`,
        `    rule:   ${rule}`,
        `    source: ${source}`,
    ].join("\n");
}
