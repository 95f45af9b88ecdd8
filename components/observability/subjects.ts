import type { PodSubject } from "./metrics";

/** What is measured, with the figures that thresholds follow from. All plain: rules and panels are text. */
export interface Subjects {
    readonly brokers: PodSubject & {
        readonly replicas: number;
        /** Connections that one listener of one broker takes. */
        readonly maxConnections: number;
        /** Memory that a broker's container may use. */
        readonly memoryBytes: number;
        /** The claims of the brokers' volumes as a regular expression; undefined where they have none. */
        readonly claims: string | undefined;
    };
    /** The HAProxy tier, where there is one. */
    readonly edge?: PodSubject & {
        readonly replicas: number;
        /** Connections that one HAProxy takes, of all its listeners together. */
        readonly maxConnections: number;
    };
    /** How the end of the server certificate is known; undefined where nothing that can be asked knows it. */
    readonly certificate?: CertificateSubject;
}

export type CertificateSubject =
    /** cert-manager's own metric about a Certificate. */
    | { readonly kind: "cert-manager"; readonly namespace: string; readonly name: string }
    /**
     * The program knows the date. `notAfter` is in seconds since 1970; a text stands for one that is not known before the certificate is
     * issued.
     */
    | { readonly kind: "date"; readonly notAfter: number | string; readonly validityDays: number };
