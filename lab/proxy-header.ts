import { isIPv4, isIPv6 } from "node:net";

/** A type-length-value of a version 2 header: what a load balancer adds about the connection. */
export interface ProxyTlv {
    readonly type: number;
    readonly value: Buffer;
}

export interface ProxyEndpoint {
    readonly address: string;
    readonly port: number;
}

/** The header that a proxy sends before the bytes of the client. */
export interface ProxyHeader {
    readonly version: 1 | 2;
    /** `LOCAL`: the proxy speaks for itself, as health checks do. */
    readonly command: "PROXY" | "LOCAL";
    /** The client; absent with `LOCAL`, and where the proxy does not know it. */
    readonly source?: ProxyEndpoint;
    readonly destination?: ProxyEndpoint;
    /** Common name of the client's certificate, from the SSL TLV. */
    readonly commonName?: string;
    readonly tlvs: readonly ProxyTlv[];
}

export type ProxyParse =
    | { readonly state: "complete"; readonly header: ProxyHeader; readonly length: number }
    | { readonly state: "incomplete" }
    | { readonly state: "invalid"; readonly reason: string };

const incomplete: ProxyParse = { state: "incomplete" };
const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const v1Prefix = Buffer.from("PROXY ", "latin1");
/** The longest version 1 line with its line end (PROXY protocol specification, section 2.1). */
const v1MaxLength = 107;
const v2FixedLength = 16;
const tlvSsl = 0x20;
const tlvSslCommonName = 0x22;

/**
 * Reads a PROXY protocol header, version 1 or 2, from the start of what has arrived.
 * https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt
 */
export function parseProxyHeader(bytes: Buffer): ProxyParse {
    if (startsLike(bytes, signature)) {
        return bytes.length < v2FixedLength ? incomplete : parseV2(bytes);
    }
    if (startsLike(bytes, v1Prefix)) {
        return parseV1(bytes);
    }
    return invalid("no PROXY header");
}

function invalid(reason: string): ProxyParse {
    return { state: "invalid", reason };
}

/** Whether the bytes so far agree with the expected start. */
function startsLike(bytes: Buffer, expected: Buffer): boolean {
    const length = Math.min(bytes.length, expected.length);
    return bytes.compare(expected, 0, length, 0, length) === 0;
}

function parseV1(bytes: Buffer): ProxyParse {
    const end = bytes.subarray(0, v1MaxLength).indexOf("\r\n");
    if (end === -1) {
        return bytes.length < v1MaxLength ? incomplete : invalid("version 1 line is longer than 107 bytes");
    }
    const length = end + 2;
    const words = bytes.toString("latin1", 0, end).split(" ");
    const [, family, source, destination, sourcePort, destinationPort] = words;
    if (family === "UNKNOWN") {
        return { state: "complete", length, header: { version: 1, command: "PROXY", tlvs: [] } };
    }
    const isAddress = family === "TCP4" ? isIPv4 : family === "TCP6" ? isIPv6 : () => false;
    const from = endpoint(source, sourcePort, isAddress);
    const to = endpoint(destination, destinationPort, isAddress);
    if (words.length !== 6 || from === null || to === null) {
        return invalid("malformed version 1 line");
    }
    return {
        state: "complete",
        length,
        header: { version: 1, command: "PROXY", source: from, destination: to, tlvs: [] },
    };
}

function endpoint(
    address: string | undefined,
    port: string | undefined,
    isAddress: (text: string) => boolean,
): ProxyEndpoint | null {
    if (address === undefined || port === undefined || !isAddress(address) || !/^(0|[1-9]\d{0,4})$/.test(port)) {
        return null;
    }
    return Number(port) > 65535 ? null : { address, port: Number(port) };
}

function parseV2(bytes: Buffer): ProxyParse {
    const versionAndCommand = bytes.readUInt8(12);
    if (versionAndCommand >> 4 !== 2) {
        return invalid(`version ${versionAndCommand >> 4} of the binary header`);
    }
    const commandCode = versionAndCommand & 0xf;
    if (commandCode > 1) {
        return invalid(`command ${commandCode}`);
    }
    const length = v2FixedLength + bytes.readUInt16BE(14);
    if (bytes.length < length) {
        return incomplete;
    }
    const body = bytes.subarray(v2FixedLength, length);
    if (commandCode === 0) {
        // What follows LOCAL, addresses or not, is to be skipped (section 2.2).
        return { state: "complete", length, header: { version: 2, command: "LOCAL", tlvs: [] } };
    }
    return parseV2Body(bytes.readUInt8(13), body, length);
}

function parseV2Body(familyAndProtocol: number, body: Buffer, length: number): ProxyParse {
    const addressLength = familyAndProtocol === 0x11 ? 4 : familyAndProtocol === 0x21 ? 16 : null;
    if (addressLength === null) {
        return familyAndProtocol === 0
            ? { state: "complete", length, header: { version: 2, command: "PROXY", tlvs: [] } }
            : invalid(`address family and protocol 0x${familyAndProtocol.toString(16)}`);
    }
    const ports = addressLength * 2;
    if (body.length < ports + 4) {
        return invalid("addresses are cut off");
    }
    const tlvs = parseTlvs(body.subarray(ports + 4));
    if (tlvs === null) {
        return invalid("a TLV is cut off");
    }
    const commonName = commonNameOf(tlvs);
    const header: ProxyHeader = {
        version: 2,
        command: "PROXY",
        source: { address: textOf(body.subarray(0, addressLength)), port: body.readUInt16BE(ports) },
        destination: { address: textOf(body.subarray(addressLength, ports)), port: body.readUInt16BE(ports + 2) },
        commonName: commonName ?? undefined,
        tlvs,
    };
    return { state: "complete", length, header };
}

function parseTlvs(bytes: Buffer): readonly ProxyTlv[] | null {
    const tlvs: ProxyTlv[] = [];
    let at = 0;
    while (at < bytes.length) {
        if (at + 3 > bytes.length) {
            return null;
        }
        const end = at + 3 + bytes.readUInt16BE(at + 1);
        if (end > bytes.length) {
            return null;
        }
        tlvs.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 3, end) });
        at = end;
    }
    return tlvs;
}

/** The SSL TLV holds one byte of flags, four of verification result, then nested TLVs. */
function commonNameOf(tlvs: readonly ProxyTlv[]): string | null {
    const ssl = tlvs.find(({ type }) => type === tlvSsl);
    const inner = ssl === undefined || ssl.value.length < 5 ? null : parseTlvs(ssl.value.subarray(5));
    return inner?.find(({ type }) => type === tlvSslCommonName)?.value.toString("utf8") ?? null;
}

function textOf(address: Buffer): string {
    if (address.length === 4) {
        return address.join(".");
    }
    const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16)).join(":");
    // The URL parser writes an IPv6 address in its canonical short form (RFC 5952).
    return new URL(`tcp://[${groups}]`).hostname.slice(1, -1);
}
