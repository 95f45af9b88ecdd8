import { at, type Properties, type Rule, type SimulatedResource, type World } from "./provider";

/** Rules of a kind that every cloud has. A property that is left out, or that only the cloud knows, keeps them. */

/** With the engine, what a rule sees in place of a value that is not known before an update: rules pass over symbolic values. */
export const unknownSymbol = "${unknown}";

/** Whether a value is known only to the cloud. */
export function isSymbolic(value: unknown): boolean {
    return typeof value === "string" && value.includes("${");
}

export function isWithin(value: unknown, lowest: number, highest: number): boolean {
    return typeof value === "number" && Number.isInteger(value) && value >= lowest && value <= highest;
}

export function isMatch(value: unknown, pattern: RegExp): boolean {
    return typeof value === "string" && pattern.test(value);
}

export function textOr(value: unknown, otherwise: string): string {
    return typeof value === "string" ? value : otherwise;
}

/** A string that is known; undefined where there is none or only the cloud knows it. */
export function textAt(value: unknown, path: string): string | undefined {
    const found = at(value, path);
    return typeof found === "string" && !isSymbolic(found) ? found : undefined;
}

/** A value of a map whose keys may hold dots: `metadata.annotations`, `metadata.labels`. */
export function entryAt(value: unknown, path: string, key: string): unknown {
    return (at(value, path) as Properties | undefined)?.[key];
}

/** A rule that a test decides, with the property at fault. */
export function rule(
    path: string,
    text: string,
    source: string,
    holds: (resource: SimulatedResource, world: World) => boolean,
): Rule {
    return { text, source, brokenBy: (resource, world) => (holds(resource, world) ? undefined : path) };
}

/** A part of a resource's inputs, with its path and with what it is a part of. */
interface Found {
    readonly value: unknown;
    readonly path: string;
    readonly owner: unknown;
}

/** What a path leads to; `[]` behind a list goes into each of its items: `spec.ports[].nodePort`. */
function partsAt(inputs: Properties, path: string): readonly Found[] {
    const [first = "", ...inner] = path.split("[]");
    return inner.reduce<readonly Found[]>(
        (lists, part) => lists.flatMap(itemsOf).map((item) => partOf(item, part)),
        [partOf({ value: inputs, path: "", owner: inputs }, first)],
    );
}

function itemsOf({ value, path, owner }: Found): readonly Found[] {
    return Array.isArray(value)
        ? value.map((item: unknown, index) => ({ value: item, path: `${path}[${index}]`, owner }))
        : [];
}

function partOf(whole: Found, part: string): Found {
    const { value, path } = whole;
    return part === "" ? whole : { value: at(value, part.replace(/^\./, "")), path: path + part, owner: value };
}

/**
 * A rule about one property, or with `[]` in its path about that of each item.
 *
 * @param holds whether a value is allowed; `owner` is what has it: the item of the innermost list, otherwise the inputs
 */
export function property(
    path: string,
    text: string,
    source: string,
    holds: (value: unknown, resource: SimulatedResource, world: World, owner: unknown) => boolean,
): Rule {
    return {
        text,
        source,
        brokenBy: (resource, world) =>
            partsAt(resource.inputs, path).find(
                ({ value, owner }) =>
                    value !== undefined && !isSymbolic(value) && !holds(value, resource, world, owner),
            )?.path,
    };
}

/**
 * A rule about each item of a list: one that it breaks where the item lacks a part too.
 *
 * @param path Of the list; `[]` goes into each item of an outer one: `spec.rules[].http.paths`.
 * @param part The property of an item at fault.
 */
export function items(
    path: string,
    text: string,
    source: string,
    holds: (item: unknown, resource: SimulatedResource, world: World) => boolean,
    part: string,
): Rule {
    const { brokenBy } = property(`${path}[]`, text, source, holds);
    return {
        text,
        source,
        brokenBy: (resource, world) => {
            const broken = brokenBy(resource, world);
            return broken === undefined ? undefined : `${broken}.${part}`;
        },
    };
}

export function matches(path: string, pattern: RegExp, text: string, source: string): Rule {
    return property(path, text, source, (value) => isMatch(value, pattern));
}

export function oneOf(
    path: string,
    allowed: readonly unknown[],
    source: string,
    text = `${path} is one of ${allowed.join(", ")}`,
): Rule {
    return property(path, text, source, (value) => allowed.includes(value));
}

export function between(
    path: string,
    lowest: number,
    highest: number,
    source: string,
    text = `${path} is a whole number from ${lowest} to ${highest}`,
): Rule {
    return property(path, text, source, (value) => isWithin(value, lowest, highest));
}

/** A name within its limit, whether the program chose it or Pulumi makes it of the logical name, a hyphen and seven characters. */
export function nameWithin(path: string, limit: number, pattern: RegExp, source: string, letters?: string): Rule {
    const text = `the name has at most ${limit} ${letters ?? "characters of those that the service allows"} (Pulumi adds 8 to a logical name)`;
    return rule(path, text, source, ({ inputs, name }) => {
        const physical = textOr(inputs[path], `${name}-0000000`);
        return isSymbolic(physical) || (physical.length <= limit && pattern.test(physical));
    });
}

/** A rule about tags or labels: what each may be, and how many there may be. */
export function entries(
    path: string,
    most: number,
    text: string,
    source: string,
    holds: (key: string, value: string) => boolean,
): Rule {
    return {
        text: `a resource has at most ${most} ${text}`,
        source,
        brokenBy: ({ inputs }) => {
            const all = Object.entries((at(inputs, path) ?? {}) as Properties);
            const wrong = all.find(([key, value]) => !holds(key, String(value)));
            return wrong === undefined ? (all.length > most ? path : undefined) : `${path}.${wrong[0]}`;
        },
    };
}

/** The resources of a type. */
export function ofType(world: World, type: string): readonly SimulatedResource[] {
    return world.resources.filter((resource) => resource.type === type);
}

/** Other resources of the same type that have the same inputs of these. */
export function siblings(
    resource: SimulatedResource,
    world: World,
    properties: readonly string[],
): readonly SimulatedResource[] {
    return ofType(world, resource.type).filter(
        ({ name, inputs }) =>
            name !== resource.name && properties.every((path) => at(inputs, path) === at(resource.inputs, path)),
    );
}

/** Outputs whose value is a symbol of the same name. */
export function symbols(...properties: readonly string[]): (resource: SimulatedResource) => Record<string, string> {
    return ({ symbol }) => Object.fromEntries(properties.map((path) => [path, symbol(path)]));
}
