import { parsePattern } from "../components/common/paths";

export { parsePattern, valueOf, valuesAt, valuesOf } from "../components/common/paths";

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
        if (inList) {
            return `${text}[${key}]`;
        }
        return plainKey.test(key) ? (text === "" ? key : `${text}.${key}`) : `${text}["${key}"]`;
    }, "");
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
