import { at, listAt, type Rule, type SimulatedResource, type World } from "./provider";

/** Rules of a kind that every cloud has. A property that is left out, or that only the cloud knows, keeps them. */

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
            return index < 0 ? undefined : `${path}[${index.toString()}]`;
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

/** The addresses of an IPv4 network, range (`192.0.2.1-192.0.2.9`) or single address, as numbers; undefined for anything else. */
export function addressesOf(text: unknown): { readonly first: number; readonly last: number } | undefined {
    const [, network, prefix] = /^([\d.]+)\/(\d{1,2})$/.exec(String(text)) ?? [];
    if (network !== undefined) {
        const first = asNumber(network);
        return first === undefined || Number(prefix) > 32
            ? undefined
            : { first, last: first + 2 ** (32 - Number(prefix)) - 1 };
    }
    const [from, to, ...more] = String(text).split("-");
    const first = asNumber(from ?? "");
    const last = to === undefined ? first : asNumber(to);
    return more.length > 0 || first === undefined || last === undefined || last < first ? undefined : { first, last };
}

/** Whether two networks, ranges or addresses share an address. */
export function overlaps(a: unknown, b: unknown): boolean {
    const [one, other] = [addressesOf(a), addressesOf(b)];
    return one !== undefined && other !== undefined && one.first <= other.last && other.first <= one.last;
}

/** Whether a network, range or address lies wholly in another. */
export function isWithin(inner: unknown, outer: unknown): boolean {
    const [one, other] = [addressesOf(inner), addressesOf(outer)];
    return one !== undefined && other !== undefined && one.first >= other.first && one.last <= other.last;
}

function asNumber(address: string): number | undefined {
    const octets = address.split(".").map((octet) => (/^\d{1,3}$/.test(octet) ? Number(octet) : 256));
    return octets.length === 4 && octets.every((octet) => octet <= 255)
        ? octets.reduce((sum, octet) => sum * 256 + octet, 0)
        : undefined;
}
