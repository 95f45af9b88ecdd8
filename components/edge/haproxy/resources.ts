/**
 * Memory of one connection with TLS. HAProxy itself takes 20 KiB while it is silent (measured by test/edge/storm.spec.ts); the rest is for
 * the kernel's two sockets, and for buffers of 16 KiB each way while messages pass.
 */
const bytesPerConnection = 48 * 1024;

/** HAProxy with nobody connected, its threads and tables. */
const baseBytes = 128 * 2 ** 20;

/** A core makes some thousands of TLS handshakes a second; this is for the steady state, and bursts take what the node has left. */
const millicoresPerThousandConnections = 20;

const leastMillicores = 100;

/** What a HAProxy pod reserves for so many connections. No CPU limit: throttling would slow all of them down just when many reconnect. */
export function haproxyResources(maxConnections: number): {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
} {
    const memory = `${Math.ceil((baseBytes + maxConnections * bytesPerConnection) / 2 ** 20).toString()}Mi`;
    const millicores = Math.ceil((maxConnections / 1000) * millicoresPerThousandConnections);
    return {
        requests: { cpu: `${Math.max(leastMillicores, millicores).toString()}m`, memory },
        limits: { memory },
    };
}
