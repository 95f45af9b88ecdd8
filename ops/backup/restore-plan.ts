import type { BackupSet } from "./sets";

/** Annotation of the StatefulSet that holds a restore's intent. */
export const restoreAnnotation = "vernemq.io/restore";

/** What a restore means to do, kept as an annotation of the StatefulSet. */
export interface RestoreIntent {
    readonly set: string;
    /** When it began, in ISO 8601; it tells its volumes from those of an earlier restore of the same set. */
    readonly since: string;
}

/** The restore that a StatefulSet's annotations say is not finished. */
export function readRestore(annotations: Readonly<Record<string, string>>): RestoreIntent | undefined {
    const [set = "", since = ""] = (annotations[restoreAnnotation] ?? "").split(" ");
    return set === "" ? undefined : { set, since };
}

interface PresentClaim {
    readonly name: string;
    readonly uid: string;
    readonly terminating: boolean;
    /** The mark of the restore that made it. */
    readonly mark?: string;
}

/** All that decides what comes next. */
export interface RestoreState {
    readonly replicas: number;
    readonly pods: number;
    readonly claims: readonly PresentClaim[];
    readonly intent?: RestoreIntent;
    /** What keeps the started brokers from being one valid cluster. */
    readonly problem?: string;
}

export interface RestoreGoal {
    readonly set: BackupSet;
    /** Brokers may be stopped and their volumes deleted. */
    readonly replace: boolean;
    readonly now: string;
}

export type RestoreStep =
    | { readonly kind: "record"; readonly intent: RestoreIntent }
    | { readonly kind: "scale"; readonly replicas: number }
    | { readonly kind: "delete-claim"; readonly claim: PresentClaim }
    | { readonly kind: "create-claim"; readonly claim: string; readonly snapshot: string; readonly mark: string }
    | { readonly kind: "wait"; readonly for: string }
    | { readonly kind: "clear" }
    | { readonly kind: "refuse"; readonly reason: string; readonly remedy: string };

/**
 * The next step of a restore from what is there. All brokers stop before any volume is created, and start together on volumes of one set:
 * a broker that started on an older volume beside others that go on would deliver again what they have since delivered.
 */
export function nextRestoreStep(state: RestoreState, goal: RestoreGoal): RestoreStep {
    const { intent, claims, replicas, pods } = state;
    if (intent?.set !== goal.set.name) {
        return beginRestore(state, goal);
    }
    const mark = `${intent.set} ${intent.since}`;
    const missing = goal.set.snapshots.filter(
        ({ claim }) => !claims.some((present) => present.name === claim && present.mark === mark),
    );
    const foreign = claims.find((claim) => claim.mark !== mark);
    if (missing.length === 0 && foreign === undefined) {
        return start(state, goal.set.brokers);
    }
    if (replicas > 0) {
        return { kind: "scale", replicas: 0 };
    }
    if (pods > 0) {
        return { kind: "wait", for: "the brokers to stop" };
    }
    if (foreign !== undefined) {
        return foreign.terminating
            ? { kind: "wait", for: `volume claim ${foreign.name} to be gone` }
            : { kind: "delete-claim", claim: foreign };
    }
    const [next] = missing;
    return next === undefined
        ? start(state, goal.set.brokers)
        : { kind: "create-claim", claim: next.claim, snapshot: next.name, mark };
}

function beginRestore(
    { intent, replicas, pods, claims }: RestoreState,
    { set, replace, now }: RestoreGoal,
): RestoreStep {
    if (intent !== undefined && !replace) {
        return {
            kind: "refuse",
            reason: `a restore of ${intent.set}, begun ${intent.since}, is not finished`,
            remedy: `finish it with --from ${intent.set}, or add --replace`,
        };
    }
    if ((replicas > 0 || pods > 0 || claims.length > 0) && !replace) {
        const what =
            replicas > 0 || pods > 0 ? "the brokers run" : `there are volume claims (${claims[0]?.name ?? ""})`;
        return {
            kind: "refuse",
            reason: `${what}, and a restore stops all brokers and replaces what is on their volumes`,
            remedy: "if that is what you want, add --replace; a backup before it keeps what is there now",
        };
    }
    return { kind: "record", intent: { set: set.name, since: now } };
}

function start({ replicas, problem }: RestoreState, brokers: number): RestoreStep {
    if (replicas !== brokers) {
        return { kind: "scale", replicas: brokers };
    }
    return problem === undefined ? { kind: "clear" } : { kind: "wait", for: `one valid cluster: ${problem}` };
}
