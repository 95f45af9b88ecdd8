import { isIP, type LookupFunction } from "node:net";

export interface Dial {
    /** Address that the host is dialled at. Default: what it resolves to. */
    readonly address?: string;
    readonly ca?: string;
    readonly clientCertificate?: { readonly certificate: string; readonly key: string };
    readonly timeoutMs: number;
}

/** Options of TLS: whom to trust and what to show. */
export function trustOf({ ca, clientCertificate }: Dial) {
    return { ca, cert: clientCertificate?.certificate, key: clientCertificate?.key };
}

/** The server's name in TLS, for which an address may not stand. */
export function serverNameOf(host: string): string | undefined {
    return isIP(host) === 0 ? host : undefined;
}

/** What has a name dialled at this address, whatever it resolves to; TLS and HTTP still go by the name. Nothing without an address. */
export function dialledAt(address: string | undefined): { readonly lookup?: LookupFunction } {
    if (address === undefined) {
        return {};
    }
    const family = isIP(address);
    return {
        lookup: (_host, options, done) => {
            if (options.all === true) {
                done(null, [{ address, family }]);
            } else {
                done(null, address, family);
            }
        },
    };
}
