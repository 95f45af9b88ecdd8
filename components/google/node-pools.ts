import type { Origin } from "../common/catalog";

/**
 * Nodes that each zone gets, because Google counts a pool's nodes per zone: never fewer in all than asked for, and at most one per zone
 * more than needed.
 */
export function nodesPerZone(count: number, zones: number): number {
    return Math.ceil(count / zones);
}

/** Disks for a machine type: the node's own, and the one for VerneMQ's data. */
export interface DiskTypes {
    readonly boot: string;
    readonly data: string;
}

/** Machine series that take Hyperdisk only; the others take Persistent Disk. */
export const hyperdiskOnly: Origin & { readonly series: ReadonlySet<string> } = {
    series: new Set(["c4", "c4a", "c4d", "m4", "n4", "n4a", "n4d", "h4d", "x4"]),
    source: "https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support",
    asOf: "2026-11",
};

/** The types of disk that a machine type can carry. */
export function diskTypes(machineType: string): DiskTypes {
    const series = machineType.split("-")[0] ?? "";
    return hyperdiskOnly.series.has(series)
        ? { boot: "hyperdisk-balanced", data: "hyperdisk-balanced" }
        : { boot: "pd-balanced", data: "pd-ssd" };
}
