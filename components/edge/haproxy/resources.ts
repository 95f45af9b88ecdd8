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

/**
 * What a reserved core surely keeps up with: a full handshake with an RSA key of 2,048 bits takes 1 to 2 ms of a cloud's processor. A pace
 * that is too high brings the waste back, one that is too low only makes the last of a herd wait.
 */
const handshakesPerMillicore = 0.5;

/** A pod with a small reservation finds at least this much on any node: two cores shared with brokers and clients kept up with it. */
const leastHandshakesPerSecond = 200;

/** What a HAProxy pod reserves for so many connections. No CPU limit: throttling would slow all of them down just when many reconnect. */
export function haproxyResources(maxConnections: number): {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
} {
    const memory = `${Math.ceil((baseBytes + maxConnections * bytesPerConnection) / 2 ** 20).toString()}Mi`;
    return {
        requests: { cpu: `${reservedMillicores(maxConnections).toString()}m`, memory },
        limits: { memory },
    };
}

/** TLS handshakes that a pod for so many connections begins in a second, where the user names no number. */
export function defaultHandshakesPerSecond(maxConnections: number): number {
    return Math.max(leastHandshakesPerSecond, Math.round(reservedMillicores(maxConnections) * handshakesPerMillicore));
}

function reservedMillicores(maxConnections: number): number {
    return Math.max(leastMillicores, Math.ceil((maxConnections / 1000) * millicoresPerThousandConnections));
}
