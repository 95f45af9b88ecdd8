/** The checks in the order in which they run. */
export const checkNames = [
    "certificate",
    "tls-versions",
    "plain-mqtt",
    "websocket",
    "connect",
    "no-user",
    "wrong-password",
    "empty-password",
    "quality-of-service",
    "cluster",
    "retained",
    "affinity",
] as const;
export type CheckName = (typeof checkNames)[number];

/** The checks that say little without a user and its password. */
export const checksOfUser: readonly CheckName[] = checkNames
    .slice(checkNames.indexOf("connect"))
    .filter((name) => name !== "no-user");

/**
 * What a check came to.
 *
 * - `ok`: it is as it should be.
 * - `warning`: it works, and will not for long.
 * - `failed`: it is not as it should be.
 * - `undecided`: it was asked, and asked again, and what came back is no answer. It is not success: the run fails.
 * - `skipped`: it could not be asked; `seen` says why. It is no proof of anything.
 */
const statuses = ["ok", "warning", "failed", "undecided", "skipped"] as const;
export type Status = (typeof statuses)[number];

export interface Finding {
    /** The endpoint that it is about; left out where it is about the whole. */
    readonly endpoint?: string;
    readonly status: Status;
    readonly seen: string;
    /** What to do about it; failed, warning and undecided have it. */
    readonly todo?: string;
}

export function ok(seen: string): Finding {
    return { status: "ok", seen };
}

export function failed(seen: string, todo: string): Finding {
    return { status: "failed", seen, todo };
}

export function skipped(reason: string): Finding {
    return { status: "skipped", seen: reason };
}

export interface Result extends Finding {
    readonly check: CheckName;
}

/** All that was seen. Plain data without any password: it survives JSON. */
export interface Report {
    readonly target: string;
    readonly endpoints: readonly string[];
    /** ISO 8601. */
    readonly startedAt: string;
    readonly seconds: number;
    /** Nothing failed or is undecided, and not all was skipped. */
    readonly ok: boolean;
    readonly counts: Readonly<Record<Status, number>>;
    readonly results: readonly Result[];
}

export function countsOf(results: readonly Finding[]): Readonly<Record<Status, number>> {
    const count = (wanted: Status) => results.filter(({ status }) => status === wanted).length;
    return Object.fromEntries(statuses.map((status) => [status, count(status)])) as Record<Status, number>;
}
