import type { CertificateKey } from "../../common/server-certificate";

/**
 * Memory of one connection with TLS. HAProxy itself takes 20 to 25 KiB while it is silent (measured by test/edge/storm.spec.ts), and the
 * kernel's two sockets some more: that is reserved. Up to the limit it is for buffers of 16 KiB each way while messages pass.
 */
const bytesPerConnection = { reserved: 40 * 1024, limit: 48 * 1024 } as const;

/** HAProxy with no client connected, its threads and tables. */
const baseBytes = 128 * 2 ** 20;

/**
 * For the steady state: a connection's PINGREQ each minute, and a message now and then; bursts take what the node has left. Two pods of the
 * default size and an update's third one have to fit on two nodes of two cores beside a monitoring stack, and both on one of them when the
 * other is lost (plan/capacity).
 */
const millicoresPerThousandConnections = 12;

const leastMillicores = 100;

/**
 * What a pod surely keeps up with: a full handshake with an RSA key of 2,048 bits takes 1 to 2 ms of a cloud's processor, and a pod for
 * 50,000 connections has more than half a core to itself. A pace that is too high brings the waste back, one that is too low only makes the
 * last of a herd wait.
 */
const handshakesPerThousandConnections = 10;

/** A pod with a small reservation finds at least this much on any node: two cores shared with brokers and clients kept up with it. */
const leastHandshakesPerSecond = 200;

/** What a HAProxy pod reserves for so many connections. No CPU limit: throttling would slow all of them down just when many reconnect. */
export function haproxyResources(maxConnections: number): {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
} {
    const memory = (bytes: number) => `${Math.ceil((baseBytes + maxConnections * bytes) / 2 ** 20)}Mi`;
    return {
        requests: {
            cpu: `${reservedMillicores(maxConnections)}m`,
            memory: memory(bytesPerConnection.reserved),
        },
        limits: { memory: memory(bytesPerConnection.limit) },
    };
}

/**
 * An ECDSA key with P-256 signs in a fraction of an RSA key's time: 1,700 whole connections a second were measured on two cores that the
 * clients shared (docs/guides/lab.md).
 */
const handshakesOfEcdsa = 2;

/** TLS handshakes that a pod for so many connections begins in a second, where the user names no number. */
export function defaultHandshakesPerSecond(maxConnections: number, key: CertificateKey = "rsa"): number {
    const withRsa = Math.round((maxConnections / 1000) * handshakesPerThousandConnections);
    return Math.max(leastHandshakesPerSecond, withRsa) * (key === "ecdsa" ? handshakesOfEcdsa : 1);
}

function reservedMillicores(maxConnections: number): number {
    return Math.max(leastMillicores, Math.ceil((maxConnections / 1000) * millicoresPerThousandConnections));
}
