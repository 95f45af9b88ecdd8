import { setTimeout } from "node:timers/promises";
import { secondsOf } from "./platforms";

/** A hundred-thousandth: the slowest resource takes 6 ms. */
export const fast = 1e-5;

/** How long a call takes, in milliseconds. Reads are quick everywhere. */
export function delayOf(type: string, factor: number, isRead = false): number {
    return 1000 * factor * (isRead ? 0.2 : secondsOf(type));
}

/** Waits, or throws where the wait is cancelled. */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await setTimeout(milliseconds, undefined, { signal }).catch(() => {
        throw new Error("cancelled");
    });
}
