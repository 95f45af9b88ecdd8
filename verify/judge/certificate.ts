import { daysLeftLimitsOf } from "../../components/common/days-left";
import type { Finding } from "../report";
import type { Handshake, SeenCertificate } from "../wire/tls";

export interface CertificateLimits {
    /** Fewer whole days than this are a warning. Default: 21, or a quarter of its life for a certificate that lives shorter. */
    readonly warnDays?: number;
    /** Fewer whole days than this are a failure. Default: 7, or a twelfth of its life. */
    readonly failDays?: number;
}

const dayMs = 86_400_000;

/** Whole days until the first certificate of a chain ends; negative where one has ended. */
export function daysLeft(chain: readonly SeenCertificate[], now: Date): number {
    return Math.floor((Math.min(...chain.map(({ validUntil }) => validUntil)) - now.getTime()) / dayMs);
}

/** Judges what a handshake showed: does the chain verify for the host, and for how long. */
export function judgeCertificate(result: Handshake, host: string, limits: CertificateLimits, now: Date): Finding {
    switch (result.kind) {
        case "unreachable":
            return {
                status: "failed",
                seen: `cannot be reached: ${result.code}`,
                todo: "see that the name resolves, the load balancer has an address and the firewall lets this machine in",
            };
        case "refused":
            return {
                status: "failed",
                seen: `the handshake was refused: ${result.code}`,
                todo: "look at the log of what terminates TLS; with client certificates, name one with --cert and --key",
            };
        case "not-offered":
            return { status: "skipped", seen: `this machine's OpenSSL cannot shake hands: ${result.code}` };
        case "not-tls":
            return {
                status: "failed",
                seen: "what answers speaks no TLS",
                todo: "terminate TLS at this port (vernemq:edge): passwords would cross the net in plain text",
            };
        case "done":
            return judgeChain(result, host, limits, now);
    }
}

function judgeChain(
    { chain, mistrust }: Extract<Handshake, { kind: "done" }>,
    host: string,
    limits: CertificateLimits,
    now: Date,
): Finding {
    const [server] = chain;
    if (server === undefined) {
        return { status: "failed", seen: "the server shows no certificate", todo: "give the edge a certificate" };
    }
    const days = daysLeft(chain, now);
    const until = new Date(Math.min(...chain.map(({ validUntil }) => validUntil))).toISOString().slice(0, 10);
    const named = `${server.subject}, issued by ${server.issuer}`;
    const left = days < 0 ? `expired on ${until}` : `${days} days left (${until})`;
    if (mistrust !== undefined) {
        return {
            status: "failed",
            seen: `${named}: ${reasonOf(mistrust, host)}; ${left}`,
            todo: todoOf(mistrust.code),
        };
    }
    const usual = daysLeftLimitsOf((server.validUntil - server.validFrom) / dayMs);
    const { warnDays = usual.warning, failDays = usual.problem } = limits;
    const seen = `${named}, verifies for ${host}; ${left}`;
    const todo = "renew it; where cert-manager or the cloud renews it, find out why it has not";
    if (days < failDays) {
        return { status: "failed", seen, todo };
    }
    return days < warnDays ? { status: "warning", seen, todo } : { status: "ok", seen };
}

/** The codes that X509_verify_cert gives (https://nodejs.org/api/tls.html#x509-certificate-error-codes), in words. */
function reasonOf({ code, message }: { readonly code: string; readonly message: string }, host: string): string {
    switch (code) {
        case "CERT_HAS_EXPIRED":
            return "it has expired";
        case "CERT_NOT_YET_VALID":
            return "it is not valid yet";
        case "ERR_TLS_CERT_ALTNAME_INVALID":
            return `it is not issued for ${host}`;
        case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
        case "UNABLE_TO_GET_ISSUER_CERT":
        case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
        case "SELF_SIGNED_CERT_IN_CHAIN":
        case "DEPTH_ZERO_SELF_SIGNED_CERT":
            return `its issuer is not trusted (${code})`;
        default:
            return message;
    }
}

function todoOf(code: string): string {
    switch (code) {
        case "CERT_HAS_EXPIRED":
            return "renew it; where cert-manager or the cloud renews it, find out why it has not";
        case "CERT_NOT_YET_VALID":
            return "compare the clocks of this machine and of the issuer";
        case "ERR_TLS_CERT_ALTNAME_INVALID":
            return "issue it for the name that devices dial (vernemq:edge host), or dial the name that it has";
        default:
            return "give the CA with --ca, and let the server send its intermediate certificates";
    }
}
