import { isObject } from "../../components/common/is-object";
import { type Path, renderPath, type Sides, touches } from "../../components/common/property-path";
import type { Properties } from "../provider";
import { openSecrets } from "./wire";

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
    return walk(openSecrets(before), openSecrets(after), []).map((difference) => ({
        path: renderPath(difference.path),
        kind: difference.before === undefined ? "add" : difference.after === undefined ? "delete" : "update",
        replaces: replaceOn.some((pattern) => touches(pattern, difference)),
    }));
}

function walk(old: unknown, fresh: unknown, path: Path): readonly Sides[] {
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
    return Object.is(old, fresh) ? [] : [{ path, before: old, after: fresh }];
}
