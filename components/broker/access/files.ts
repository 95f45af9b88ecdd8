import type * as pulumi from "@pulumi/pulumi";

/** Where the Secret with users, rules and certificates is mounted. A directory mount is updated in place; VerneMQ reads its files again. */
export const authFolder = "/vernemq/auth";

/** Seconds between two looks at vmq.passwd and vmq.acl; VerneMQ's default is 10. */
export const reloadSeconds = 5;

/** A certificate with which VerneMQ shows who it is. */
export interface ClientCertificate {
    /** In PEM form, followed by its intermediates. */
    readonly certificate: pulumi.Input<string>;
    /** In PEM form; a secret. */
    readonly privateKey: pulumi.Input<string>;
}

/** What proves who is at the other end of a TLS connection of VerneMQ's. */
export interface TlsFiles {
    /** Authorities that are trusted, in PEM form. Default: those of the image's system. */
    readonly ca?: pulumi.Input<string>;
    readonly clientCertificate?: ClientCertificate;
}

/** Names of the files in the Secret, for a database or a webhook. */
export function tlsFileNames(prefix: string): {
    readonly ca: string;
    readonly certificate: string;
    readonly key: string;
} {
    return { ca: `${prefix}-ca.pem`, certificate: `${prefix}-client.pem`, key: `${prefix}-client-key.pem` };
}

/** The files in the Secret, by name. */
export function tlsFiles(prefix: string, tls: TlsFiles | undefined): Record<string, pulumi.Input<string>> {
    const names = tlsFileNames(prefix);
    return {
        ...(tls?.ca === undefined ? {} : { [names.ca]: tls.ca }),
        ...(tls?.clientCertificate === undefined
            ? {}
            : {
                  [names.certificate]: tls.clientCertificate.certificate,
                  [names.key]: tls.clientCertificate.privateKey,
              }),
    };
}
