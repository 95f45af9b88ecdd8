import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { KeyObject, webcrypto } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** ECDSA P-256: what the program's own certificates use (components/kubernetes/self-signed.ts). */
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hourMs = 3_600_000;

/** Server or client certificate with its key. */
export interface Certificate {
    readonly certificatePem: string;
    readonly privateKeyPem: string;
    /** Hexadecimal. */
    readonly serialNumber: string;
}

/** Kinds of keys: ECDSA P-256, or RSA with so many bits. */
export type KeyKind = "ecdsa" | "rsa-2048" | "rsa-4096";

export interface CertificateRequest {
    readonly commonName: string;
    /** What the certificate is for. Default: `server`. */
    readonly usage?: "server" | "client";
    readonly dnsNames?: readonly string[];
    readonly addresses?: readonly string[];
    /** Kind of its key. Default: `ecdsa`, P-256. */
    readonly key?: KeyKind;
    /** Default: an hour ago, so that clocks that differ a little do not matter. */
    readonly notBefore?: Date;
    /** Default: in 24 hours. A date in the past makes an expired certificate. */
    readonly notAfter?: Date;
}

/** A certificate authority that lives in memory and is thrown away: nothing that it signs is for use outside a test. */
export class CertificateAuthority {
    /** The CA's own certificate, which clients are given to trust. */
    readonly pem: string;

    private constructor(
        private readonly certificate: x509.X509Certificate,
        private readonly keys: webcrypto.CryptoKeyPair,
        private readonly algorithm: SigningAlgorithm,
    ) {
        this.pem = pemOf(certificate);
    }

    /** @param days how long it lives */
    static async create(
        commonName = "VerneMQ lab CA",
        days = 7,
        key: KeyKind = "ecdsa",
    ): Promise<CertificateAuthority> {
        const keys = await generateKeys(key);
        const certificate = await x509.X509CertificateGenerator.createSelfSigned({
            name: [{ CN: [commonName] }],
            keys,
            signingAlgorithm: algorithmOf(key),
            notBefore: new Date(Date.now() - hourMs),
            notAfter: new Date(Date.now() + days * 24 * hourMs),
            extensions: [
                new x509.BasicConstraintsExtension(true, 0, true),
                new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
                await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
            ],
        });
        return new CertificateAuthority(certificate, keys, algorithmOf(key));
    }

    async issue(request: CertificateRequest): Promise<Certificate> {
        const keys = await generateKeys(request.key);
        const usage = request.usage === "client" ? "clientAuth" : "serverAuth";
        const names = [
            ...(request.dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
            ...(request.addresses ?? []).map((value) => ({ type: "ip" as const, value })),
        ];
        const certificate = await x509.X509CertificateGenerator.create({
            subject: [{ CN: [request.commonName] }],
            issuer: this.certificate.subject,
            publicKey: keys.publicKey,
            signingKey: this.keys.privateKey,
            signingAlgorithm: this.algorithm,
            notBefore:
                request.notBefore ?? new Date(Math.min(Date.now(), request.notAfter?.getTime() ?? Infinity) - hourMs),
            notAfter: request.notAfter ?? new Date(Date.now() + 24 * hourMs),
            extensions: [
                new x509.BasicConstraintsExtension(false, undefined, true),
                new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
                new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[usage]]),
                await x509.AuthorityKeyIdentifierExtension.create(this.keys.publicKey),
                ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
            ],
        });
        return {
            certificatePem: pemOf(certificate),
            privateKeyPem: KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
            serialNumber: certificate.serialNumber,
        };
    }

    /** A certificate revocation list in PEM that names these certificates. */
    async revoke(certificates: readonly Certificate[]): Promise<string> {
        const list = await x509.X509CrlGenerator.create({
            issuer: this.certificate.subject,
            signingKey: this.keys.privateKey,
            signingAlgorithm: this.algorithm,
            thisUpdate: new Date(Date.now() - hourMs),
            nextUpdate: new Date(Date.now() + 24 * hourMs),
            entries: certificates.map(({ serialNumber }) => ({
                serialNumber,
                revocationDate: new Date(Date.now() - hourMs),
                reason: x509.X509CrlReason.keyCompromise,
            })),
        });
        // OpenSSL's name for it; the library's own PEM says "CRL", which OpenSSL does not know.
        return `${x509.PemConverter.encode(list.rawData, "X509 CRL")}\n`;
    }
}

/** Writes `tls.crt` and `tls.key`, the two files of a kubernetes.io/tls Secret, and gives their folder back. */
export async function writeCertificate(directory: string, certificate: Certificate): Promise<string> {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "tls.crt"), certificate.certificatePem);
    await writeFile(join(directory, "tls.key"), certificate.privateKeyPem, { mode: 0o600 });
    return directory;
}

type SigningAlgorithm = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;

function algorithmOf(key: KeyKind): SigningAlgorithm {
    return key === "ecdsa"
        ? algorithm
        : {
              name: "RSASSA-PKCS1-v1_5",
              hash: "SHA-256",
              modulusLength: key === "rsa-2048" ? 2048 : 4096,
              publicExponent: Uint8Array.of(1, 0, 1),
          };
}

function generateKeys(key: KeyKind = "ecdsa"): Promise<webcrypto.CryptoKeyPair> {
    return webcrypto.subtle.generateKey(algorithmOf(key), true, ["sign", "verify"]);
}

function pemOf(certificate: x509.X509Certificate): string {
    return `${certificate.toString("pem")}\n`;
}
