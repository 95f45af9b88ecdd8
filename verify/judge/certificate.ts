import { daysLeftLimitsOf } from "../../components/common/days-left";
import { failed, type Finding, ok, skipped } from "../report";
import type { CertificateOrigin } from "../target";
import type { Handshake, SeenCertificate } from "../wire/tls";

export interface CertificateLimits {
    /** Fewer whole days than this are a warning. Default: 21, or a quarter of its life for a certificate that lives shorter. */
    readonly warnDays?: number;
    /** Fewer whole days than this are a failure. Default: 7, or a twelfth of its life. */
    readonly failDays?: number;
    /** Where the certificate comes from: what is to be done about it differs. */
    readonly origin?: CertificateOrigin | undefined;
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
            return failed(
                `cannot be reached: ${result.code}`,
                "see that the name resolves, the load balancer has an address and the firewall lets this machine in",
            );
        case "refused":
            return failed(
                `the handshake was refused: ${result.code}`,
                "look at the log of what terminates TLS; with client certificates, name one with --cert and --key",
            );
        case "not-offered":
            return skipped(`this machine's OpenSSL cannot shake hands: ${result.code}`);
        case "not-tls":
            return failed(
                "the server does not use TLS",
                "terminate TLS at this port (vernemq:edge): passwords would cross the network in plain text",
            );
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
        return failed("the server shows no certificate", "give the edge a certificate");
    }
    const days = daysLeft(chain, now);
    const until = new Date(Math.min(...chain.map(({ validUntil }) => validUntil))).toISOString().slice(0, 10);
    // As a device sees it: who issued the first, and who that one, as far as the server shows them.
    const issuers = [...new Set(chain.map(({ issuer }) => issuer))].join(", issued by ");
    const named = `${server.subject}, issued by ${issuers}${limits.origin === undefined ? "" : ` (source ${limits.origin.source})`}`;
    const left = days < 0 ? `expired on ${until}` : `${days} days left (${until})`;
    if (mistrust !== undefined) {
        return failed(`${named}: ${reasonOf(mistrust, host)}; ${left}`, todoOf(mistrust.code, limits.origin));
    }
    const usual = daysLeftLimitsOf((server.validUntil - server.validFrom) / dayMs);
    const { warnDays = usual.warning, failDays = usual.problem } = limits;
    const seen = `${named}, verifies for ${host}; ${left}`;
    const todo = renewalOf(limits.origin);
    if (days < failDays) {
        return failed(seen, todo);
    }
    return days < warnDays ? { status: "warning", seen, todo } : ok(seen);
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

/** How one of this source is renewed, or why it was not. */
function renewalOf(origin: CertificateOrigin | undefined): string {
    switch (origin?.source) {
        case "cloud":
            return "the cloud renews it as long as its validation record is in the DNS zone (in Key Vault: as its policy says); look there";
        case "acme":
        case "cert-manager":
        case "private-ca":
            return `\`kubectl --namespace ${origin.namespace} describe certificate ${origin.secret}\` says why cert-manager has not renewed it`;
        case "pem":
            return "have a new one issued and set it: vernemq:certificate.pem, or pem of vernemq:edge.hosts";
        case "self-signed":
            return `run \`pulumi up --stack ${origin.stack}\`: an update renews it`;
        case undefined:
            return "renew it; where cert-manager or the cloud renews it, find out why it has not";
    }
}

/** How the issuer of one of this source comes to be trusted. */
function trustOf(origin: CertificateOrigin | undefined): string {
    switch (origin?.source) {
        case "acme":
            return "a staging server's certificates are trusted by no client (certificate.acme.staging); for your own ACME server, give the CA with --ca";
        case "private-ca":
        case "self-signed":
            return `give devices output \`ca\` of stack ${origin.stack}: while a CA is exchanged it holds both`;
        case "pem":
            return "append the intermediate certificates to vernemq:certificate.pem.certificate; for your own CA, give it with --ca";
        case "cloud":
        case "cert-manager":
        case undefined:
            return "give the CA with --ca, and let the server send its intermediate certificates";
    }
}

function todoOf(code: string, origin: CertificateOrigin | undefined): string {
    switch (code) {
        case "CERT_HAS_EXPIRED":
            return renewalOf(origin);
        case "CERT_NOT_YET_VALID":
            return "compare the clocks of this machine and of the issuer";
        case "ERR_TLS_CERT_ALTNAME_INVALID":
            return "issue it for the name that devices connect to (vernemq:edge host), or connect to the name that it has";
        default:
            return trustOf(origin);
    }
}
