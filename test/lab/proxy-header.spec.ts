import assert from "node:assert/strict";
import fc from "fast-check";
import { parseProxyHeader } from "../../lab/proxy-header";
import { encodeProxyV1, encodeProxyV2, sslTlv } from "./encode-proxy-header";

const signature = "0d0a0d0a000d0a515549540a";
const client4 = { address: "203.0.113.9", port: 50000 };
const server4 = { address: "192.0.2.1", port: 8883 };
const tcp4 = "cb007109c0000201c35022b3";
const tcp6 = "20010db8000000000000000000000009" + "20010db8000000000000000000000001" + "c35022b3";

function hex(...parts: string[]): Buffer {
    return Buffer.from(parts.join(""), "hex");
}

function text(line: string): Buffer {
    return Buffer.from(line, "latin1");
}

const accepted = [
    {
        title: "v1 TCP4",
        bytes: text("PROXY TCP4 203.0.113.9 192.0.2.1 50000 8883\r\n"),
        header: { version: 1, command: "PROXY", source: client4, destination: server4, tlvs: [] },
    },
    {
        title: "v1 TCP6",
        bytes: text("PROXY TCP6 2001:db8::9 2001:db8::1 50000 8883\r\n"),
        header: {
            version: 1,
            command: "PROXY",
            source: { address: "2001:db8::9", port: 50000 },
            destination: { address: "2001:db8::1", port: 8883 },
            tlvs: [],
        },
    },
    {
        title: "v1 UNKNOWN, which names no client",
        bytes: text("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"),
        header: { version: 1, command: "PROXY", tlvs: [] },
    },
    {
        title: "v2 TCP4",
        bytes: hex(signature, "2111000c", tcp4),
        header: {
            version: 2,
            command: "PROXY",
            source: client4,
            destination: server4,
            commonName: undefined,
            tlvs: [],
        },
    },
    {
        title: "v2 TCP6",
        bytes: hex(signature, "21210024", tcp6),
        header: {
            version: 2,
            command: "PROXY",
            source: { address: "2001:db8::9", port: 50000 },
            destination: { address: "2001:db8::1", port: 8883 },
            commonName: undefined,
            tlvs: [],
        },
    },
    {
        title: "v2 LOCAL without addresses",
        bytes: hex(signature, "20000000"),
        header: { version: 2, command: "LOCAL", tlvs: [] },
    },
    {
        title: "v2 LOCAL with addresses, which count for nothing",
        bytes: hex(signature, "2011000c", tcp4),
        header: { version: 2, command: "LOCAL", tlvs: [] },
    },
    {
        title: "v2 with the TLVs of AWS (0xea), Azure (0xee) and an unknown one",
        bytes: hex(signature, "2111001a", tcp4, "ea0003016162", "ee000101", "e0000163"),
        header: {
            version: 2,
            command: "PROXY",
            source: client4,
            destination: server4,
            commonName: undefined,
            tlvs: [
                { type: 0xea, value: hex("016162") },
                { type: 0xee, value: hex("01") },
                { type: 0xe0, value: hex("63") },
            ],
        },
    },
    {
        title: "v2 with the common name of a client certificate",
        bytes: hex(signature, "2111001c", tcp4, "20000d", "0700000000", "220005616c696365"),
        header: {
            version: 2,
            command: "PROXY",
            source: client4,
            destination: server4,
            commonName: "alice",
            tlvs: [{ type: 0x20, value: hex("0700000000", "220005616c696365") }],
        },
    },
    {
        title: "v2 of an unspecified family, which names no client",
        bytes: hex(signature, "21000000"),
        header: { version: 2, command: "PROXY", tlvs: [] },
    },
] as const;

const refused: readonly (readonly [title: string, bytes: Buffer, reason: string])[] = [
    ["an MQTT CONNECT", hex("101000044d5154540402"), "no PROXY header"],
    ["a TLS ClientHello", hex("160301020001"), "no PROXY header"],
    ["an HTTP request", text("GET /mqtt HTTP/1.1\r\n"), "no PROXY header"],
    ["v1 in lower case", text("proxy TCP4 203.0.113.9 192.0.2.1 1 2\r\n"), "no PROXY header"],
    ["v1 with a name", text("PROXY TCP4 localhost 192.0.2.1 1 2\r\n"), "malformed version 1 line"],
    ["v1 TCP4 with IPv6", text("PROXY TCP4 ::1 ::1 1 2\r\n"), "malformed version 1 line"],
    ["v1 UDP4", text("PROXY UDP4 203.0.113.9 192.0.2.1 1 2\r\n"), "malformed version 1 line"],
    ["v1 with port 65536", text("PROXY TCP4 203.0.113.9 192.0.2.1 65536 2\r\n"), "malformed version 1 line"],
    ["v1 with port 01", text("PROXY TCP4 203.0.113.9 192.0.2.1 01 2\r\n"), "malformed version 1 line"],
    ["v1 with a word too many", text("PROXY TCP4 203.0.113.9 192.0.2.1 1 2 3\r\n"), "malformed version 1 line"],
    ["v1 without its ports", text("PROXY TCP4 203.0.113.9 192.0.2.1\r\n"), "malformed version 1 line"],
    ["v1 without end", text(`PROXY ${"x".repeat(101)}`), "version 1 line is longer than 107 bytes"],
    ["version 3", hex(signature, "3111000c", tcp4), "version 3 of the binary header"],
    ["v2 with command 2", hex(signature, "2211000c", tcp4), "command 2"],
    ["v2 over UDP", hex(signature, "2112000c", tcp4), "address family and protocol 0x12"],
    ["v2 with half an address", hex(signature, "21110004", "cb007109"), "addresses are cut off"],
    ["v2 with half a TLV", hex(signature, "2111000f", tcp4, "ea0009"), "a TLV is cut off"],
];

describe("PROXY header", () => {
    for (const { title, bytes, header } of accepted) {
        it(`reads ${title}, and leaves what the client sent behind it`, () => {
            const parsed = parseProxyHeader(Buffer.concat([bytes, text("client")]));
            assert.deepEqual(parsed, { state: "complete", header, length: bytes.length });
        });

        it(`waits for the rest of ${title} at every byte`, () => {
            for (let length = 0; length < bytes.length; length++) {
                assert.deepEqual(
                    parseProxyHeader(bytes.subarray(0, length)),
                    { state: "incomplete" },
                    length.toString(),
                );
            }
        });
    }

    for (const [title, bytes, reason] of refused) {
        it(`refuses ${title}`, () => {
            assert.deepEqual(parseProxyHeader(bytes), { state: "invalid", reason });
        });
    }

    it("reads back what it writes, for any address and port, in both versions", () => {
        const endpoint = (address: fc.Arbitrary<string>) =>
            fc.record({ address, port: fc.integer({ min: 0, max: 65535 }) }, { noNullPrototype: true });
        const canonicalV6 = fc.ipV6().map((address) => new URL(`tcp://[${address}]`).hostname.slice(1, -1));
        const pair = fc.oneof(
            fc.tuple(endpoint(fc.ipV4()), endpoint(fc.ipV4())),
            fc.tuple(endpoint(canonicalV6), endpoint(canonicalV6)),
        );
        fc.assert(
            fc.property(pair, fc.string({ maxLength: 60 }), ([source, destination], commonName) => {
                for (const bytes of [
                    encodeProxyV1(source, destination),
                    encodeProxyV2({ source, destination }, [sslTlv(commonName)]),
                ]) {
                    const parsed = parseProxyHeader(bytes);
                    assert.equal(parsed.state, "complete");
                    assert.equal(parsed.length, bytes.length);
                    assert.deepEqual(parsed.header.source, source);
                    assert.deepEqual(parsed.header.destination, destination);
                    if (parsed.header.version === 2) {
                        assert.equal(parsed.header.commonName, commonName);
                    }
                }
            }),
        );
    });

    it("never takes longer than the bytes that it is given, whatever they are", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (tail, signed) => {
                const bytes = Buffer.concat([signed ? hex(signature) : Buffer.alloc(0), tail]);
                const parsed = parseProxyHeader(bytes);
                assert.ok(parsed.state !== "complete" || parsed.length <= bytes.length);
            }),
        );
    });
});
