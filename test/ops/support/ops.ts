import assert from "node:assert/strict";
import { join } from "node:path";
import { connect } from "../../../ops/kubernetes/client";
import { runOps } from "../../../ops/run";
import type { ScriptedCluster } from "./cluster";

/** What a command line of `npm run ops` did. */
export interface Ran {
    readonly exitCode: number;
    readonly out: string;
    readonly err: string;
}

export const projectFolder = join(__dirname, "../../..");

/**
 * Runs a command line against a scripted cluster; pauses last no time.
 *
 * @param options.stack an example stack, `dev` by default; null for none
 */
export async function ops(
    cluster: ScriptedCluster,
    words: readonly string[],
    options: {
        readonly signal?: AbortSignal;
        readonly onOut?: (text: string) => void;
        readonly stack?: string | null;
    } = {},
): Promise<Ran> {
    let [out, err] = ["", ""];
    const exitCode = await runOps(
        [
            ...words,
            ...(options.stack === null ? [] : ["--stack", options.stack ?? "dev"]),
            ...["--kubeconfig", cluster.kubeconfigPath],
        ],
        {
            out: (text) => {
                out += text;
                options.onOut?.(text);
            },
            err: (text) => {
                err += text;
            },
            colors: false,
        },
        projectFolder,
        options.signal ?? new AbortController().signal,
        {
            connect: (target, given) =>
                connect(target, { ...given, timing: { backoffMs: 1, attempts: 2, timeoutMs: 60_000 } }),
            pace: 0,
        },
    );
    assertSentences({ exitCode, out, err });
    return { exitCode, out, err };
}

/**
 * Every line of progress and every error ends with exactly one full stop (or question mark), and what is quoted in between doubles none.
 * Beside them stand the line that names the brokers, what is quoted of a broker (indented), and a configuration's problems, which are a list.
 */
export function assertSentences({ out, err }: Ran): void {
    assert.doesNotMatch(out + err, /[^./]\.\.(?![./])|[?!]\./);
    if (err.startsWith("The configuration has")) {
        return;
    }
    for (const line of err.split("\n").filter((text) => text !== "" && !/^\s| in namespace \S+, by /.test(text))) {
        assert.match(line, /[^.?!][.?!]$/);
    }
}

/** The JSON result of a run with --json. */
export function resultOf(ran: Ran): unknown {
    return JSON.parse(ran.out);
}
