import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { compact } from "../common/compact";
import { daysLeftLimitsOf } from "../common/days-left";
import {
    dateFault,
    day,
    duplicateFault,
    endOf,
    isSelfSigned,
    issuerOf,
    nameOf,
    namesOf,
    readChain,
    startOf,
} from "./chain";
import { signatureAlgorithmOf } from "./der";
import { type Fault, keyTypeRemedy, readPem } from "./pem";

/** A fault and which of the two settings it is about. */
export interface PairFault extends Fault {
    readonly part: "certificate" | "privateKey";
}

export interface Pair {
    /** Certificate, followed by its intermediates; undefined where it cannot be read yet, as an encrypted one offline. */
    readonly certificate: string | undefined;
    /** Likewise. */
    readonly privateKey: string | undefined;
}

/** What a certificate is for. */
export interface Purpose {
    readonly usage: "server" | "client";
    /** Names and addresses that clients connect to. */
    readonly hosts: readonly string[];
    /** Undefined: its dates are not looked at. */
    readonly now: Date | undefined;
}

const dayMs = 86_400_000;

/** What is wrong with a certificate and its key: everything that a load balancer or a client would refuse later. */
export function pairFaults({ certificate, privateKey }: Pair, purpose: Purpose): readonly PairFault[] {
    const chain = certificate === undefined ? undefined : readChain(certificate, {});
    const key = privateKey === undefined ? undefined : readKey(privateKey);
    const opened = key === undefined || "rule" in key ? undefined : key;
    const faults: PairFault[] = [];
    if (chain !== undefined) {
        const found = "fault" in chain ? [chain.fault] : chainFaults(chain.certificates, purpose, opened);
        faults.push(...found.map((fault) => ({ part: "certificate" as const, ...fault })));
    }
    if (key !== undefined && "rule" in key) {
        faults.push({ part: "privateKey", ...key });
    }
    const leaf = chain !== undefined && "certificates" in chain ? chain.certificates[0] : undefined;
    if (faults.length === 0 && leaf !== undefined && opened !== undefined && !leaf.checkPrivateKey(opened)) {
        faults.push({
            part: "privateKey",
            rule: `it is not the key of the certificate: the certificate holds ${describeKey(leaf.publicKey)}, this is ${describeKey(opened)}`,
            remedy: "give the key that the certificate was requested with, or the certificate of this key",
        });
    }
    return faults;
}

/** A certificate whose end is near, by its own life. The text stays the same from day to day. */
export function expiryWarning(certificate: string, now: Date): string | undefined {
    const chain = readChain(certificate, {});
    if ("fault" in chain) {
        return undefined;
    }
    const first = [...chain.certificates].sort((a, b) => endOf(a) - endOf(b))[0];
    const limit = first === undefined ? 0 : daysLeftLimitsOf((endOf(first) - startOf(first)) / dayMs).warning;
    return first === undefined || endOf(first) - now.getTime() >= limit * dayMs
        ? undefined
        : `${nameOf(first)} expires on ${day(endOf(first))}: less than ${limit} days are left`;
}

function readKey(pem: string): KeyObject | Fault {
    const result = readPem(pem, "private key");
    if (!result.ok) {
        return result.fault;
    }
    const [block, second] = result.blocks;
    if (block === undefined || second !== undefined) {
        return {
            rule: `there are ${result.blocks.length} private keys`,
            remedy: "give the private key of the certificate alone",
        };
    }
    try {
        return createPrivateKey(block.text);
    } catch {
        return {
            rule: "the private key cannot be read: it is damaged",
            remedy: "export it again; `openssl pkey -noout -in FILE` has to take it",
        };
    }
}

/** The first thing that is wrong with each part: a fault that only follows from another is no help. */
function chainFaults(chain: readonly X509Certificate[], purpose: Purpose, key: KeyObject | undefined): Fault[] {
    const [leaf] = chain;
    if (leaf === undefined) {
        return [];
    }
    const structure = duplicateFault(chain) ?? orderFault(chain, key);
    if (structure !== undefined) {
        return [structure];
    }
    const { now } = purpose;
    return compact([
        usageFault(leaf, purpose.usage),
        keyFault(leaf),
        ...chain.slice(1).map((issuer) => keyFault(issuer)),
        ...chain.map(signatureFault),
        ...purpose.hosts.map((host) => hostFault(leaf, host)),
        ...chain.map((certificate) => now !== undefined && dateFault(certificate, now)),
    ]);
}

function orderFault(chain: readonly X509Certificate[], key: KeyObject | undefined): Fault | undefined {
    const [leaf, ...issuers] = chain;
    if (leaf === undefined) {
        return undefined;
    }
    const order = "write the server's certificate first, then its issuer's, and so on up";
    const server = issuers.find((certificate) => !certificate.ca);
    if (leaf.ca) {
        return server === undefined
            ? {
                  rule: `${nameOf(leaf)} is a certificate authority, not a server's certificate`,
                  remedy: "give the certificate that was issued for the host, followed by its intermediates",
              }
            : {
                  rule: `the chain is in the wrong order: ${nameOf(leaf)} is an authority and comes first`,
                  remedy: order,
              };
    }
    if (server !== undefined) {
        return key !== undefined && server.checkPrivateKey(key)
            ? {
                  rule: `certificate ${chain.indexOf(server) + 1} is the one of the private key`,
                  remedy: order,
              }
            : {
                  rule: `there is a second certificate that is not an authority's: ${nameOf(server)}`,
                  remedy: "give one certificate and its intermediates",
              };
    }
    for (const [index, issuer] of issuers.entries()) {
        const issued = chain[index] ?? leaf;
        if (issued.issuer !== issuer.subject) {
            const elsewhere = issuers.some((other) => other.subject === issued.issuer);
            return elsewhere
                ? {
                      rule: `the chain is in the wrong order after ${nameOf(issued)}, which ${issuerOf(issued)} issued`,
                      remedy: order,
                  }
                : {
                      rule: `the chain has a gap: ${issuerOf(issued)} issued ${nameOf(issued)}, and the next certificate is ${nameOf(issuer)}`,
                      remedy: "add the missing intermediate, or remove what does not belong to the chain",
                  };
        }
        if (!issued.checkIssued(issuer) || !issued.verify(issuer.publicKey)) {
            return {
                rule: `${nameOf(issued)} names ${nameOf(issuer)} as its issuer, but that certificate has another key than the one that signed it`,
                remedy: "give the issuer's certificate of that time, or have the certificate issued again",
            };
        }
    }
    // Devices do not fetch what the certificate says where to find, as browsers do.
    const fetches = (leaf.infoAccess ?? "").includes("CA Issuers");
    return issuers.length === 0 && fetches && !isSelfSigned(leaf)
        ? {
              rule: `the chain is incomplete: the certificate of ${issuerOf(leaf)}, which issued ${nameOf(leaf)}, is missing`,
              remedy: "append the intermediates (they are in a file called fullchain or bundle); where the issuer is a root, append that",
          }
        : undefined;
}

const usages = {
    server: { oid: "1.3.6.1.5.5.7.3.1", name: "serverAuth" },
    client: { oid: "1.3.6.1.5.5.7.3.2", name: "clientAuth" },
} as const;
const anyUsage = "2.5.29.37.0";

function usageFault(leaf: X509Certificate, usage: Purpose["usage"]): Fault | undefined {
    // Undefined where the certificate has no such extension, and then it is for everything.
    const allowed = leaf.keyUsage as readonly string[] | undefined;
    const { oid, name } = usages[usage];
    return allowed === undefined || allowed.includes(oid) || allowed.includes(anyUsage)
        ? undefined
        : {
              rule: `the certificate is not for a ${usage} (its extended key usage has no ${name})`,
              remedy: `have one issued with extended key usage ${name}`,
          };
}

const curves: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

function keyFault(certificate: X509Certificate): Fault | undefined {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
    const bits = details?.modulusLength ?? 0;
    const usable =
        (type === "rsa" && bits >= 2048 && bits <= 4096) || (type === "ec" && (details?.namedCurve ?? "") in curves);
    return usable
        ? undefined
        : {
              rule: `${nameOf(certificate)} has ${describeKey(certificate.publicKey)}, which load balancers or clients refuse`,
              remedy: `have it issued for another key: ${keyTypeRemedy}`,
          };
}

function describeKey({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
    switch (type) {
        case "rsa":
            return `an RSA key of ${details?.modulusLength ?? 0} bits`;
        case "ec":
            return `an ECDSA key on ${curves[details?.namedCurve ?? ""] ?? details?.namedCurve ?? "an unknown curve"}`;
        default:
            return `a key of type ${type ?? "unknown"}`;
    }
}

/** Signatures that TLS libraries refuse (RFC 9155; OpenSSL from security level 1 on). */
const weakSignatures: Readonly<Record<string, string>> = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.3.14.3.2.29": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
};

function signatureFault(certificate: X509Certificate): Fault | undefined {
    const weak = weakSignatures[signatureAlgorithmOf(certificate.raw) ?? ""];
    // The signature of a root is not checked: it is trusted by itself.
    return weak === undefined || (certificate.ca && isSelfSigned(certificate))
        ? undefined
        : {
              rule: `${nameOf(certificate)} is signed with ${weak}, which clients refuse`,
              remedy: "have it issued again with SHA-256",
          };
}

/** Only names of the extension count, and a wildcard stands for one whole label (RFC 9525, 6.3; RFC 6125, 6.4.3). */
function hostFault(leaf: X509Certificate, host: string): Fault | undefined {
    const options = { subject: "never", partialWildcards: false, multiLabelWildcards: false } as const;
    const matches = isIP(host) === 0 ? leaf.checkHost(host, options) : leaf.checkIP(host);
    if (matches !== undefined) {
        return undefined;
    }
    const names = namesOf(leaf);
    const found =
        names.length === 0
            ? "it has no subject alternative name, and clients no longer read the common name"
            : `it is for ${listed(names)}`;
    return {
        rule: `the certificate is not for ${host}: ${found}`,
        remedy: `have it issued for ${host}, or set vernemq:edge.host to a name that it has; a wildcard stands for one label`,
    };
}

function listed(names: readonly string[]): string {
    const shown = names.slice(0, 5).join(", ");
    return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
