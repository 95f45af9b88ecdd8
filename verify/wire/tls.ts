import { connect, type ConnectionOptions, type PeerCertificate, type SecureVersion, type TLSSocket } from "node:tls";
import { type Dial, dialledAt, serverNameOf, trustOf } from "./dial";

export interface HandshakeRequest extends Dial {
    readonly host: string;
    readonly port: number;
    /** Only this version is offered. Default: all that Node.js offers by itself. */
    readonly version?: SecureVersion;
}

/** A certificate of a chain, as far as it is judged. */
export interface SeenCertificate {
    readonly subject: string;
    readonly issuer: string;
    /** ms since 1970. */
    readonly validFrom: number;
    readonly validUntil: number;
}

/** What came of a handshake. */
export type Handshake =
    | {
          readonly kind: "done";
          readonly version: string;
          /** The server's first, its issuers after it. */
          readonly chain: readonly SeenCertificate[];
          /** Why the chain does not verify for the host; undefined where it does. */
          readonly mistrust?: { readonly code: string; readonly message: string };
      }
    /** The server (or what stands before it) ended the handshake. */
    | { readonly kind: "refused"; readonly code: string }
    /** The peer speaks something else than TLS. */
    | { readonly kind: "not-tls" }
    /** There was no connection at all, or nothing came in time. */
    | { readonly kind: "unreachable"; readonly code: string }
    /** The OpenSSL of this machine cannot offer that version. */
    | { readonly kind: "not-offered"; readonly code: string };

/** Shakes hands, says nothing more and hangs up. It never rejects. */
export function handshake(request: HandshakeRequest): Promise<Handshake> {
    const { host, port, version, timeoutMs } = request;
    const options: ConnectionOptions = {
        host,
        port,
        ...dialledAt(request.address),
        // What does not verify is for the judge, who wants to see it.
        rejectUnauthorized: false,
        servername: serverNameOf(host),
        ...trustOf(request),
        minVersion: version,
        maxVersion: version,
        // OpenSSL 3 offers TLS below 1.2 at security level 0 only (https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/).
        ciphers: version === "TLSv1" || version === "TLSv1.1" ? "DEFAULT:@SECLEVEL=0" : undefined,
    };
    return new Promise((resolve) => {
        let connected = false;
        let socket: TLSSocket;
        try {
            socket = connect(options);
        } catch (error) {
            // Some builds of OpenSSL refuse an option at once.
            resolve({ kind: "not-offered", code: codeOf(error) });
            return;
        }
        const settle = (result: Handshake) => {
            clearTimeout(timer);
            socket.destroy();
            resolve(result);
        };
        const timer = setTimeout(() => {
            settle({ kind: "unreachable", code: connected ? "no answer to the handshake" : "no connection in time" });
        }, timeoutMs);
        socket.once("connect", () => {
            connected = true;
        });
        socket.once("secureConnect", () => {
            const mistrust = socket.authorized ? {} : { mistrust: mistrustOf(socket.authorizationError) };
            const version = socket.getProtocol() ?? "unknown";
            settle({ kind: "done", version, chain: chainOf(socket.getPeerCertificate(true)), ...mistrust });
        });
        socket.on("error", (error) => {
            settle(failureOf(error, connected));
        });
        socket.once("close", () => {
            settle({ kind: connected ? "refused" : "unreachable", code: "closed" });
        });
    });
}

/**
 * Sorts the errors of a handshake. Codes are those of OpenSSL's reasons (https://github.com/openssl/openssl/blob/openssl-3.0/crypto/err/openssl.txt):
 * an alert is the server's own word, "wrong version number" and the like mean that what came is no TLS record.
 */
export function failureOf(error: unknown, connected: boolean): Handshake {
    const code = codeOf(error);
    if (!connected) {
        return { kind: "unreachable", code };
    }
    if (/NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|INTERNAL_ERROR|NO_CIPHER_MATCH/.test(code)) {
        return { kind: "not-offered", code };
    }
    if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|BAD_RECORD_TYPE/.test(code)) {
        return { kind: "not-tls" };
    }
    return { kind: "refused", code };
}

function codeOf(error: unknown): string {
    if (error instanceof Error) {
        return "code" in error && typeof error.code === "string" ? error.code : error.message;
    }
    return String(error);
}

/** Node.js gives the code of OpenSSL's verification, or the error of its own check of the host's name. */
function mistrustOf(error: unknown): { readonly code: string; readonly message: string } {
    const code = codeOf(error);
    return { code, message: error instanceof Error ? error.message : code };
}

/** A name may be there more than once (https://nodejs.org/api/tls.html#certificate-object), or, in newer certificates, not at all. */
function nameOf(commonName: string | readonly string[] | undefined): string {
    return typeof commonName === "string" ? commonName : (commonName?.[0] ?? "(no common name)");
}

function chainOf(first: PeerCertificate): readonly SeenCertificate[] {
    const chain: SeenCertificate[] = [];
    const seen = new Set<string>();
    let current: PeerCertificate | undefined = first;
    // A root names itself as its issuer.
    while (current !== undefined && "fingerprint256" in current && !seen.has(current.fingerprint256)) {
        seen.add(current.fingerprint256);
        chain.push({
            subject: nameOf(current.subject.CN),
            issuer: nameOf(current.issuer.CN),
            validFrom: Date.parse(current.valid_from),
            validUntil: Date.parse(current.valid_to),
        });
        current = "issuerCertificate" in current ? (current.issuerCertificate as PeerCertificate) : undefined;
    }
    return chain;
}
