import { setTimeout as wait } from "node:timers/promises";
import { hasMarker } from "./marker";

export interface HostComment {
    readonly id: number;
    readonly body: string;
}

/** A place that keeps comments, for one pull or merge request. */
export interface CommentHost {
    /** Every comment of this program, from all pages, the oldest first. */
    own(): Promise<readonly HostComment[]>;
    create(body: string): Promise<string>;
    update(id: number, body: string): Promise<string>;
}

/** What was done, and the address of the comment. */
export interface Posted {
    readonly done: "created" | "updated";
    readonly url: string;
}

/** How often, and how long after one another, a host that fails for a while is asked. */
const pauses = [1_000, 4_000];

/**
 * Creates the comment of a marker or brings it up to date. A failed attempt begins anew with looking for it, so that a comment that was
 * in fact created, though the answer got lost, is not created twice.
 */
export async function upsertComment(
    host: CommentHost,
    marker: string,
    body: string,
    sleep: (milliseconds: number) => Promise<unknown> = wait,
): Promise<Posted> {
    for (const pause of pauses) {
        try {
            return await attempt(host, marker, body);
        } catch (error) {
            if (!isPassing(error)) {
                throw error;
            }
            await sleep(pause);
        }
    }
    return attempt(host, marker, body);
}

async function attempt(host: CommentHost, marker: string, body: string): Promise<Posted> {
    const whole = `${marker}\n${body}`;
    const found = (await host.own()).find((comment) => hasMarker(comment.body, marker));
    return found === undefined
        ? { done: "created", url: await host.create(whole) }
        : { done: "updated", url: await host.update(found.id, whole) };
}

/** An answer that may be another one in a moment: too many requests, a fault of the host's, or no answer at all. */
function isPassing(error: unknown): boolean {
    const status = statusOf(error);
    return typeof status !== "number" || status === 429 || status >= 500;
}

/** The HTTP status of a host's answer; undefined where there was none. */
export function statusOf(error: unknown): unknown {
    return typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
}
