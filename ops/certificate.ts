import { X509Certificate } from "node:crypto";
import { daysLeftLimitsOf } from "../components/common/days-left";

const dayMs = 86_400_000;

/** A server certificate, from the side of its operator. */
export type CertificateState = Readonly<ReturnType<typeof certificateState>>;

/**
 * Reads the first certificate of a PEM chain, which is the server's.
 *
 * @throws where there is none
 */
export function certificateState(pem: string, now: Date) {
    const certificate = new X509Certificate(pem);
    const [start, end] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    const names = [...(certificate.subjectAltName ?? "").matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
        ([, name = ""]) => name,
    );
    return {
        names,
        /** ISO 8601. */
        notAfter: end.toISOString(),
        /** Whole days left; negative once it has expired. */
        daysLeft: Math.floor((end.getTime() - now.getTime()) / dayMs),
        /** Days before its end from which it is worth a warning, and from which it is a problem: by its own life. */
        limits: daysLeftLimitsOf((end.getTime() - start.getTime()) / dayMs),
    };
}
