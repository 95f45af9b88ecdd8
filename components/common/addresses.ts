import { Address4, Address6 } from "ip-address";

/** The addresses from the first to the last, both included, as numbers. */
export interface AddressRange {
    readonly version: 4 | 6;
    readonly first: bigint;
    readonly last: bigint;
}

/** A network in CIDR notation (RFC 4632). */
export interface Network extends AddressRange {
    /** Length of the prefix in bits: 16 of `10.0.0.0/16`. */
    readonly prefix: number;
    /** Whether it is written with its first address: `10.0.0.1/16` is not. Clouds refuse it where they do not mask it. */
    readonly isCanonical: boolean;
}

/**
 * A single address of IPv4 or IPv6; undefined for anything else. Octets with leading zeros are refused: some programs read them as octal
 * numbers (CVE-2021-29922), so that two readers of one rule would mean two networks.
 */
export function parseAddress(value: unknown): AddressRange | undefined {
    return typeof value === "string" && !value.includes("/") ? parse(value) : undefined;
}

/** A network of IPv4 or IPv6 with its prefix; undefined for anything else. */
export function parseNetwork(value: unknown): Network | undefined {
    return typeof value === "string" && /\/(0|[1-9]\d*)$/.test(value) ? parse(value) : undefined;
}

/** A network, a single address or a range (`192.0.2.10-192.0.2.20`); undefined for anything else. */
export function parseRange(value: unknown): AddressRange | undefined {
    if (typeof value !== "string" || !value.includes("-")) {
        return parseNetwork(value) ?? parseAddress(value);
    }
    const [from, to, ...more] = value.split("-").map(parseAddress);
    return from !== undefined && to?.version === from.version && from.first <= to.first && more.length === 0
        ? { version: from.version, first: from.first, last: to.last }
        : undefined;
}

function parse(text: string): Network | undefined {
    const Address = text.includes(":") ? Address6 : Address4;
    // A zone (`fe80::1%eth0`) has a meaning on one machine only.
    if (text.includes("%") || !Address.isValid(text)) {
        return undefined;
    }
    const address = new Address(text);
    const first = address.startAddress().bigInt();
    return {
        version: text.includes(":") ? 6 : 4,
        first,
        last: address.endAddress().bigInt(),
        prefix: address.subnetMask,
        isCanonical: address.bigInt() === first,
    };
}

/** Whether this is an IPv4 network, written with its first address. */
export function isIpv4Network(value: unknown): boolean {
    const network = parseNetwork(value);
    return network?.version === 4 && network.isCanonical;
}

/** Whether two networks, ranges or addresses share an address. Nothing overlaps what is none. */
export function overlaps(a: unknown, b: unknown): boolean {
    const [one, other] = [parseRange(a), parseRange(b)];
    return one !== undefined && one.version === other?.version && one.first <= other.last && other.first <= one.last;
}

/** Whether a network, range or address lies wholly in another. */
export function isInside(inner: unknown, outer: unknown): boolean {
    const [one, other] = [parseRange(inner), parseRange(outer)];
    return one !== undefined && one.version === other?.version && one.first >= other.first && one.last <= other.last;
}

/** The length of an IPv4 network's prefix. */
export function prefixOf(network: string): number {
    return new Address4(network).subnetMask;
}

/** The IPv4 address this far after another, or after the first of a network: 10 after `10.100.0.0/16` is `10.100.0.10`. */
export function addressAfter(address: string, count: number): string {
    return new Address4(address).startAddress().offset(count).correctForm();
}

/** Of the IPv4 subnets with this prefix, in order, the one with this index: 1 of `10.0.0.0/16` and 24 is `10.0.1.0/24`. */
export function subnetOf(network: string, prefix: number, index: number): string {
    const whole = new Address4(network);
    const size = new Address4(`0.0.0.0/${prefix}`).endAddress().bigInt() + 1n;
    const start = whole.startAddress().offset(BigInt(index) * size);
    if (prefix < whole.subnetMask || !start.isInSubnet(whole)) {
        throw new RangeError(`${network} has no /${prefix} with the index ${index}`);
    }
    return `${start.correctForm()}/${prefix}`;
}

/**
 * Whether these networks let the whole internet in: together they hold every address of IPv4 or every address of IPv6, in one (`0.0.0.0/0`,
 * `::/0`) or in parts (`0.0.0.0/1` and `128.0.0.0/1`).
 */
export function isOpenToAll(networks: readonly string[]): boolean {
    return holdsAll(4, networks) || holdsAll(6, networks);
}

/**
 * Whether a list of allowed networks keeps no client out, so that the rule for it can be left out: it holds every address of IPv4, and of
 * IPv6 none or all. `::/0` with some networks of IPv4 is open to all, yet still keeps clients of IPv4 out.
 */
export function keepsNobodyOut(networks: readonly string[]): boolean {
    return (
        holdsAll(4, networks) && (holdsAll(6, networks) || !networks.some((text) => parseNetwork(text)?.version === 6))
    );
}

const everything = { 4: "0.0.0.0/0", 6: "::/0" } as const;

function holdsAll(version: 4 | 6, networks: readonly string[]): boolean {
    const whole = parseNetwork(everything[version]);
    const ranges = networks
        .flatMap((text) => parseNetwork(text) ?? [])
        .filter((network) => network.version === version)
        .sort((a, b) => (a.first < b.first ? -1 : 1));
    const reached = ranges.reduce((next, { first, last }) => (first <= next && last >= next ? last + 1n : next), 0n);
    return whole !== undefined && reached > whole.last;
}
