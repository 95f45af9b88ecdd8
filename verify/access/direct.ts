import { parseEndpoint, urlOf, type BrokerAccess } from "../target";

/** Brokers that can be dialled as they are, for example those of the lab: a name and a URL each. */
export function directAccess(brokers: readonly { readonly name: string; readonly url: string }[]): BrokerAccess {
    return {
        brokers: brokers.map(({ name, url }) => ({ name, connect: () => Promise.resolve(url) })),
        close: () => Promise.resolve(),
    };
}

/** A broker on the command line: `mqtt://127.0.1.1:1884`, or `NAME=URL`. Throws an `Error` that says what is wrong with it. */
export function parseBroker(text: string): { readonly name: string; readonly url: string } {
    const [, named, rest = text] = /^([\w.-]+)=(.*)$/.exec(text) ?? [];
    const endpoint = parseEndpoint(rest);
    return { name: named ?? `${endpoint.host}:${endpoint.port}`, url: urlOf(endpoint) };
}
