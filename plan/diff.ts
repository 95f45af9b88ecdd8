import { diff } from "node:util";
import { isObject } from "../components/common/is-object";
import { secretMark } from "./graph";
import type { Path, Sides } from "../components/common/property-path";

/** One difference between two values. A side that has nothing there is undefined. */
export interface Difference extends Sides {
    /** The path is a list that keeps items in another order; what else differs in it has separate differences. */
    readonly reordered?: true;
}

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
    const nameOf = itemNames(before, after);
    if (nameOf !== undefined) {
        const [old, fresh] = [before, after].map((list) => new Map(list.map((item) => [nameOf(item), item])));
        const names = [...new Set([...before, ...after].map(nameOf))].sort();
        const inItems = names.flatMap((key) =>
            differences(old?.get(key), fresh?.get(key), [...path, { key, inList: true }]),
        );
        const kept = (list: readonly unknown[]) =>
            list.map(nameOf).filter((name) => old?.has(name) === true && fresh?.has(name) === true);
        const sameOrder = JSON.stringify(kept(before)) === JSON.stringify(kept(after));
        return sameOrder ? inItems : [{ path, before, after, reordered: true }, ...inItems];
    }
    const [was, is] = [before, after].map((list) => list.map((item) => JSON.stringify(item)));
    if (was?.join() === is?.join()) {
        return [];
    }
    if (was?.sort().join() === is?.sort().join()) {
        return [{ path, before, after, reordered: true }];
    }
    if (before.length === after.length && [...before, ...after].every((item) => typeof item === "object")) {
        return before.flatMap((item, index) =>
            differences(item, after[index], [...path, { key: index.toString(), inList: true }]),
        );
    }
    return [{ path, before, after }];
}

/**
 * What identifies the items of a list, the first that does: the merge and map keys of the Kubernetes API (`x-kubernetes-patch-merge-key`
 * and `x-kubernetes-list-map-keys` in its OpenAPI), and what the clouds' objects are told apart by.
 */
const identities: readonly (readonly string[])[] = [
    ["name"],
    ["key"],
    ["deviceName"],
    ["devicePath"],
    ["mountPath"],
    ["containerPort"],
    ["containerPort", "protocol"],
    ["port"],
    ["port", "protocol"],
    ["topologyKey"],
    ["topologyKey", "whenUnsatisfiable"],
    ["displayName"],
    ["uid"],
    ["ip"],
    ["id"],
];

/** How the items of two lists are named, where each item of either has its own name; undefined for any other lists. */
export function itemNames(
    before: readonly unknown[],
    after: readonly unknown[],
): ((item: unknown) => string) | undefined {
    const identity = identities.find((keys) => [before, after].every((list) => isNamedBy(list, keys)));
    return identity === undefined || before.length + after.length === 0
        ? undefined
        : (item) => nameBy(item, identity) ?? "";
}

function isNamedBy(list: readonly unknown[], keys: readonly string[]): boolean {
    const names = list.map((item) => nameBy(item, keys));
    return !names.includes(undefined) && new Set(names).size === list.length;
}

/** The name of an item; a secret names nothing. */
function nameBy(item: unknown, keys: readonly string[]): string | undefined {
    const values = keys.map((key) => (isObject(item) ? item[key] : undefined));
    const named = values.filter((value) => typeof value === "string" || typeof value === "number");
    return named.length < keys.length || named.includes(secretMark) ? undefined : named.map(String).join("/");
}

/** A line of a text that was removed, added or kept. */
export interface LineDifference {
    readonly kind: "removed" | "added" | "kept";
    readonly text: string;
}

/** The lines in which two texts differ, each with what is kept between them. */
export function lineDifferences(before: string, after: string): readonly LineDifference[] {
    return diff(before.split("\n"), after.split("\n")).map(([operation, text]) => ({
        kind: operation === 0 ? "kept" : operation > 0 ? "removed" : "added",
        text,
    }));
}
