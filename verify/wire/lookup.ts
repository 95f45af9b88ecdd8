import { isIP, type LookupFunction } from "node:net";

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
