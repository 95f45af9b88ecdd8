import * as z from "zod";
import { jsonIn } from "../../components/common/json";
import { type KubernetesObject, recordAt, textAt } from "../kubernetes/objects";

/** Labels of a snapshot: the set it is of, the StatefulSet and the broker. */
export const labels = {
    set: "vernemq.io/backup",
    statefulSet: "vernemq.io/stateful-set",
    broker: "vernemq.io/broker",
} as const;

/** Annotation with what a restore has to know of the brokers. */
const factsAnnotation = "vernemq.io/backup-facts";

export interface BackupInfo {
    /** Undefined where none was named. */
    readonly stack?: string;
    /** Brokers of the set; it is whole with a snapshot of each one's volumes. */
    readonly brokers: number;
    /** Claim templates of the StatefulSet: volumes of each broker. */
    readonly templates: readonly string[];
    readonly image: string;
    /** Erlang names of the members: data is bound to them. */
    readonly members: readonly string[];
    /** ISO 8601. */
    readonly takenAt: string;
    /** What kept the brokers from being one valid cluster when it was taken; undefined where nothing did. */
    readonly problem?: string;
}

export type Snapshot = Readonly<ReturnType<typeof snapshotOf>>;

/** Snapshots of all brokers, taken by one run. */
export interface BackupSet extends BackupInfo {
    readonly name: string;
    /** By broker. */
    readonly snapshots: readonly Snapshot[];
    /** Each volume of each broker has a snapshot that is ready. */
    readonly whole: boolean;
}

/** The name of a set that is taken at a time. It sorts by age. */
export function setName(now: Date): string {
    return `backup-${now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15)}`;
}

/** A VolumeSnapshot to be created (https://kubernetes.io/docs/concepts/storage/volume-snapshots/). */
export function newSnapshot(
    set: string,
    statefulSet: string,
    claim: { readonly name: string; readonly broker: number },
    snapshotClass: string,
    facts: BackupInfo,
): KubernetesObject {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: {
            name: `${claim.name}-${set}`,
            labels: {
                "app.kubernetes.io/managed-by": "vernemq-anywhere",
                [labels.set]: set,
                [labels.statefulSet]: statefulSet,
                [labels.broker]: claim.broker.toString(),
            },
            annotations: { [factsAnnotation]: JSON.stringify(facts) },
        },
        spec: {
            volumeSnapshotClassName: snapshotClass,
            source: { persistentVolumeClaimName: claim.name },
        },
    };
}

/** The sets in a list of VolumeSnapshots, newest first. Snapshots of others are left aside. */
export function setsOf(objects: readonly KubernetesObject[], statefulSet: string): readonly BackupSet[] {
    const bySet = new Map<string, KubernetesObject[]>();
    for (const object of objects) {
        const name = object.metadata.labels?.[labels.set];
        const isOurs = object.metadata.labels?.[labels.statefulSet] === statefulSet;
        // One that is being deleted is as good as gone.
        if (name !== undefined && isOurs && object.metadata.deletionTimestamp === undefined) {
            bySet.set(name, [...(bySet.get(name) ?? []), object]);
        }
    }
    return [...bySet]
        .flatMap(([name, members]) => setFrom(name, members) ?? [])
        .sort((a, b) => (a.takenAt < b.takenAt ? 1 : a.takenAt > b.takenAt ? -1 : a.name < b.name ? 1 : -1));
}

function setFrom(name: string, objects: readonly KubernetesObject[]): BackupSet | undefined {
    const facts = objects.map(factsOf).find((found) => found !== undefined);
    if (facts === undefined) {
        return undefined;
    }
    const snapshots = objects.map(snapshotOf).sort((a, b) => a.broker - b.broker || (a.claim < b.claim ? -1 : 1));
    const count = facts.brokers * facts.templates.length;
    const ready = new Set(snapshots.filter((snapshot) => snapshot.ready).map(({ claim }) => claim));
    return { ...facts, name, snapshots, whole: ready.size === count };
}

export function snapshotOf(object: KubernetesObject) {
    const status = recordAt(object, "status");
    return {
        name: object.metadata.name,
        uid: object.metadata.uid ?? "",
        broker: Number(object.metadata.labels?.[labels.broker]),
        /** The claim it is of. */
        claim: textAt(recordAt(recordAt(object, "spec"), "source"), "persistentVolumeClaimName") ?? "",
        ready: status["readyToUse"] === true,
        /** Why the driver could not take it. */
        error: textAt(recordAt(status, "error"), "message"),
        /** Smallest volume that holds it, for example `20Gi`. */
        restoreSize: textAt(status, "restoreSize"),
    };
}

/** What has to stand in the annotation. */
const required = z.looseObject({
    brokers: z.int(),
    templates: z.array(z.string()),
    members: z.array(z.string()),
    takenAt: z.string(),
});

function factsOf({ metadata }: KubernetesObject): BackupInfo | undefined {
    const value = jsonIn(metadata.annotations?.[factsAnnotation]);
    return required.safeParse(value).success ? (value as BackupInfo) : undefined;
}

/** Whether a set restores a valid cluster. */
export function isSound({ whole, problem }: BackupSet): boolean {
    return whole && problem === undefined;
}

/**
 * The sets that go when only the newest are kept: valid ones beyond that number, and others (what cut-off runs left, and what was taken of
 * brokers in trouble, which must not push out the last that were well) once a newer valid one is there. A set that is still being taken is
 * newer than any.
 */
export function outdated(sets: readonly BackupSet[], keep: number): readonly BackupSet[] {
    const valid = sets.filter(isSound);
    const [newest] = valid;
    return sets.filter((set) =>
        isSound(set) ? valid.indexOf(set) >= keep : newest !== undefined && set.takenAt < newest.takenAt,
    );
}
