import type { Allocatable, Resources } from "../../components/common/node-limits";
import type { Pool } from "./pools";
import type { Workload } from "./workloads";

/** A pool whose machine is known. */
export type KnownPool = Pool & { readonly allocatable: Allocatable };

/** What a pool has and what the plan asks of it. */
export interface PoolUse {
    readonly pool: string;
    readonly size: string;
    readonly nodes: number;
    /** Of one node. */
    readonly allocatable: Resources;
    /** Whether its memory is taken from that of other machines; left out where the cloud names it. */
    readonly isEstimate?: true;
    /** Of all nodes together, as the pods come to lie. */
    readonly requested: Resources;
    /** Of the node with the least cores left. */
    readonly roomLeft: Resources;
}

/** Whether pods fit, and what is against it. */
export interface Fit {
    readonly use: readonly PoolUse[];
    /** Pods that no node holds. */
    readonly unplaced: readonly string[];
    /** Updates that stop halfway. */
    readonly stuck: readonly string[];
    /** What stays pending after the loss of a node. */
    readonly afterLoss: readonly string[];
}

interface Node {
    readonly pool: KnownPool;
    free: Allocatable;
    /** Pods by workload. */
    readonly pods: Map<string, number>;
}

/** Places pods as the scheduler does: on the node with the most room left, the biggest pods first. */
export function fitOf(pools: readonly KnownPool[], workloads: readonly Workload[]): Fit {
    const nodes = emptyNodes(pools, workloads);
    const unplaced = placeAll(nodes, workloads);
    return {
        use: pools.map((pool) => useOf(pool, nodes)),
        unplaced,
        stuck: unplaced.length > 0 ? [] : workloads.flatMap((workload) => stuckRollout(copyOf(nodes), workload)),
        afterLoss: unplaced.length > 0 ? [] : losses(pools, workloads),
    };
}

/** Nodes with the pods that each of them has. */
function emptyNodes(pools: readonly KnownPool[], workloads: readonly Workload[]): Node[] {
    const nodes = pools.flatMap((pool) =>
        Array.from({ length: pool.nodes }, (): Node => ({ pool, free: pool.allocatable, pods: new Map() })),
    );
    for (const workload of workloads.filter(({ replicas }) => replicas === "each node")) {
        for (const node of nodes.filter(({ pool }) => workload.accepts(pool))) {
            put(node, workload, 1);
        }
    }
    return nodes;
}

function copyOf(nodes: readonly Node[]): Node[] {
    return nodes.map((node) => ({ ...node, pods: new Map(node.pods) }));
}

/** Adds a pod, or takes one away. */
function put(node: Node, { name, pod, claims }: Workload, count: 1 | -1): void {
    const { free } = node;
    node.free = {
        millicores: free.millicores - count * pod.millicores,
        memoryMiB: free.memoryMiB - count * pod.memoryMiB,
        pods: free.pods - count,
        volumes: free.volumes - count * claims.length,
    };
    node.pods.set(name, (node.pods.get(name) ?? 0) + count);
}

function hasRoom({ free }: Node, { pod, claims }: Workload): boolean {
    return (
        free.millicores >= pod.millicores &&
        free.memoryMiB >= pod.memoryMiB &&
        free.pods >= 1 &&
        free.volumes >= claims.length
    );
}

/** Puts one pod on the best node, which it gives; `revision` is what the spread counts. */
function place(nodes: readonly Node[], workload: Workload, revision = workload.name): Node | undefined {
    const allowed = nodes.filter(({ pool }) => workload.accepts(pool));
    const countOn = (node: Node) => node.pods.get(revision) ?? 0;
    const least = Math.min(...allowed.map(countOn));
    const most = { "one per node": 0, even: least, any: Infinity }[workload.spread];
    const [best] = allowed
        .filter((node) => hasRoom(node, workload) && countOn(node) <= most)
        .sort(
            (a, b) =>
                countOn(a) - countOn(b) || b.free.millicores - a.free.millicores || b.free.memoryMiB - a.free.memoryMiB,
        );
    if (best !== undefined) {
        put(best, { ...workload, name: revision }, 1);
    }
    return best;
}

function placeAll(nodes: readonly Node[], workloads: readonly Workload[]): readonly string[] {
    const counted = workloads.flatMap((workload) =>
        workload.replicas === "each node" ? [] : [{ workload, replicas: workload.replicas }],
    );
    const biggestFirst = counted.sort(
        (a, b) =>
            b.workload.pod.millicores - a.workload.pod.millicores ||
            b.workload.pod.memoryMiB - a.workload.pod.memoryMiB,
    );
    const crowded = nodes
        .filter(({ free }) => Math.min(free.millicores, free.memoryMiB, free.pods) < 0)
        .map(({ pool }) => `each node of ${pool.name} (${pool.size}) has more pods than it holds`);
    return [
        ...new Set(crowded),
        ...biggestFirst.flatMap(({ workload, replicas }) => {
            const placed = Array.from({ length: replicas }, () => place(nodes, workload)).filter(
                (node) => node !== undefined,
            ).length;
            return placed === replicas ? [] : [unplacedText(nodes, workload, replicas, placed)];
        }),
    ];
}

function unplacedText(nodes: readonly Node[], workload: Workload, replicas: number, placed: number): string {
    const pools = [...new Set(nodes.map(({ pool }) => pool))];
    const open = pools.filter((pool) => workload.accepts(pool));
    const missing = replicas - placed;
    const what = `${missing} of ${replicas} pods of ${workload.name} (${amount(workload.pod)} each)`;
    return open.length === 0
        ? `${what} find no suitable node: ${pools.map((pool) => `${pool.name} has ${obstacles(pool, workload)}`).join("; ")}`
        : `${what} have no room on ${open.map((pool) => `${pool.name} (${pool.nodes} x ${pool.size}, ${amount(pool.allocatable)} for all pods of a node)`).join("; ")}`;
}

/** What keeps a workload's pods off a pool: taints that they do not tolerate, or labels that it lacks. */
function obstacles(pool: KnownPool, { accepts }: Workload): string {
    const taints = pool.taints.filter((taint) => !accepts({ ...pool, taints: [taint] }));
    return accepts({ ...pool, taints: [] })
        ? taints.map(({ key, value }) => `${key}=${value}`).join(", ")
        : "other labels";
}

/** Plays an update pod by pod: a new one where there is room, then an old one less. */
function stuckRollout(nodes: readonly Node[], workload: Workload): readonly string[] {
    const { name, replicas, rollout } = workload;
    if (replicas === "each node" || replicas === 0 || rollout.surge === 0) {
        return [];
    }
    const fresh = `${name}, new`;
    let [old, done, missing] = [replicas, 0, 0];
    while (done < replicas) {
        const room = done + old < replicas + rollout.surge ? place(nodes, workload, fresh) : undefined;
        if (room !== undefined) {
            done++;
            missing = Math.max(0, missing - 1);
        } else if (old === 0 || missing >= rollout.unavailable) {
            return [
                `an update of ${name} stops at pod ${done + 1} of ${replicas}: no node has ${amount(workload.pod)} left beside the old pods, and none of them may go first`,
            ];
        }
        if (old > 0 && done + old > replicas - rollout.unavailable) {
            remove(nodes, name, fresh, workload);
            old--;
            missing = Math.max(0, replicas - done - old);
        }
    }
    return [];
}

/** An old pod of the node with the most of both revisions, as a ReplicaSet chooses. */
function remove(nodes: readonly Node[], name: string, fresh: string, workload: Workload): void {
    const both = (node: Node) => (node.pods.get(name) ?? 0) + (node.pods.get(fresh) ?? 0);
    const [node] = nodes.filter(({ pods }) => (pods.get(name) ?? 0) > 0).sort((a, b) => both(b) - both(a));
    if (node !== undefined) {
        put(node, workload, -1);
    }
}

/** What finds no room once a node of a shared pool is gone. Brokers wait for their node: their volumes and their anti-affinity want it. */
function losses(pools: readonly KnownPool[], workloads: readonly Workload[]): readonly string[] {
    const shared = pools.filter(({ taints }) => taints.length === 0);
    const others = workloads.filter(({ spread }) => spread !== "one per node");
    return shared.flatMap((lost) => {
        const left = pools.map((pool) => (pool === lost ? { ...pool, nodes: pool.nodes - 1 } : pool));
        return placeAll(emptyNodes(left, others), others).map((text) => `without one node of ${lost.name} ${text}`);
    });
}

function useOf(pool: KnownPool, nodes: readonly Node[]): PoolUse {
    const own = nodes.filter((node) => node.pool === pool);
    const sum = (of: (node: Node) => number) => own.reduce((total, node) => total + of(node), 0);
    const [tightest] = [...own].sort(
        (a, b) => a.free.millicores - b.free.millicores || a.free.memoryMiB - b.free.memoryMiB,
    );
    return {
        pool: pool.name,
        size: pool.size,
        nodes: pool.nodes,
        allocatable: { millicores: pool.allocatable.millicores, memoryMiB: pool.allocatable.memoryMiB },
        ...(pool.allocatable.isEstimate === true ? { isEstimate: true as const } : {}),
        requested: {
            millicores: sum(({ free }) => pool.allocatable.millicores - free.millicores),
            memoryMiB: Math.round(sum(({ free }) => pool.allocatable.memoryMiB - free.memoryMiB)),
        },
        roomLeft: {
            millicores: tightest?.free.millicores ?? 0,
            memoryMiB: Math.floor(tightest?.free.memoryMiB ?? 0),
        },
    };
}

/** `1,000m and 2,472 MiB` */
function amount({ millicores, memoryMiB }: Resources): string {
    return `${Math.round(millicores).toLocaleString("en")}m and ${Math.round(memoryMiB).toLocaleString("en")} MiB`;
}
