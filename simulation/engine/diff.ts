import { covers, type Path, remainder, renderPath, valuesAt } from "../../plan/paths";
import type { Properties } from "../provider";
import { isObject, openSecrets } from "./wire";

export interface PropertyDifference {
    /** As the engine writes property paths: `ports[0].name`. */
    readonly path: string;
    readonly kind: "add" | "delete" | "update";
    readonly replaces: boolean;
}

/** What differs between two sets of inputs, and which of it cannot be changed in place. */
export function differences(
    before: Properties,
    after: Properties,
    replaceOn: readonly string[],
): readonly PropertyDifference[] {
    return walk(openSecrets(before), openSecrets(after), []).map(({ path, old, fresh }) => ({
        path: renderPath(path),
        kind: old === undefined ? "add" : fresh === undefined ? "delete" : "update",
        replaces: replaceOn.some((pattern) => {
            const rest = remainder(pattern, path);
            return (
                covers(pattern, path) ||
                (rest !== undefined && JSON.stringify(valuesAt(old, rest)) !== JSON.stringify(valuesAt(fresh, rest)))
            );
        }),
    }));
}

interface Difference {
    readonly path: Path;
    readonly old: unknown;
    readonly fresh: unknown;
}

function walk(old: unknown, fresh: unknown, path: Path): readonly Difference[] {
    if (Array.isArray(old) && Array.isArray(fresh)) {
        const indices = Array.from({ length: Math.max(old.length, fresh.length) }, (_, index) => index);
        return indices.flatMap((index) =>
            walk(old[index], fresh[index], [...path, { key: index.toString(), inList: true }]),
        );
    }
    if (isObject(old) && isObject(fresh)) {
        const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
        return keys.flatMap((key) => walk(old[key], fresh[key], [...path, { key, inList: false }]));
    }
    return Object.is(old, fresh) ? [] : [{ path, old, fresh }];
}
