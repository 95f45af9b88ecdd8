import { compact } from "../common/compact";
import { dateFault, day, duplicateFault, isSelfSigned, issuerOf, nameOf, readChain } from "./chain";
import { readRevocationList, subjectOf } from "./der";
import { type Fault, readPem } from "./pem";

/** What is wrong with the certificates of authorities that are trusted. */
export function authorityFaults(pem: string, trusted: "clients" | "server", now: Date | undefined): Fault[] {
    const chain = readChain(pem, { comments: true });
    if ("fault" in chain) {
        return [chain.fault];
    }
    const { certificates } = chain;
    // A server's own self-signed certificate is trusted by itself.
    const leaf = certificates.find(
        (certificate) => !certificate.ca && !(trusted === "server" && isSelfSigned(certificate)),
    );
    return compact([
        duplicateFault(certificates),
        leaf !== undefined && {
            rule: `${nameOf(leaf)} is not the certificate of an authority (CA: false)`,
            remedy: `give the certificate of its issuer, ${issuerOf(leaf)}`,
        },
        ...certificates.map((certificate) => now !== undefined && dateFault(certificate, now)),
    ]).slice(0, 1);
}

/** What is wrong with revocation lists: a client of an authority without a valid list is refused. */
export function revocationFaults(pem: string, authorities: string | undefined, now: Date | undefined): Fault[] {
    const result = readPem(pem, "certificate revocation list", { comments: true });
    if (!result.ok) {
        return [result.fault];
    }
    const chain = authorities === undefined ? undefined : readChain(authorities, { comments: true });
    const certificates = chain === undefined || "fault" in chain ? [] : chain.certificates;
    for (const [index, { der }] of result.blocks.entries()) {
        const list = readRevocationList(der);
        const which = `list ${index + 1}`;
        if (list === undefined) {
            return [
                { rule: `${which} cannot be read: it is damaged, or not a revocation list`, remedy: "export it again" },
            ];
        }
        if (certificates.length > 0 && !certificates.some(({ raw }) => subjectOf(raw) === list.issuer)) {
            return [
                {
                    rule: `${which} is of an authority that is not among the trusted ones`,
                    remedy: "give the lists of the authorities in `ca`",
                },
            ];
        }
        if (now !== undefined && list.nextUpdate !== undefined && list.nextUpdate <= now) {
            return [
                {
                    rule: `${which} was valid until ${day(list.nextUpdate.getTime())}: with an outdated list every client is refused`,
                    remedy: "fetch the current one from its authority",
                },
            ];
        }
    }
    return [];
}
