import type * as pulumi from "@pulumi/pulumi";

/** Kinds of keys that a certificate may have. */
const certificateKeys = ["ecdsa", "rsa"] as const;
export type CertificateKey = (typeof certificateKeys)[number];

/** What a certificate may be asked for: one kind of key, or a certificate of each. */
export const keyTypes = [...certificateKeys, "both"] as const;
export type KeyType = (typeof keyTypes)[number];

/** Name of the Secret with the server certificate in the broker's namespace. */
export const certificateSecretName = "vernemq-edge-certificate";

/** Name of the Secret with the certificate of a further name. */
export function certificateSecretOf(host: string): string {
    return `${certificateSecretName}-${host}`;
}

/** Name of the Secret with the RSA certificate beside another one. */
export function rsaSecretOf(secretName: string): string {
    return `${secretName}-rsa`;
}

/** A server certificate with its key, inside the cluster: for HAProxy. */
export interface ClusterCertificate {
    readonly kind: "cluster";
    /** Name of a Secret of type kubernetes.io/tls (keys `tls.crt`, `tls.key`) in the broker's namespace. */
    readonly secretName: pulumi.Output<string>;
    /** Name of the Secret with a second certificate, for the same names and with an RSA key; absent where there is only one. */
    readonly rsaSecretName?: pulumi.Output<string>;
    /** The CA to trust, where it is ours. */
    readonly caPem: pulumi.Output<string> | undefined;
    /** When it ends (RFC 3339), where the program itself makes it. */
    readonly endsAt?: pulumi.Output<string>;
}

/** A server certificate that a cloud's load balancer holds. */
export interface CloudCertificate {
    readonly kind: "cloud";
    /** What the load balancer refers to it by: an ACM ARN, a Certificate Manager map id or a Key Vault secret id. */
    readonly reference: pulumi.Output<string>;
    /** The CA to trust, where it is ours. */
    readonly caPem: pulumi.Output<string> | undefined;
    /** Certificates for one name each, served to clients that ask for it. Default: none. */
    readonly further?: readonly { readonly host: string; readonly reference: pulumi.Output<string> }[];
}

/** A certificate and its key in PEM form, wherever they come from. */
export interface PemPair {
    readonly certificatePem: pulumi.Output<string>;
    /** A secret. */
    readonly privateKeyPem: pulumi.Output<string>;
    /** The CA to trust, where it is ours. */
    readonly caPem: pulumi.Output<string> | undefined;
    /** When it ends (RFC 3339), where the program itself makes it. */
    readonly endsAt?: pulumi.Output<string>;
}
