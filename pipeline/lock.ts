import { hostname } from "node:os";
import { sentence } from "../plan/common/sentence";
import { repairCommand } from "./repair/text";
import type { StackLock } from "./run";

/** `  file:///.../dev/<uuid>.json: created by root@host (pid 12) at 2026-01-31T12:00:00Z`, as the engine's own backends list locks. */
const lockLine = /^\s*(?<place>\S+): created by (?<holder>.+) \(pid (?<pid>\d+)\) at (?<since>\S+)\s*$/m;

/** What the engine says when another run updates the stack: backends that keep files, and Pulumi Cloud. */
const heldMessages = ["the stack is currently locked by", "Another update is currently in progress"];

/** The lock that an engine's error message is about, or undefined where it is about something else. */
export function lockIn(text: string): StackLock | undefined {
    if (!heldMessages.some((words) => text.includes(words))) {
        return undefined;
    }
    const { place, holder, pid, since }: Partial<Record<string, string>> = lockLine.exec(text)?.groups ?? {};
    return {
        message: text.replace(/^error: /, "").trim(),
        place: place?.replace(/\?.*$/, ""),
        holder,
        pid: pid === undefined ? undefined : Number(pid),
        since,
    };
}

/** A lock in one sentence: who holds it and since when. */
export function describeLock(stack: string, lock: StackLock): string {
    if (lock.holder === undefined) {
        return sentence(`${stack} is held by another update: ${lock.message}`);
    }
    const since = lock.since === undefined ? "" : ` since ${lock.since}`;
    const pid = lock.pid === undefined ? "" : ` (process ${lock.pid})`;
    return `${stack} is held by ${lock.holder}${pid}${since}.`;
}

/** What the operator can do about a lock. It is theirs to break, since only they can know that no update is running. */
export function lockAdvice(stack: string, lock: StackLock, isAlive: (pid: number) => boolean = processIsAlive): string {
    const when = isGone(lock, isAlive)
        ? "That process no longer runs on this machine, so its update was interrupted. Once you are sure of that"
        : "Wait for it to end, or let this wait with --wait 10m. If its machine is gone";
    return `${when}, \`${repairCommand(stack, true)}\` removes the lock and repairs what it left unfinished.`;
}

/**
 * The same for the lock of a runner that was creating the stack, on an object store: without a stack the engine removes no lock (`pulumi
 * cancel`: "no stack named"), and with the lock it creates none.
 */
export function creationLockAdvice(place: string): string {
    return (
        "Wait for it to end. If its machine is gone: there is no stack yet, and without one the engine removes no lock, " +
        `so delete the object ${place} yourself, and run this again.`
    );
}

/** Whether a lock's process was one of this machine and runs no more. */
export function isGone(lock: StackLock, isAlive: (pid: number) => boolean = processIsAlive): boolean {
    return lock.holder?.endsWith(`@${hostname()}`) === true && lock.pid !== undefined && !isAlive(lock.pid);
}

function processIsAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        // A process of another user cannot be signalled, but it is there.
        return error instanceof Error && "code" in error && error.code === "EPERM";
    }
}
