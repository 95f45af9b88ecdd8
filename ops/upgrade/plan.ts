import { coerce, gt, lt } from "semver";

/** A broker's pod as far as a roll goes by it. */
export interface RollingPod {
    readonly ordinal: number;
    readonly uid: string;
    /** Revision of the template that it was created from. */
    readonly revision: string | undefined;
}

/** What a roll is decided by. All of it is in the cluster, so a run that was cut off goes on with the next. */
export interface RollState {
    /** `RollingUpdate` or `OnDelete`. */
    readonly strategy: string;
    /** Pods with a smaller ordinal keep their template. */
    readonly partition: number;
    readonly updateRevision: string | undefined;
    readonly pods: readonly RollingPod[];
    /** Pods that are to be recreated, whatever their template. */
    readonly restart: ReadonlySet<string>;
}

export type RollStep =
    /** Kubernetes replaces the pod, as soon as the partition lets it. */
    | { readonly kind: "release"; readonly ordinal: number }
    /** Kubernetes recreates the pod after it is deleted. */
    | { readonly kind: "delete"; readonly ordinal: number; readonly uid: string }
    /** Kubernetes is replacing the pod by itself. */
    | { readonly kind: "wait"; readonly ordinal: number }
    | { readonly kind: "done" };

/** The next step: brokers that are not as they should be, one at a time, the highest ordinal first as Kubernetes does it. */
export function nextStep({ strategy, partition, updateRevision, pods, restart }: RollState): RollStep {
    const [next] = pods
        .filter((pod) => isOutdated(pod, updateRevision) || restart.has(pod.uid))
        .sort((a, b) => b.ordinal - a.ordinal);
    if (next === undefined) {
        return { kind: "done" };
    }
    const { ordinal, uid } = next;
    if (strategy !== "RollingUpdate" || !isOutdated(next, updateRevision)) {
        return { kind: "delete", ordinal, uid };
    }
    return partition > ordinal ? { kind: "release", ordinal } : { kind: "wait", ordinal };
}

/** Whether a pod was created from another template than the newest. */
export function isOutdated({ revision }: Pick<RollingPod, "revision">, updateRevision: string | undefined): boolean {
    return updateRevision !== undefined && revision !== undefined && revision !== updateRevision;
}

/**
 * Why brokers must not go from the images they run to another; undefined where they may, or where a tag is no version. Data that a newer
 * VerneMQ has written is not promised to an older one, and a jump over a major version is not tested over a major version.
 */
export function versionProblem(running: readonly string[], wanted: string): string | undefined {
    const to = versionOf(wanted);
    for (const image of running) {
        const from = versionOf(image);
        if (to === undefined || from === undefined) {
            continue;
        }
        if (lt(to, from)) {
            return `The brokers run ${from}, and ${to} is older: an older VerneMQ is not promised to read what a newer one has written. Restore a backup instead.`;
        }
        if (gt(to, from) && Number(to.split(".")[0]) > Number(from.split(".")[0]) + 1) {
            return `From ${from} to ${to} skips a major version: go through the one in between.`;
        }
    }
    return undefined;
}

/** The version in an image's tag: `2.1.2` of `vernemq/vernemq:2.1.2-alpine`; undefined for a digest or a word. */
export function versionOf(image: string): string | undefined {
    const tag = /:([\w][\w.-]*)(?:@|$)/.exec(image.split("/").at(-1) ?? "")?.[1];
    return tag !== undefined && /^v?\d+\.\d+/.test(tag) ? (coerce(tag)?.version ?? undefined) : undefined;
}
