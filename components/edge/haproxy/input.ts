import type { EdgePlan } from "../plan";
import type { ServedCertificateFiles } from "./folder";

/** What the configuration follows from. */
export interface HaproxyConfigInput {
    readonly plan: EdgePlan;
    readonly broker: {
        readonly namespace: string;
        readonly release: string;
        readonly headlessService: string;
        /** Path on port 8888 that says 503 while a listener is suspended or down. */
        readonly healthPath: string;
        readonly maxReplicas: number;
    };
    /** Connections that one HAProxy takes; further ones are closed at once. */
    readonly maxConnections: number;
    /** New connections that one source address may open in a second at one HAProxy. */
    readonly connectionsPerSourcePerSecond: number;
    /** TLS handshakes that one HAProxy begins in a second, where it terminates TLS. Default: follows from `maxConnections`. */
    readonly handshakesPerSecond?: number;
    /** How long a TLS session may be resumed at any HAProxy, in seconds. Default: only at the same process, for five minutes. */
    readonly sessionSeconds?: number;
    /** How long a broker may have to ask others before it answers a CONNECT, in seconds: its webhooks' timeouts. Default: 0. */
    readonly signInSeconds?: number;
    /** Where HAProxy terminates TLS: the certificates that it serves, the defaults first. Default: one. */
    readonly certificates?: readonly ServedCertificateFiles[];
    /** With `plan.clientCertificates`: what is done with them beside the check against the client CA. */
    readonly clientCertificates?: {
        /** There is a revocation list. */
        readonly revocation: boolean;
        /** VerneMQ takes the certificate's common name for the user name. */
        readonly commonNameAsUser: boolean;
    };
}
