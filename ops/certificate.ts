import { X509Certificate } from "node:crypto";
import { type DaysLeftLimits, daysLeftLimitsOf } from "../components/common/days-left";

const dayMs = 86_400_000;

/** A server certificate, from the side of its operator. */
export interface CertificateState {
    /** Names it is for. */
    readonly names: readonly string[];
    /** ISO 8601. */
    readonly notAfter: string;
    /** Whole days left; negative once it has expired. */
    readonly daysLeft: number;
    /** Days before its end from which it is worth a warning, and from which it is a problem: by its own life. */
    readonly limits: DaysLeftLimits;
}

/**
 * Reads the first certificate of a PEM chain, which is the server's.
 *
 * @throws where there is none
 */
export function certificateState(pem: string, now: Date): CertificateState {
    const certificate = new X509Certificate(pem);
    const [start, end] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    const names = [...(certificate.subjectAltName ?? "").matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
        ([, name = ""]) => name,
    );
    return {
        names,
        notAfter: end.toISOString(),
        daysLeft: Math.floor((end.getTime() - now.getTime()) / dayMs),
        limits: daysLeftLimitsOf((end.getTime() - start.getTime()) / dayMs),
    };
}
