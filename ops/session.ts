import type { ConnectOptions, Kube, KubeTarget } from "./kubernetes/client";
import { Unfinished } from "../plan/common/errors";
import type { OpsTarget } from "./target";

/** A result: as text, or with --json as one JSON object. It must hold no secret. */
export interface Shown {
    readonly text: string;
    readonly json: unknown;
}

/** What every verb is given. */
export interface Session {
    readonly target: OpsTarget;
    /** Connects at its first use. */
    readonly kube: () => Promise<Kube>;
    /** A line of progress; with --json it goes to standard error, so that standard output holds the result alone. */
    readonly say: (line: string) => void;
    readonly result: (result: Shown) => void;
    /**
     * Asks the operator; without a terminal the answer is `--yes`.
     *
     * @throws Refusal where the answer is no
     */
    readonly confirm: (question: string) => Promise<void>;
    /** Whether the output is a terminal that shows colors. */
    readonly colors: boolean;
    readonly signal: AbortSignal;
    /** Waits between two looks at something; ends at once when the signal comes. */
    readonly pause: (milliseconds: number) => Promise<void>;
    readonly now: () => Date;
}

/** How the machinery of a session is replaced in a test. */
export interface Context {
    readonly connect: (target: KubeTarget, options: ConnectOptions) => Promise<Kube>;
    /** What a pause is multiplied by. */
    readonly pace: number;
}

/**
 * Looks again and again until something is so.
 *
 * @param look gives undefined while it is not so; what it gives then is the result
 * @throws Unfinished with `late` where it is not so in time
 */
export async function until<T>(
    session: Pick<Session, "pause" | "now">,
    { everyMs, limitMs, late }: { readonly everyMs: number; readonly limitMs: number; readonly late: () => string },
    look: () => Promise<T | undefined>,
): Promise<T> {
    const rounds = Math.ceil(limitMs / everyMs);
    for (let round = 0; ; round += 1) {
        const found = await look();
        if (found !== undefined) {
            return found;
        }
        // Counted in rounds, so that a slow answer takes nothing from the time that the cluster is given.
        if (round >= rounds) {
            throw new Unfinished(late());
        }
        await session.pause(everyMs);
    }
}
