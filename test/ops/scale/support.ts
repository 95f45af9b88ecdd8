import { connect } from "../../../ops/kubernetes/client";
import { Refusal, type Session } from "../../../ops/session";
import { scale, type Scaled } from "../../../ops/scale/run";
import type { Wish } from "../../../ops/scale/state";
import { vmqAdmin } from "../../../ops/vmq-admin/index";
import type { ScriptedCluster } from "../support/cluster";

/** What a run said and how it ended. */
export interface Run {
    readonly lines: readonly string[];
    readonly scaled?: Scaled;
    readonly error?: Error;
}

/** Runs `scale` against a scripted cluster, as the verb does. Its pauses let the cluster's time pass. */
export async function runScale(
    cluster: ScriptedCluster,
    to: number,
    given: Partial<Omit<Wish, "to" | "now">> & { readonly patienceSeconds?: number } = {},
): Promise<Run> {
    const lines: string[] = [];
    const { patienceSeconds = 120, ...wish } = given;
    const session = {
        say: (line: string) => lines.push(line),
        signal: new AbortController().signal,
        pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
        now: () => new Date("2026-11-23T12:00:00Z"),
    };
    const kube = await connect(cluster.target, {
        timing: { attempts: 1, timeoutMs: 5000 },
    });
    try {
        const scaled = await scale(session as unknown as Session, kube, vmqAdmin(kube), {
            wish: { to, acceptLoss: false, takeOver: false, ...wish },
            patienceSeconds,
        });
        return { lines, scaled };
    } catch (error) {
        if (error instanceof Error) {
            return { lines, error };
        }
        throw error;
    }
}

/** The reason of a run that was refused; an empty text for one that was not. */
export function refusalOf({ error }: Run): string {
    return error instanceof Refusal ? error.message : "";
}
