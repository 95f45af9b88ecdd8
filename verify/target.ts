import type { Affinity, CertificateSource, TlsVersion } from "../components/edge/plan";
import type { Secret } from "../components/common/secret";

/** How a listener is dialled: MQTT or MQTT over WebSocket (path /mqtt), each with or without TLS. */
const schemes = ["mqtts", "wss", "mqtt", "ws"] as const;
type Scheme = (typeof schemes)[number];

/** A listener for devices. */
export interface Endpoint {
    /** What it is called in the report: its scheme, with the host and port where two have the same. */
    readonly name: string;
    readonly scheme: Scheme;
    readonly host: string;
    readonly port: number;
    /** Path with query; WebSocket only. */
    readonly path: string;
    /** Its certificate is not of the target's CA but of an authority that Node.js trusts. */
    readonly publicCa?: true;
    /** Where the stack has the endpoint's certificate from; undefined where that is not known. */
    readonly origin?: CertificateOrigin;
}

/** Where a certificate comes from, and where cert-manager keeps it. */
export interface CertificateOrigin {
    readonly source: CertificateSource;
    readonly namespace: string;
    /** Name of the Secret, which cert-manager's Certificate has too. */
    readonly secret: string;
    readonly stack: string;
}

/** A way to one broker, past the edge. */
export interface BrokerDoor {
    /** The broker's name: its pod's. */
    readonly name: string;
    /** Opens the way and gives the URL to dial, `mqtt://127.0.0.1:40001`. */
    connect(): Promise<string>;
    /** What went wrong on the way, where that is known: a connection that just ends does not say. */
    problem?(): string | undefined;
}

/** Ways to every broker, past the edge: what is seen through them is the ground truth. */
export interface BrokerAccess {
    readonly brokers: readonly BrokerDoor[];
    close(): Promise<void>;
}

interface Credentials {
    readonly username: string;
    readonly password: Secret;
}

/** What is verified, and how it is meant to be. */
export interface VerifyTarget {
    /** What the report calls it. */
    readonly name: string;
    readonly endpoints: readonly Endpoint[];
    /** Address that the endpoints' names are dialled at. Default: what they resolve to. */
    readonly address?: string;
    /** Connections in a second that the edge takes from one source, where that is known. */
    readonly connectionsPerSourcePerSecond?: number;
    /** PEM of the CA that signed the certificates. Default: the authorities that Node.js trusts. */
    readonly ca?: string;
    /** PEM of the certificate that clients show, where the edge asks for one. */
    readonly clientCertificate?: { readonly certificate: string; readonly key: Secret };
    /** The user that the checks connect as. Default: none, which only an open broker lets in. */
    readonly credentials?: Credentials;
    /** Everyone may connect, and that is meant so. */
    readonly allowAnonymous: boolean;
    readonly minimumTlsVersion: TlsVersion;
    readonly affinity: Affinity;
    /** VerneMQ's `shared_subscription_policy` where it is known not to be the default, `prefer_local`. */
    readonly sharedSubscriptionPolicy?: string;
    /** Ways past the edge, or why there are none. */
    readonly access: BrokerAccess | { readonly missing: string };
    /** All topics begin with it: the user must be allowed to read and write below it. */
    readonly topicPrefix: string;
}

/** An endpoint that the URL names. Throws an `Error` that says what is wrong with it. */
export function parseEndpoint(text: string): Omit<Endpoint, "name"> {
    const url = URL.parse(text);
    const scheme = schemes.find((known) => `${known}:` === url?.protocol);
    if (url === null || scheme === undefined || url.hostname === "") {
        throw new Error("it has to be a URL such as mqtts://HOST:8883 or wss://HOST:443/mqtt");
    }
    if (url.username !== "" || url.password !== "") {
        throw new Error("it must not hold a user and password: others can read command lines");
    }
    const isWebSocket = scheme === "wss" || scheme === "ws";
    if (!isWebSocket && url.pathname.length > 1) {
        throw new Error("only WebSocket has a path");
    }
    return {
        scheme,
        host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
        port: url.port === "" ? defaultPorts[scheme] : Number(url.port),
        path: isWebSocket ? (url.pathname.length > 1 ? `${url.pathname}${url.search}` : "/mqtt") : "",
    };
}

/** Names endpoints by their scheme, and by host and port too where two share one. */
export function nameEndpoints(urls: readonly string[]): readonly Endpoint[] {
    const parsed = urls.map(parseEndpoint);
    return parsed.map((endpoint) => {
        const isAlone = parsed.filter(({ scheme }) => scheme === endpoint.scheme).length === 1;
        return { ...endpoint, name: isAlone ? endpoint.scheme : urlOf(endpoint) };
    });
}

export function urlOf({ scheme, host, port, path }: Omit<Endpoint, "name">): string {
    return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
}

export function hasTls({ scheme }: Pick<Endpoint, "scheme">): boolean {
    return scheme === "mqtts" || scheme === "wss";
}

export function isWebSocket({ scheme }: Pick<Endpoint, "scheme">): boolean {
    return scheme === "wss" || scheme === "ws";
}

const defaultPorts: Readonly<Record<Scheme, number>> = { mqtts: 8883, wss: 443, mqtt: 1883, ws: 80 };
