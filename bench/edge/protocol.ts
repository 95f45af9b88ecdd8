/** What the benchmark's processes say to each other over IPC. */

/** A way into a broker. */
export interface Endpoint {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    /** TLS session that every connection offers to resume, in base64. Default: none, so that handshakes are full. */
    readonly session?: string;
}

/** The handshake that every TLS contestant is measured with. */
export const handshake = {
    version: "TLSv1.3",
    cipher: "TLS_AES_128_GCM_SHA256",
    group: "X25519",
} as const;

export const payloadBytes = 64;

/** Messages at QoS 0 that go out in one write before their arrival is asked for with a PINGREQ. */
export const burst = 20;

export type LoadCommand =
    | { readonly kind: "check"; readonly endpoint: Endpoint; readonly caPem: string }
    | { readonly kind: "connect"; readonly endpoint: Endpoint; readonly seconds: number; readonly concurrency: number }
    | {
          readonly kind: "publish";
          readonly endpoint: Endpoint;
          readonly seconds: number;
          readonly connections: number;
          readonly qos: 0 | 1;
      }
    /** So many devices connect at the same moment; each gives up after a while and dials again, until all are in. */
    | { readonly kind: "herd"; readonly endpoint: Endpoint; readonly count: number; readonly givesUpAfterMs: number }
    | {
          readonly kind: "latency";
          readonly endpoints: readonly Endpoint[];
          readonly seconds: number;
          /** Connections to each endpoint. */
          readonly connections: number;
      };

export type LoadAnswer =
    | { readonly kind: "check" }
    /** `seconds` are those that it took; `count` connections or messages came through, on so many resumed TLS sessions. */
    | {
          readonly kind: "connect" | "publish";
          readonly count: number;
          readonly seconds: number;
          readonly resumed: number;
      }
    /** Every device is in, after so many attempts that failed. */
    | { readonly kind: "herd"; readonly failedAttempts: number }
    /** Round trips in microseconds, endpoint by endpoint. */
    | { readonly kind: "latency"; readonly microseconds: readonly (readonly number[])[] }
    | { readonly kind: "failed"; readonly reason: string };

export interface BrokerReady {
    readonly ready: true;
}
