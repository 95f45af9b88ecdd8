import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** Real certificates for tests, made at once: the tables of tests are built before anything can be awaited. */

const dayMs = 86_400_000;

/** The day that tests live in. Certificates are valid around it unless they say otherwise. */
export const today = new Date("2026-03-01T12:00:00Z");

export function inDays(days: number): Date {
    return new Date(today.getTime() + days * dayMs);
}

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    const { length } = content;
    const head =
        length < 0x80
            ? [length]
            : length < 0x100
              ? [0x81, length]
              : length < 0x1_00_00
                ? [0x82, length >> 8, length & 0xff]
                : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...items: readonly Buffer[]) => tlv(0x30, ...items);
const octets = (content: Buffer) => tlv(0x04, content);
const bool = (value: boolean) => tlv(0x01, Buffer.from([value ? 0xff : 0]));

function oid(dotted: string): Buffer {
    const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
    const bytes = [40 * first + second, ...rest].flatMap((arc) => {
        const digits = [arc & 0x7f];
        for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
            digits.unshift((left & 0x7f) | 0x80);
        }
        return digits;
    });
    return tlv(0x06, Buffer.from(bytes));
}

function time(date: Date): Buffer {
    const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
    return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}

function name(commonName: string): Buffer {
    return sequence(tlv(0x31, sequence(oid("2.5.4.3"), tlv(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, critical: boolean, content: Buffer): Buffer {
    return sequence(oid(id), ...(critical ? [bool(true)] : []), octets(content));
}

export type KeyKind = "rsa-1024" | "rsa-2048" | "rsa-3072" | "rsa-4096" | "p256" | "p384" | "k256" | "ed25519";

const spare = new Map<string, KeyObject>();

/** A private key. The same label gives the same key: long ones take a second to make. */
export function keyOf(kind: KeyKind, label = ""): KeyObject {
    const id = `${kind} ${label}`;
    const made = spare.get(id) ?? generate(kind);
    spare.set(id, made);
    return made;
}

function generate(kind: KeyKind): KeyObject {
    switch (kind) {
        case "p256":
            return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
        case "p384":
            return generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
        case "k256":
            return generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey;
        case "ed25519":
            return generateKeyPairSync("ed25519").privateKey;
        default:
            return generateKeyPairSync("rsa", { modulusLength: Number(kind.slice(4)) }).privateKey;
    }
}

export function keyPem(key: KeyObject): string {
    return key.export({ type: "pkcs8", format: "pem" }).toString();
}

export interface Issued {
    readonly pem: string;
    readonly der: Buffer;
    readonly key: KeyObject;
    readonly commonName: string;
}

export interface CertificateOptions {
    readonly commonName?: string;
    /** Default: itself. */
    readonly issuer?: { readonly commonName: string; readonly key: KeyObject };
    readonly key?: KeyObject;
    readonly dnsNames?: readonly string[];
    readonly addresses?: readonly (readonly number[])[];
    readonly ca?: boolean;
    readonly notBefore?: Date;
    readonly notAfter?: Date;
    /** Object identifiers of the extended key usage. Default: serverAuth, none for an authority. */
    readonly usages?: readonly string[];
    readonly hash?: "sha1" | "sha256" | "md5";
    /** Where the issuer's certificate is to be fetched, as certificates of public authorities say. */
    readonly issuerUrl?: string;
}

export const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";

function algorithm(key: KeyObject, hash: "sha1" | "sha256" | "md5"): Buffer {
    switch (key.asymmetricKeyType) {
        case "rsa": {
            const last = { md5: 4, sha1: 5, sha256: 11 }[hash];
            return sequence(oid(`1.2.840.113549.1.1.${last}`), tlv(0x05));
        }
        case "ec":
            return sequence(oid(hash === "sha1" ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3.2"));
        default:
            return sequence(oid("1.3.101.112"));
    }
}

/** Issues a certificate. */
export function certificate(options: CertificateOptions): Issued {
    const { commonName = "mqtt.example.com", key = keyOf("p256", options.commonName), ca = false } = options;
    const issuer = options.issuer ?? { commonName, key };
    const hash = options.hash ?? "sha256";
    const usages = options.usages ?? (ca ? [] : [serverAuth]);
    const names = [
        ...(options.dnsNames ?? []).map((text) => tlv(0x82, Buffer.from(text))),
        ...(options.addresses ?? []).map((bytes) => tlv(0x87, Buffer.from(bytes))),
    ];
    const extensions = [
        extension("2.5.29.19", true, sequence(...(ca ? [bool(true)] : []))),
        ...(names.length === 0 ? [] : [extension("2.5.29.17", false, sequence(...names))]),
        ...(usages.length === 0 ? [] : [extension("2.5.29.37", false, sequence(...usages.map(oid)))]),
        ...(options.issuerUrl === undefined
            ? []
            : [
                  extension(
                      "1.3.6.1.5.5.7.1.1",
                      false,
                      sequence(sequence(oid("1.3.6.1.5.5.7.48.2"), tlv(0x86, Buffer.from(options.issuerUrl)))),
                  ),
              ]),
    ];
    const signed = sequence(
        tlv(0xa0, tlv(0x02, Buffer.from([2]))),
        tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
        algorithm(issuer.key, hash),
        name(issuer.commonName),
        sequence(time(options.notBefore ?? inDays(-30)), time(options.notAfter ?? inDays(60))),
        name(commonName),
        publicKeyOf(key),
        tlv(0xa3, sequence(...extensions)),
    );
    const der = sealed(signed, issuer.key, hash);
    return { pem: armor("CERTIFICATE", der), der, key, commonName };
}

/** A revocation list that revokes nothing. */
export function revocationList(issuer: Issued, nextUpdate = inDays(30)): string {
    const signed = sequence(
        tlv(0x02, Buffer.from([1])),
        algorithm(issuer.key, "sha256"),
        name(issuer.commonName),
        time(inDays(-1)),
        time(nextUpdate),
    );
    return armor("X509 CRL", sealed(signed, issuer.key, "sha256"));
}

function sealed(content: Buffer, key: KeyObject, hash: "sha1" | "sha256" | "md5"): Buffer {
    const signature = sign(key.asymmetricKeyType === "ed25519" ? null : hash, content, key);
    return sequence(content, algorithm(key, hash), tlv(0x03, Buffer.from([0]), signature));
}

function publicKeyOf(key: KeyObject): Buffer {
    return createPublicKey(key).export({ type: "spki", format: "der" });
}

export function armor(label: string, der: Buffer): string {
    const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** A root, two intermediates below it, and a server's certificate for these names under the lower one. */
export function hierarchy(names: readonly string[], options: CertificateOptions = {}) {
    const root = certificate({ commonName: "Test Root", ca: true, notAfter: inDays(3650) });
    const upper = certificate({ commonName: "Test Upper CA", ca: true, issuer: root, notAfter: inDays(1000) });
    const lower = certificate({ commonName: "Test Lower CA", ca: true, issuer: upper, notAfter: inDays(1000) });
    const leaf = certificate({ commonName: names[0] ?? "", dnsNames: names, issuer: lower, ...options });
    return { root, upper, lower, leaf };
}

const years = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2049-12-31T00:00:00Z") };
const fixtureCa = certificate({ commonName: "Test CA", ca: true, ...years });
const fixture = certificate({ dnsNames: ["mqtt.example.com", "ws.example.com"], issuer: fixtureCa, ...years });
const fixtureClient = certificate({ commonName: "client", usages: [clientAuth], issuer: fixtureCa, ...years });

/** For configurations that are not about certificates: valid whenever the test runs, for mqtt.example.com and ws.example.com. */
export const validPem = {
    certificate: fixture.pem,
    privateKey: keyPem(fixture.key),
    ca: fixtureCa.pem,
    crl: revocationList(fixtureCa, years.notAfter),
    /** What a client shows. */
    client: { certificate: fixtureClient.pem, privateKey: keyPem(fixtureClient.key) },
} as const;

/** `certificate.pem` as a stack file has it. */
export const encryptedPair = { certificate: fixture.pem, privateKey: { secure: "v1:private-key" } } as const;

const fixtureFurther = certificate({ dnsNames: ["iot.example.net"], issuer: fixtureCa, ...years });

/** `edge.hosts[].pem` of iot.example.net as a stack file has it. */
export const furtherPair = { certificate: fixtureFurther.pem, privateKey: { secure: "v1:private-key" } } as const;
