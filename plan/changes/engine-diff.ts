import { isObject } from "../../components/common/is-object";
import { type Difference, differences, itemNames } from "../diff";
import { type Path, parsePattern, renderPath } from "../../components/common/property-path";
import { kindOf, type PropertyChange } from "./model";

/** What the engine and a provider say of one resource's change. */
export interface ReportedDiff {
    readonly before: Readonly<Record<string, unknown>> | undefined;
    readonly after: Readonly<Record<string, unknown>> | undefined;
    /** Kind by path; items of lists by their index: `{ "values.additionalEnv[5].name": "update" }`. */
    readonly detailedDiff: Readonly<Record<string, string>>;
    /** Changed properties. */
    readonly diffs: readonly string[];
    /** Properties that replace the resource. */
    readonly keys: readonly string[];
}

/**
 * The properties that change, those that replace first. Providers name items of a list by their index, so one item more shifts all that
 * follow; where the inputs of both sides are there, they are compared instead, item by name. Otherwise the provider's paths stand.
 */
export function reportedChanges(diff: ReportedDiff): readonly PropertyChange[] {
    const groups = new Map<string, Reported[]>();
    for (const [path, kind] of Object.entries(reported(diff))) {
        const keys = parsePattern(path);
        const whole = keys.slice(0, depthOfWhole(diff, keys));
        const id = JSON.stringify(whole);
        const entry = { path, kind, keys, whole };
        groups.set(id, [...(groups.get(id) ?? []), entry]);
    }
    const found = [...groups.values()].flatMap((group) => changesAt(diff, group));
    const unique = new Map(found.map((each) => [`${each.path} ${String(each.reordered)}`, each]));
    return [...unique.values()].sort(
        (a, b) => Number(b.replaces) - Number(a.replaces) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    );
}

interface Reported {
    readonly path: string;
    readonly kind: string;
    readonly keys: readonly string[];
    /** The place that is compared as a whole: the outermost list of named items on the path, else all of the path. */
    readonly whole: readonly string[];
}

/** What the engine names: the detailed diff where the provider gives one, else the changed keys, else what the inputs show. */
function reported({ detailedDiff, diffs, keys, before, after }: ReportedDiff): Readonly<Record<string, string>> {
    if (Object.keys(detailedDiff).length > 0) {
        // A key that replaces and that the diff does not cover is a reason too.
        const covered = new Set(Object.keys(detailedDiff).map((path) => parsePattern(path)[0]));
        return {
            ...Object.fromEntries(
                keys.filter((name) => !covered.has(parsePattern(name)[0])).map((name) => [name, "update-replace"]),
            ),
            ...detailedDiff,
        };
    }
    const named = [...new Set([...diffs, ...keys])];
    const all =
        named.length > 0
            ? named
            : [...new Set(differences(before ?? {}, after ?? {}).map(({ path }) => path[0]?.key ?? ""))];
    return Object.fromEntries(all.map((name) => [name, keys.includes(name) ? "update-replace" : "update"]));
}

/** How many keys of a path lead to the outermost list in it that both sides have and whose items are named, or to its end. */
function depthOfWhole({ before, after }: ReportedDiff, keys: readonly string[]): number {
    let [old, fresh]: readonly [unknown, unknown] = [before, after];
    for (const [depth, key] of keys.entries()) {
        if (Array.isArray(old) && Array.isArray(fresh) && itemNames(old, fresh) !== undefined) {
            return depth;
        }
        [old, fresh] = [child(old, key), child(fresh, key)];
    }
    return keys.length;
}

function changesAt(diff: ReportedDiff, group: readonly Reported[]): readonly PropertyChange[] {
    const [first] = group;
    if (first === undefined) {
        return [];
    }
    const [before, after] = [diff.before, diff.after].map((side) => first.whole.reduce(child, side));
    const comparable = (isObject(before) && isObject(after)) || (Array.isArray(before) && Array.isArray(after));
    const inside = comparable ? differences(before, after, asPath(diff, first.whole)) : [];
    if (inside.length === 0) {
        return group.map((entry) => asReported(diff, entry));
    }
    const replacing = group.filter(({ kind }) => kind.endsWith("-replace"));
    const isReason = ({ path }: Difference) => replacing.some((entry) => meets(path, entry, before, after));
    const matched = inside.some(isReason);
    return inside.map((each) => ({
        path: renderPath(each.path),
        kind: each.reordered === true ? "update" : kindOf(each.before, each.after),
        // A reason that fits none of the differences must not get lost.
        replaces: matched ? isReason(each) : replacing.length > 0,
        ...(each.reordered === true ? { reordered: true as const } : {}),
        before: each.before,
        after: each.after,
    }));
}

/** Whether a provider's path by index leads to, into or around a difference by name. */
function meets(path: Path, { keys, whole }: Reported, before: unknown, after: unknown): boolean {
    const [index, ...rest] = keys.slice(whole.length);
    const [item, ...inside] = path.slice(whole.length);
    if (index === undefined || item === undefined) {
        return true;
    }
    const nameOf = Array.isArray(before) && Array.isArray(after) ? itemNames(before, after) : undefined;
    const names = [before, after].flatMap((side) => {
        const found = child(side, index);
        return found === undefined ? [] : [nameOf === undefined ? index : nameOf(found)];
    });
    return names.includes(item.key) && inside.every(({ key }, depth) => key === (rest[depth] ?? key));
}

function asReported({ before, after }: ReportedDiff, { path, kind, keys }: Reported): PropertyChange {
    const plain = kind.replace(/-replace$/, "");
    return {
        path,
        kind: plain === "add" || plain === "delete" ? plain : "update",
        replaces: kind.endsWith("-replace"),
        before: keys.reduce<unknown>(child, before),
        after: keys.reduce<unknown>(child, after),
    };
}

/** The steps of a path; an item of a list of named items on the way has its name. */
function asPath({ before, after }: ReportedDiff, keys: readonly string[]): Path {
    return keys.map((key, depth) => {
        const above = [before, after].map((side) => keys.slice(0, depth).reduce<unknown>(child, side));
        return { key, inList: above.some((side) => Array.isArray(side)) };
    });
}

function child(value: unknown, key: string): unknown {
    return typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined;
}
