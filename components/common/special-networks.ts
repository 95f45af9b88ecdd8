import { isInside, overlaps } from "./addresses";
import type { Origin } from "./catalog";

/** Networks for documentation alone: no client ever has such an address. */
export const documentationNetworks = {
    networks: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"],
    source: "https://www.rfc-editor.org/rfc/rfc5737 and https://www.rfc-editor.org/rfc/rfc3849",
    asOf: "2026-11",
} as const satisfies Origin & { networks: readonly string[] };

/** Networks of IPv4 that no packet from the internet comes from. */
export const nonPublicNetworks = {
    networks: [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ],
    source: "https://www.iana.org/assignments/iana-ipv4-special-registry",
    asOf: "2026-11",
} as const satisfies Origin & { networks: readonly string[] };

/** Whether an address, a range or a network is for documentation, in whole or in part. Wider networks that hold all of one are not. */
export function isForDocumentation(value: unknown): boolean {
    return documentationNetworks.networks.some(
        (network) => isInside(value, network) || (overlaps(value, network) && !isInside(network, value)),
    );
}

/** Whether no packet from the internet comes from anywhere in this network. */
export function isNonPublic(network: string): boolean {
    return nonPublicNetworks.networks.some((special) => isInside(network, special));
}
