import { isPlainObject } from "./is-object";

/** Arguments with everything that has a default. */
export type Defaulted<A, D> = Omit<A, keyof A & keyof D> & {
    readonly [K in keyof A & keyof D]-?: Exclude<A[K], undefined>;
};

/** Full arguments as a user gives them: what has a default may be left out, in a group of settings too. */
export type Given<Full, D> = Omit<Full, keyof Full & keyof D> & {
    readonly [K in keyof Full & keyof D]?: D[K] extends readonly unknown[] | string | number | boolean
        ? Full[K]
        : Partial<Full[K]>;
};

/**
 * Arguments with the default of each that is left out; one that is undefined counts as left out. In a group (a plain object of the
 * defaults) each field has its default; anything else that is given, a list too, replaces the default as a whole.
 */
export function withDefaults<A extends object, D extends object>(args: A, defaults: D & Partial<A>): Defaulted<A, D> {
    return filled(args, defaults, 1) as Defaulted<A, D>;
}

/** The same for arguments that are `Given`: they come out complete. */
export function complete<Full extends object, D extends object>(args: Given<Full, D>, defaults: D): Full {
    return filled(args, defaults, 1) as Full;
}

function filled(given: object, defaults: object, depth: number): object {
    const result: Record<string, unknown> = { ...defaults };
    for (const [key, value] of Object.entries(given)) {
        const standard = result[key];
        if (value !== undefined) {
            result[key] =
                depth > 0 && isPlainObject(standard) && isPlainObject(value) ? filled(value, standard, 0) : value;
        }
    }
    return result;
}
