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
            colours: false,
        },
        projectFolder,
        options.signal ?? new AbortController().signal,
        {
            connect: (target, given) =>
                connect(target, { ...given, timing: { backoffMs: 1, attempts: 2, timeoutMs: 5000 } }),
            pace: 0,
        },
    );
    return { exitCode, out, err };
}

/** The JSON result of a run with --json. */
export function resultOf(ran: Ran): unknown {
    return JSON.parse(ran.out);
}
