import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePattern, valuesOf } from "../../../components/common/property-path";
import { type Emitted, leafPaths } from "./emitted";
import type { Block } from "./terraform";
import { argumentOf, concrete, standIn } from "./translate";

type Inputs = Readonly<Record<string, unknown>>;

/** A change of one property of a resource that a stack has. */
export interface PropertyChange {
    readonly type: string;
    /** Pulumi's path; `*` stands for the index of a list. */
    readonly path: string;
    readonly kind: "changed" | "added";
    /** What a stack has. */
    readonly base: Inputs;
    readonly before: Inputs;
    readonly after: Inputs;
}

/** Other values of properties that do not take just any, by type and path. */
export type Alternatives = Readonly<Record<string, unknown>>;

/** Shapes of a type that a property is tried with. */
const most = 2;

/** The changes that show what each property of the resources of a type does: another value, and in lists one item more. */
export function changesOf(
    type: string,
    bases: readonly Emitted[],
    block: Block,
    alternatives: Alternatives,
): readonly PropertyChange[] {
    const plain = bases.map(({ inputs }) => concreteInputs(inputs));
    const paths = new Set(plain.flatMap((inputs) => leafPaths(inputs).map((path) => toMap(block, path))));
    return [...paths].sort().flatMap((path) => {
        const keys = parsePattern(path).map((key) => (key === "*" ? "0" : key));
        const others = plain.flatMap((inputs) => valuesOf(inputs, path));
        const having = plain.filter((inputs) => valueAt(inputs, keys) !== undefined).slice(0, most);
        return having.flatMap((inputs): readonly PropertyChange[] => {
            const value = valueAt(inputs, keys);
            const choices = [alternatives[`${type} ${path}`]].flat().filter((choice) => choice !== undefined);
            const differing = choices.filter((choice) => choice !== value);
            const change = { type, path: path.replace(/\.\*$/, ""), base: inputs, before: inputs };
            const list = valueAt(inputs, keys.slice(0, -1));
            return (differing.length > 0 ? differing : [another(value, others, keys)]).flatMap((other) => [
                { ...change, kind: "changed", after: withValue(inputs, keys, other) },
                ...(path.endsWith(".*") && Array.isArray(list)
                    ? [
                          {
                              ...{ ...change, kind: "added" as const },
                              after: withValue(inputs, keys.slice(0, -1), [...(list as unknown[]), other]),
                          },
                      ]
                    : []),
            ]);
        });
    });
}

/** Inputs that Pulumi's type takes and no stack has, set to one value and then to another. */
export function furtherChangesOf(
    type: string,
    bases: readonly Emitted[],
    block: Block,
    pairs: Alternatives,
): readonly PropertyChange[] {
    const known = new Set(bases.flatMap(({ inputs }) => Object.keys(inputs)));
    const [packageName = "", module = ""] = type.split(":");
    return inputsOf(packageName, module)
        .filter((input) => !known.has(input) && input !== "tagsAll")
        .flatMap((input) => {
            const pair = (pairs[`${type} ${input}`] ??
                pairOf(block.attributes?.[argumentOf(block, input) ?? ""]?.type, input)) as
                readonly unknown[] | undefined;
            return pair === undefined
                ? []
                : bases.slice(0, most).map(({ inputs }) => {
                      const base = concreteInputs(inputs);
                      const [before, after] = pair.map((value) => ({ ...base, [input]: value })) as [Inputs, Inputs];
                      return { type, path: input, kind: "changed", base, before, after } as const;
                  });
        });
}

/**
 * The names that Pulumi's SDK passes on for a type.
 *
 * @param module its file in the package, for example `lb/listener`
 */
export function inputsOf(packageName: string, module: string): readonly string[] {
    const file = join(__dirname, "../../../node_modules/@pulumi", packageName, `${module}.js`);
    const found = readFileSync(file, "utf8").matchAll(/resourceInputs\["(\w+)"\] = [^;]*\bargs\?/g);
    return [...new Set([...found].map(([, name = ""]) => name))];
}

function pairOf(type: unknown, input: string): readonly [unknown, unknown] | undefined {
    switch (type) {
        case "string":
            return [standIn(input, "1"), standIn(input, "2")];
        case "number":
            return [1, 2];
        case "bool":
            return [false, true];
        default: {
            const inner =
                Array.isArray(type) && (type[0] === "list" || type[0] === "set") ? pairOf(type[1], input) : undefined;
            return inner === undefined ? undefined : [[inner[0]], [inner[1]]];
        }
    }
}

function concreteInputs(inputs: Inputs): Inputs {
    return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, concrete(value, name)]));
}

/** A path, cut where it goes into a map, whose keys are the user's. */
function toMap(block: Block, path: string): string {
    const keys = parsePattern(path);
    let at: Block | undefined = block;
    for (const [index, key] of keys.entries()) {
        if (key === "*") {
            continue;
        }
        const name: string | undefined = at === undefined ? undefined : argumentOf(at, key);
        if (name === undefined) {
            return path;
        }
        const type = at?.attributes?.[name]?.type;
        if (Array.isArray(type) && type[0] === "map") {
            return keys.slice(0, index + 1).join(".");
        }
        at = at?.block_types?.[name]?.block;
    }
    return path;
}

function another(value: unknown, others: readonly unknown[], keys: readonly string[]): unknown {
    const text = JSON.stringify(value);
    const inList = /^\d+$/.test(keys.at(-1) ?? "");
    const other = inList
        ? undefined
        : others.find((one) => typeof one === typeof value && JSON.stringify(one) !== text);
    if (typeof value === "object" && value !== null) {
        return { ...value, another: "one" };
    }
    if (other !== undefined) {
        return other;
    }
    if (typeof value === "boolean") {
        return !value;
    }
    if (typeof value === "number") {
        return value + 1;
    }
    const property = keys.findLast((key) => !/^\d+$/.test(key)) ?? "";
    const flipped = value === "true" ? "false" : value === "false" ? "true" : undefined;
    return (
        flipped ?? (/^(lt-|arn:aws:service:)/.test(String(value)) ? standIn(property, "another") : `${String(value)}2`)
    );
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
    return keys.reduce<unknown>((place, key) => (place as Inputs | undefined)?.[key], value);
}

/** A copy with another value at a path. */
function withValue(value: unknown, [key, ...rest]: readonly string[], other: unknown): Inputs {
    if (key === undefined) {
        return other as Inputs;
    }
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
        string,
        unknown
    >;
    copy[key] = withValue(copy[key], rest, other);
    return copy;
}
