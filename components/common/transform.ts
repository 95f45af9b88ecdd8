import { isPlainObject } from "./is-object";

/**
 * How a user changes what a component makes of a child: fields that win over the component's own (objects are merged, lists and values
 * replaced), or a function from the component's arguments to the ones to use.
 */
export type Transform<T extends object> = Partial<T> | ((args: T) => T);

/** The arguments of a child after the user's transform. */
export function transformed<T extends object>(args: T, transform: Transform<T> | undefined): T {
    if (transform === undefined) {
        return args;
    }
    return typeof transform === "function" ? transform(args) : (merged(args, transform) as T);
}

/** Plain objects are merged by key; anything else, an Output or a list too, replaces what was there. */
function merged(ours: unknown, theirs: unknown): unknown {
    if (!isPlainObject(ours) || !isPlainObject(theirs)) {
        return theirs;
    }
    const added = Object.entries(theirs).filter(([, value]) => value !== undefined);
    return { ...ours, ...Object.fromEntries(added.map(([key, value]) => [key, merged(ours[key], value)])) };
}
