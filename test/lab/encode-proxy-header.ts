import { Address4, Address6 } from "ip-address";
import { isIPv4 } from "node:net";
import type { ProxyEndpoint, ProxyTlv } from "../../lab/proxy-header";

/** The text header that Google's and other proxies send: version 1. */
export function encodeProxyV1(source: ProxyEndpoint, destination: ProxyEndpoint): Buffer {
    const words = ["PROXY", isIPv4(source.address) ? "TCP4" : "TCP6", source.address, destination.address];
    return Buffer.from(`${[...words, source.port, destination.port].join(" ")}\r\n`, "latin1");
}

/** The binary header, version 2. Without addresses it says `LOCAL`. */
export function encodeProxyV2(
    addresses: { readonly source: ProxyEndpoint; readonly destination: ProxyEndpoint } | null,
    tlvs: readonly ProxyTlv[] = [],
): Buffer {
    const body = Buffer.concat([
        ...(addresses === null ? [] : [encodeAddresses(addresses.source, addresses.destination)]),
        ...tlvs.map(({ type, value }) =>
            Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 0xff]), value]),
        ),
    ]);
    const family = addresses === null ? 0x00 : isIPv4(addresses.source.address) ? 0x11 : 0x21;
    const fixed = Buffer.from([addresses === null ? 0x20 : 0x21, family, body.length >> 8, body.length & 0xff]);
    return Buffer.concat([Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1"), fixed, body]);
}

/** The SSL TLV with the common name of a verified client certificate. */
export function sslTlv(commonName: string): ProxyTlv {
    const name = Buffer.from(commonName, "utf8");
    // Flags: TLS, and a certificate shown on this connection and in this session; four zero bytes: it was verified.
    const value = Buffer.concat([Buffer.from([0x07, 0, 0, 0, 0, 0x22, 0, name.length]), name]);
    return { type: 0x20, value };
}

function encodeAddresses(source: ProxyEndpoint, destination: ProxyEndpoint): Buffer {
    const ports = Buffer.alloc(4);
    ports.writeUInt16BE(source.port, 0);
    ports.writeUInt16BE(destination.port, 2);
    return Buffer.concat([bytesOf(source.address), bytesOf(destination.address), ports]);
}

function bytesOf(address: string): Buffer {
    return Buffer.from(isIPv4(address) ? new Address4(address).toArray() : new Address6(address).toUnsignedByteArray());
}
