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
    /** How the ends of the server certificates are known; none where nothing that can be asked knows them. */
    readonly certificates?: readonly CertificateSubject[];
}

export type CertificateSubject = CertManagerSubject | DateSubject;

/** Certificates that cert-manager's own metrics tell of. */
export interface CertManagerSubject {
    readonly kind: "cert-manager";
    readonly namespace: string;
    /** Names of the Certificates. */
    readonly names: readonly string[];
    /** Their issuer, where the program creates it. */
    readonly issuer?: { readonly kind: "Issuer" | "ClusterIssuer"; readonly name: string };
    /** Host of the ACME server, where one issues them. */
    readonly acmeHost?: string;
}

/** A certificate whose end the program knows. */
export interface DateSubject {
    readonly kind: "date";
    /** In seconds since 1970; a text stands for an end that is not known before the certificate is issued. */
    readonly notAfter: number | string;
    readonly validityDays: number;
    /** The further name that it is for; undefined for the stack's certificate. */
    readonly host?: string;
}
