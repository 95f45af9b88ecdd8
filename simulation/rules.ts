import { at, listAt, type Rule, type SimulatedResource, type World } from "./provider";

/** Rules of a kind that every cloud has. A property that is left out, or that only the cloud knows, keeps them. */

/** With the engine, what a rule sees in place of a value that is not known before an update: rules pass over symbolic values. */
export const unknownSymbol = "${unknown}";

/** Whether a value is known only to the cloud. */
export function isSymbolic(value: unknown): boolean {
    return typeof value === "string" && value.includes("${");
}

/** A rule about one property. */
export function property(path: string, text: string, source: string, holds: (value: unknown) => boolean): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) => {
            const value = at(inputs, path);
            return value === undefined || isSymbolic(value) || holds(value) ? undefined : path;
        },
    };
}

/** A rule about each item of a list. */
export function items(path: string, text: string, source: string, holds: (item: unknown) => boolean): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) => {
            const index = listAt(inputs, path).findIndex((item) => !isSymbolic(item) && !holds(item));
            return index < 0 ? undefined : `${path}[${index}]`;
        },
    };
}

/** A rule about one property that depends on what else there is. */
export function related(
    path: string,
    text: string,
    source: string,
    holds: (resource: SimulatedResource, world: World) => boolean,
): Rule {
    return { text, source, brokenBy: (resource, world) => (holds(resource, world) ? undefined : path) };
}
