const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/** A version 1 header that names a client. */
export function proxyV1(source: string, port = 40_000): Buffer {
    return Buffer.from(`PROXY TCP4 ${source} 203.0.113.1 ${port} 8883\r\n`);
}

/** A version 2 header that names a client. */
export function proxyV2(source: string, port = 40_000): Buffer {
    const addresses = Buffer.from([...source.split(".").map(Number), 203, 0, 113, 1, 0, 0, 0x22, 0xb3]);
    addresses.writeUInt16BE(port, 8);
    return Buffer.concat([signature, Buffer.from([0x21, 0x11, 0, addresses.length]), addresses]);
}

/** What a load balancer sends with its own health checks: version 2, LOCAL, no address. */
export const proxyLocal = Buffer.concat([signature, Buffer.from([0x20, 0, 0, 0])]);
