import { createSecureContext } from "node:tls";
import { X509Certificate } from "node:crypto";
import { UserError } from "../plan/common/errors";

/** Refuses what TLS could not work with: it would look like a server that cannot be reached. */
export function checkPem(option: string, file: string, pem: string): void {
    try {
        new X509Certificate(pem);
    } catch {
        throw new UserError(`${option} ${file} holds no certificate in PEM form`);
    }
}

/** Likewise for a certificate and the key that has to belong to it. */
export function checkKeyPair(files: { readonly cert: string; readonly key: string }, cert: string, key: string): void {
    checkPem("--cert", files.cert, cert);
    try {
        createSecureContext({ cert, key });
    } catch {
        throw new UserError(`--key ${files.key} holds no private key of the certificate in ${files.cert}`);
    }
}
