import type { Brokers, Data, Group } from "./brokers";
import { newData } from "./brokers";
import { claims, pods, snapshots } from "./objects";
import type { Store, StoredObject } from "./store";

/** The volumes of claims, and snapshots of them. */
export class Volumes {
    readonly #store: Store;
    readonly #brokers: Brokers;
    readonly #snapshotTicks: number;
    /** Data by claim uid, or by `snapshot-` and a snapshot's uid; what a deleted claim held is gone. */
    readonly #data = new Map<string, Data>();

    /** @param snapshotTicks from a snapshot's making to its readiness */
    constructor(store: Store, brokers: Brokers, snapshotTicks: number) {
        this.#store = store;
        this.#brokers = brokers;
        this.#snapshotTicks = snapshotTicks;
    }

    /** The data of a claim's volume; a new one is empty. */
    of(claim: StoredObject): Data {
        const { uid } = claim.metadata;
        const data = this.#data.get(uid) ?? newData();
        this.#data.set(uid, data);
        return data;
    }

    tick(tickCount: number): void {
        this.#runClaims();
        this.#runSnapshots(tickCount);
    }

    /** A claim that is being deleted goes when no pod uses it (finalizer kubernetes.io/pvc-protection). */
    #runClaims(): void {
        for (const claim of this.#store.list(claims)) {
            const { name, uid, deletionTimestamp } = claim.metadata;
            const isUsed = this.#store.list(pods).some(({ metadata }) => `data-${metadata.name}` === name);
            if (deletionTimestamp !== undefined && !isUsed) {
                this.#brokers.wipe(this.#data.get(uid) ?? newData());
                this.#data.delete(uid);
                this.#store.drop(claims, name);
            } else if (claim.status === undefined) {
                this.#bindClaim(claim);
            }
        }
    }

    /** A claim made from a snapshot starts with what the snapshot holds. */
    #bindClaim(claim: StoredObject): void {
        const source = (claim.spec as { dataSource?: { kind?: string; name?: string } }).dataSource;
        if (source?.kind === "VolumeSnapshot") {
            const snapshot = this.#store.find(snapshots, source.name ?? "");
            const held = this.#data.get(`snapshot-${snapshot?.metadata.uid ?? ""}`);
            if (held === undefined) {
                return;
            }
            this.#data.set(claim.metadata.uid, copyOf(held, this.#groupLike(held.group)));
        }
        claim.status = { phase: "Bound", capacity: { storage: "20Gi" } };
        this.#store.touch(claim);
    }

    /** The cluster of the volumes that remember the same members: brokers that start on them find each other. */
    #groupLike(group: Group | undefined): Group | undefined {
        if (group === undefined) {
            return undefined;
        }
        const members = [...group.members].sort().join();
        const others = [...this.#data].filter(([key]) => !key.startsWith("snapshot-")).map(([, data]) => data.group);
        return (
            others.find((other) => other !== undefined && [...other.members].sort().join() === members) ?? {
                members: new Set(group.members),
            }
        );
    }

    #runSnapshots(tickCount: number): void {
        if (!this.#store.has(snapshots)) {
            return;
        }
        for (const snapshot of this.#store.list(snapshots)) {
            const source = (snapshot.spec as { source?: { persistentVolumeClaimName?: string } } | undefined)?.source;
            const claim = this.#store.find(claims, source?.persistentVolumeClaimName ?? "");
            if (snapshot.status === undefined) {
                const data = this.#data.get(claim?.metadata.uid ?? "");
                if (data !== undefined) {
                    const group = data.group === undefined ? undefined : { members: new Set(data.group.members) };
                    this.#data.set(`snapshot-${snapshot.metadata.uid}`, copyOf(data, group));
                    snapshot.status = { readyToUse: false, readyAt: tickCount + this.#snapshotTicks };
                }
            } else if (snapshot.status["readyToUse"] === false && Number(snapshot.status["readyAt"]) <= tickCount) {
                snapshot.status = {
                    readyToUse: true,
                    restoreSize: "20Gi",
                    boundVolumeSnapshotContentName: `content-${snapshot.metadata.uid}`,
                    creationTime: snapshot.metadata.creationTimestamp,
                };
            }
        }
    }
}

/** A copy of a volume: queues are its own, and it remembers the members of its cluster at that time. */
function copyOf(data: Data, group: Group | undefined): Data {
    const queues = [...data.queues.values()].filter(({ persistent }) => persistent);
    return {
        group,
        queues: new Map(queues.map((queue) => [queue.clientId, { ...queue, online: false }])),
    };
}
