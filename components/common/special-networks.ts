import { isInside, overlaps } from "./addresses";

/** Networks for documentation alone (RFC 5737, RFC 3849): no client ever has such an address. */
const documentationNetworks = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"] as const;

/** Networks of IPv4 that no packet from the internet comes from (https://www.iana.org/assignments/iana-ipv4-special-registry). */
const nonPublicNetworks = [
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
] as const;

/** Whether an address, a range or a network is for documentation, in whole or in part. Wider networks that hold all of one are not. */
export function isForDocumentation(value: unknown): boolean {
    return documentationNetworks.some(
        (network) => isInside(value, network) || (overlaps(value, network) && !isInside(network, value)),
    );
}

/** Whether no packet from the internet comes from anywhere in this network. */
export function isNonPublic(network: string): boolean {
    return nonPublicNetworks.some((special) => isInside(network, special));
}
