/** The keys of a path or pattern in text form; `*` stands for any key. */
export function parsePattern(text: string): readonly string[] {
    return [...text.matchAll(/\["([^"]*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
        ([, quoted, index, plain]) => quoted ?? index ?? plain ?? "",
    );
}

/** Every value that the keys lead to; `*` goes into each item. */
export function valuesAt(value: unknown, keys: readonly string[]): readonly unknown[] {
    const [key, ...rest] = keys;
    if (key === undefined) {
        return value === undefined ? [] : [value];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return key === "*"
        ? Object.values(value).flatMap((item) => valuesAt(item, rest))
        : valuesAt((value as Readonly<Record<string, unknown>>)[key], rest);
}

/** Every value at a pattern in text form, for example `vpcConfig.publicAccessCidrs.*`. */
export function valuesOf(value: unknown, pattern: string): readonly unknown[] {
    return valuesAt(value, parsePattern(pattern));
}

/** The value at a path in text form, or undefined where there is none. */
export function valueOf(value: unknown, path: string): unknown {
    return valuesOf(value, path)[0];
}
