import { isIP } from "node:net";
import type { EgressTarget } from "./network-rules";

/** Where the brokers' NetworkPolicy has to let them go for a host. */
export type Destination =
    | { readonly kind: "egress"; readonly target: EgressTarget }
    /** A name outside the cluster: a NetworkPolicy knows addresses only. */
    | { readonly kind: "name" };

/**
 * The destination of a host as the brokers see it: an address, a Service (`db` in the broker's namespace, `db.data.svc`,
 * `db-0.db.data.svc.cluster.local`), or a name of the outer world.
 */
export function destinationOf(host: string, port: number, ownNamespace: string): Destination {
    const address = host.replace(/^\[(.*)\]$/, "$1");
    const version = isIP(address);
    if (version !== 0) {
        return { kind: "egress", target: { port, cidr: `${address}/${version === 4 ? "32" : "128"}` } };
    }
    const labels = host.split(".");
    const service = labels.indexOf("svc");
    const namespace = labels.length === 1 ? ownNamespace : service > 1 ? labels[service - 1] : undefined;
    return namespace === undefined ? { kind: "name" } : { kind: "egress", target: { port, namespace } };
}

/** Whether a host is inside the cluster by its name. */
export function isInCluster(host: string): boolean {
    const destination = destinationOf(host, 1, "own");
    return destination.kind === "egress" && destination.target.namespace !== undefined;
}

/** What is wrong with the name or address of a host, or undefined. */
export function hostProblem(host: string): string | undefined {
    if (isIP(host) !== 0) {
        return undefined;
    }
    if (host !== host.toLowerCase()) {
        return "a host name is written in lower case: the image's start script drops lines with certain words in capitals";
    }
    return host.length <= 253 && host.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
        ? undefined
        : "a host is a DNS name or an IP address, without scheme and port";
}

/** A webhook's URL in parts; undefined where it is none. */
export function endpointOf(text: string): { readonly host: string; readonly port: number } | undefined {
    if (!URL.canParse(text)) {
        return undefined;
    }
    const { hostname, port, protocol } = new URL(text);
    return {
        host: hostname.replace(/^\[(.*)\]$/, "$1"),
        port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    };
}

/** Whether a text is a URL with a login or a query, where tokens are written. */
export function holdsLoginOrQuery(text: string): boolean {
    return /^[a-z][a-z0-9+.-]*:\/\/([^\s/]*@|\S*\?)/i.test(text);
}

/** What is wrong with the URL of a webhook, or undefined. */
export function endpointProblem(text: string): string | undefined {
    if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
        return "an endpoint is an http or https URL";
    }
    const url = new URL(text);
    if (url.username !== "" || url.password !== "") {
        return "an endpoint holds no user and password: the values of a Helm release are kept in plain text";
    }
    if (url.search !== "" || text.includes("?")) {
        return "an endpoint has no query: a token in it would be in plain text in the release's values and in logs";
    }
    if (url.hash !== "" || text.includes("#")) {
        return "an endpoint has no fragment: vernemq.conf is cut at `#`";
    }
    if (/\s/.test(text)) {
        return "an endpoint has no white space";
    }
    const authority = /^https?:\/\/([^/?]*)/.exec(text)?.[1] ?? "";
    return authority === authority.toLowerCase() ? hostProblem(endpointOf(text)?.host ?? "") : hostProblem(authority);
}
