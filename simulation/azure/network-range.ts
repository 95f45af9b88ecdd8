/** An IPv4 network as numbers: the first address and the one after the last. */
export interface NetworkRange {
    readonly start: number;
    readonly end: number;
    readonly prefix: number;
}

/** An IPv4 address as a number; undefined where the text is none. */
export function addressNumber(text: unknown): number | undefined {
    if (typeof text !== "string" || !/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
        return undefined;
    }
    const octets = text.split(".").map(Number);
    return octets.some((octet) => octet > 255) ? undefined : octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** A network in CIDR notation; undefined where the text is none, or where it does not begin with its first address. */
export function networkRange(text: unknown): NetworkRange | undefined {
    const [first, length, ...rest] = typeof text === "string" ? text.split("/") : [];
    const start = addressNumber(first);
    const prefix = Number(length);
    if (start === undefined || rest.length > 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) {
        return undefined;
    }
    const size = 2 ** (32 - prefix);
    return start % size === 0 ? { start, end: start + size, prefix } : undefined;
}

export function contains(outer: NetworkRange, inner: { readonly start: number; readonly end: number }): boolean {
    return outer.start <= inner.start && inner.end <= outer.end;
}

export function overlaps(a: NetworkRange, b: NetworkRange): boolean {
    return a.start < b.end && b.start < a.end;
}
