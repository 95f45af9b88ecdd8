import type { HaproxyConfigInput } from "./input";

/** Seconds for each step before a session: PROXY header and TLS handshake, the CONNECT or WebSocket upgrade, and the broker's answer. */
export const handshakeSeconds = 10;

/** As long as a broker may take for its answer, with 5 s for itself. HAProxy 2.6 has one timeout for this step and the handshake. */
export function connectSeconds({ signInSeconds = 0 }: HaproxyConfigInput): number {
    return Math.max(handshakeSeconds, signInSeconds + 5);
}
