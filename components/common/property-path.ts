/** A step into a value: a key of an object, an index of a list, or the name of an item in a list of named items. */
export interface Step {
    readonly key: string;
    /** Set where the step goes into a list. */
    readonly inList: boolean;
}

export type Path = readonly Step[];

const plainKey = /^[A-Za-z_$][\w$-]*$/;

/** A path as people write it: `spec.ports[mqtts].nodePort`, `metadata.annotations["example.com/name"]`. */
export function renderPath(path: Path): string {
    return path.reduce((text, { key, inList }) => {
        if (inList && !/["[\]]/.test(key)) {
            return `${text}[${key}]`;
        }
        const isPlain = !inList && plainKey.test(key);
        return isPlain ? (text === "" ? key : `${text}.${key}`) : `${text}[${JSON.stringify(key)}]`;
    }, "");
}

/** The keys of a path or pattern in text form; `*` stands for any key. */
export function parsePattern(text: string): readonly string[] {
    const keys = parsed.get(text) ?? keysIn(text);
    parsed.set(text, keys);
    return keys;
}

/** The checks of a plan ask for the same few patterns again and again. */
const parsed = new Map<string, readonly string[]>();

function keysIn(text: string): readonly string[] {
    return [...text.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) =>
        quoted === undefined ? (index ?? plain ?? "") : (JSON.parse(quoted) as string),
    );
}

/** Whether a pattern names the place of a path or one above it. */
export function covers(pattern: string, path: Path): boolean {
    const keys = parsePattern(pattern);
    return keys.length <= path.length && keys.every((key, index) => key === "*" || key === path[index]?.key);
}

/** What is left of a pattern below a path, or undefined where the pattern does not lead through the path. */
export function remainder(pattern: string, path: Path): readonly string[] | undefined {
    const keys = parsePattern(pattern);
    const leads =
        keys.length > path.length && path.every(({ key }, index) => keys[index] === "*" || keys[index] === key);
    return leads ? keys.slice(path.length) : undefined;
}

/** Every value that the keys lead to; `*` goes into each item. */
function valuesAt(value: unknown, keys: readonly string[]): readonly unknown[] {
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

/** Two values at a place; a side that has nothing there is undefined. */
export interface Sides {
    readonly path: Path;
    readonly before: unknown;
    readonly after: unknown;
}

/** Whether a difference is at or below the place that a pattern names, or takes such a place away or adds it with the whole around it. */
export function touches(pattern: string, { path, before, after }: Sides): boolean {
    if (covers(pattern, path)) {
        return true;
    }
    const below = remainder(pattern, path);
    return below !== undefined && JSON.stringify(valuesAt(before, below)) !== JSON.stringify(valuesAt(after, below));
}
