import { X509Certificate } from "node:crypto";
import { type Fault, readPem } from "./pem";

/** Certificates in the order of the text, or why they cannot be read. */
export type Chain = { readonly certificates: readonly X509Certificate[] } | { readonly fault: Fault };

export function readChain(pem: string, allowed: { readonly comments?: boolean }): Chain {
    const result = readPem(pem, "certificate", allowed);
    if (!result.ok) {
        return { fault: result.fault };
    }
    const certificates: X509Certificate[] = [];
    for (const [index, { der }] of result.blocks.entries()) {
        try {
            certificates.push(new X509Certificate(der));
        } catch {
            return {
                fault: {
                    rule: `certificate ${index + 1} cannot be read: it is damaged, or not a certificate`,
                    remedy: "export it again; `openssl x509 -noout -text -in FILE` has to show it",
                },
            };
        }
    }
    return { certificates };
}

export function duplicateFault(chain: readonly X509Certificate[]): Fault | undefined {
    const prints = chain.map(({ fingerprint256 }) => fingerprint256);
    const index = prints.findIndex((print, position) => prints.indexOf(print) !== position);
    return index < 0
        ? undefined
        : {
              rule: `certificate ${index + 1} is the same as certificate ${prints.indexOf(prints[index] ?? "") + 1}`,
              remedy: "write each certificate once",
          };
}

export function dateFault(certificate: X509Certificate, now: Date): Fault | undefined {
    if (endOf(certificate) <= now.getTime()) {
        return { rule: `${nameOf(certificate)} expired on ${day(endOf(certificate))}`, remedy: "give a renewed one" };
    }
    return startOf(certificate) > now.getTime()
        ? {
              rule: `${nameOf(certificate)} is not valid before ${day(startOf(certificate))}`,
              remedy: "wait until then, or give one that is valid now; if it should be, this machine's clock is wrong",
          }
        : undefined;
}

export function isSelfSigned(certificate: X509Certificate): boolean {
    return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
}

export function startOf(certificate: X509Certificate): number {
    return Date.parse(certificate.validFrom);
}

export function endOf(certificate: X509Certificate): number {
    return Date.parse(certificate.validTo);
}

export function day(time: number): string {
    return new Date(time).toISOString().slice(0, 10);
}

export function nameOf(certificate: X509Certificate): string {
    return commonName(certificate.subject) ?? namesOf(certificate)[0] ?? "the certificate";
}

export function issuerOf(certificate: X509Certificate): string {
    return commonName(certificate.issuer) ?? "its issuer";
}

function commonName(name: string | undefined): string | undefined {
    const found = /^CN=(.+)$/m.exec(name ?? "")?.[1] ?? /^O=(.+)$/m.exec(name ?? "")?.[1];
    return found === undefined ? undefined : `"${found.slice(0, 80)}"`;
}

export function namesOf(certificate: X509Certificate): readonly string[] {
    return (certificate.subjectAltName ?? "")
        .split(", ")
        .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? []);
}
