import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { sentence } from "../plan/common/sentence";
import { ApiError, connect, ConnectionError, hasStatus, type Kube } from "./kubernetes/client";
import { parseOptions } from "./options";
import { answer, type Output } from "../plan/common/command-line";
import { failureOf, Refusal, UserError } from "../plan/common/errors";
import { type ExitCode, exitCodes } from "../plan/common/exit-code";
import { type Session, type Shown, type Context } from "./session";
import { verbs } from "./verbs";
import { discoverTarget, namespaceOf, resolveTarget } from "./target";
import { VmqAdminError } from "./vmq-admin/index";

/** Where a run reads and writes. */
export interface Terminal extends Output {
    /** Standard input and output of a terminal; left out where there is none. */
    readonly terminal?: { readonly input: Readable; readonly output: Writable };
    readonly colors: boolean;
}

const real: Context = { connect: (target, options) => connect(target, options), pace: 1 };

/**
 * Runs a command line and gives its exit code. Errors are written as one sentence each.
 *
 * @param folder where the stacks' files are, unless `--cwd` says otherwise
 */
export async function runOps(
    words: readonly string[],
    terminal: Terminal,
    folder: string,
    signal: AbortSignal,
    context: Context = real,
): Promise<ExitCode> {
    const parsed = parseOptions(words);
    if (parsed.kind === "help" || parsed.kind === "mistake") {
        return answer(parsed, verbs.find(({ name }) => name === words[0])?.name ?? "", terminal);
    }
    const json = parsed.common.json === true;
    const result = (shown: Shown) => {
        terminal.out(json ? `${JSON.stringify(shown.json)}\n` : `${shown.text}\n`);
    };
    try {
        if (parsed.kind === "print") {
            const { verb, common, given } = parsed;
            result(await verb.print(namespaceOf(common, common.cwd ?? folder), given));
            return exitCodes.done;
        }
        const { verb, common, given } = parsed;
        const target =
            common.stack === undefined
                ? await discoverTarget(common, (place) => context.connect(place, { signal }))
                : await resolveTarget(common, common.cwd ?? folder);
        let kube: Promise<Kube> | undefined;
        const progress = (line: string) => {
            if (common.quiet !== true) {
                (json ? terminal.err : terminal.out)(`${line}\n`);
            }
        };
        progress(`${target.statefulSet} in namespace ${target.namespace}, by ${target.kubeconfigFrom}`);
        const session: Session = {
            target,
            // What is indented quotes a broker.
            say: (line) => {
                progress(line.startsWith(" ") ? line : sentence(line));
            },
            kube: () => (kube ??= context.connect(target, { signal })),
            result,
            confirm: async (question) => {
                const yes =
                    common.yes === true || (await asked(question, json ? undefined : terminal.terminal, signal));
                if (!yes) {
                    throw new Refusal("Nothing was changed.");
                }
            },
            colors: terminal.colors && !json,
            signal,
            pause: (milliseconds) => sleep(milliseconds * context.pace, undefined, { signal }),
            now: () => new Date(),
        };
        return await verb.run(session, given);
    } catch (error) {
        const { message, exitCode } = failure(error, signal);
        terminal.err(`${message}\n`);
        return exitCode;
    }
}

async function asked(question: string, terminal: Terminal["terminal"], signal: AbortSignal): Promise<boolean> {
    if (terminal === undefined) {
        throw new UserError(`${question} There is no terminal to answer at: add --yes.`);
    }
    const lines = createInterface(terminal);
    try {
        // Ctrl-C and Ctrl-D close the line: no answer is a no.
        const given = lines.question(`${question} [y/N] `, { signal }).catch((error: unknown) => {
            if (signal.aborted) {
                throw error;
            }
            return "";
        });
        const closed = once(lines, "close").then(() => "");
        const answer = await Promise.race([given, closed]);
        return /^y(es)?$/i.test(answer.trim());
    } finally {
        lines.close();
    }
}

/** What to do where the API server refuses, by its status. */
const remedies = {
    401: "The kubeconfig's credentials are not accepted: sign in again, or fetch the kubeconfig again.",
    403: "docs/guides/operations.md says what a user has to be allowed for each verb.",
    409: "Another client changed it at the same time; run the same command again to continue from the new state.",
} as const;

function failure(error: unknown, signal: AbortSignal): { message: string; exitCode: ExitCode } {
    if (signal.aborted) {
        return {
            message: "It was stopped before it finished. Run the same command again to continue from here.",
            exitCode: exitCodes.failed,
        };
    }
    if (hasStatus(error, 401, 403, 409)) {
        return {
            message: `${sentence(error.message)}\n${remedies[error.status as keyof typeof remedies]}`,
            exitCode: error.status === 409 ? exitCodes.failed : exitCodes.misuse,
        };
    }
    const failures = [ApiError, ConnectionError, VmqAdminError];
    if (error instanceof Error && failures.some((kind) => error instanceof kind)) {
        return { message: sentence(error.message), exitCode: exitCodes.failed };
    }
    return failureOf(error);
}
