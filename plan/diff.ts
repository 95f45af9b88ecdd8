import type { Path } from "./paths";

/** One difference between two values. A side that has nothing there is undefined. */
export interface Difference {
    readonly path: Path;
    readonly before: unknown;
    readonly after: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The differences between two values, in the order of their paths. Items of a list are matched by what names them (`name`, `key`,
 * ...) where something does, so that an item more in the middle is one difference and not one for each that follows.
 */
export function differences(before: unknown, after: unknown, path: Path = []): readonly Difference[] {
    if (Array.isArray(before) && Array.isArray(after)) {
        return listDifferences(before, after, path);
    }
    if (isObject(before) && isObject(after)) {
        const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
        return keys.flatMap((key) => differences(before[key], after[key], [...path, { key, inList: false }]));
    }
    return Object.is(before, after) ? [] : [{ path, before, after }];
}

function listDifferences(before: readonly unknown[], after: readonly unknown[], path: Path): readonly Difference[] {
    const identity = identities.find((key) => isKeyedBy(before, key) && isKeyedBy(after, key));
    if (identity !== undefined) {
        const [old, fresh] = [byKey(before, identity), byKey(after, identity)];
        const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort();
        const inItems = keys.flatMap((key) =>
            differences(old.get(key), fresh.get(key), [...path, { key, inList: true }]),
        );
        const sameOrder = [...old.keys()].join() === [...fresh.keys()].join();
        return inItems.length > 0 || sameOrder ? inItems : [{ path, before, after }];
    }
    if (before.length === after.length && [...before, ...after].every((item) => typeof item === "object")) {
        return before.flatMap((item, index) =>
            differences(item, after[index], [...path, { key: index.toString(), inList: true }]),
        );
    }
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** What names the items of a list in the objects of Kubernetes and of the clouds. */
const identities = ["name", "key", "deviceName", "mountPath", "containerPort", "port", "displayName", "id"];

function isKeyedBy(list: readonly unknown[], key: string): boolean {
    const names = list.map((item) => (isObject(item) ? item[key] : undefined));
    return names.every(isName) && new Set(names.map(String)).size === list.length;
}

function isName(value: unknown): value is string | number {
    return typeof value === "string" || typeof value === "number";
}

function byKey(list: readonly unknown[], key: string): ReadonlyMap<string, unknown> {
    return new Map(list.map((item) => [String((item as Json)[key]), item]));
}

export function isObject(value: unknown): value is Json {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A line of a text that was removed, added or kept. */
export interface LineDifference {
    readonly kind: "removed" | "added" | "kept";
    readonly text: string;
}

/** The lines in which two texts differ (longest common subsequence), each with what is kept between them. */
export function lineDifferences(before: string, after: string): readonly LineDifference[] {
    const [old, fresh] = [before.split("\n"), after.split("\n")];
    const lengths = commonLengths(old, fresh);
    const lines: LineDifference[] = [];
    let [i, j] = [0, 0];
    while (i < old.length || j < fresh.length) {
        const [removed, added] = [old[i], fresh[j]];
        if (removed !== undefined && removed === added) {
            lines.push({ kind: "kept", text: removed });
            i++;
            j++;
        } else if (
            removed !== undefined &&
            (added === undefined || cell(lengths, i + 1, j) >= cell(lengths, i, j + 1))
        ) {
            lines.push({ kind: "removed", text: removed });
            i++;
        } else {
            lines.push({ kind: "added", text: added ?? "" });
            j++;
        }
    }
    return lines;
}

/** The length of the longest common subsequence of what follows each pair of lines. */
function commonLengths(old: readonly string[], fresh: readonly string[]): readonly (readonly number[])[] {
    const rows: number[][] = Array.from({ length: old.length + 1 }, () => []);
    for (let i = old.length; i >= 0; i--) {
        const row = Array.from({ length: fresh.length + 1 }, () => 0);
        for (let j = fresh.length - 1; i < old.length && j >= 0; j--) {
            row[j] =
                old[i] === fresh[j] ? cell(rows, i + 1, j + 1) + 1 : Math.max(cell(rows, i + 1, j), row[j + 1] ?? 0);
        }
        rows[i] = row;
    }
    return rows;
}

function cell(rows: readonly (readonly number[])[], i: number, j: number): number {
    return rows[i]?.[j] ?? 0;
}
