/** Where the container finds its files. One prefix, so that the lab and the tests can put them elsewhere. */
const root = "/edge";

/** The ConfigMap's mount: configuration, Lua, and the client CA with its revocation list. */
export const configFolder = `${root}/config`;

/** The certificate Secret's mount. Kubernetes renews the files in place. */
export const certificateFolder = `${root}/certificate`;

/** A folder in memory, the only one that the container can write to: the socket of HAProxy's runtime API and the keys of session tickets. */
export const runFolder = `${root}/run`;

/**
 * One certificate that HAProxy serves, in a separate folder below `certificateFolder`; the first one of a stack is in that folder itself,
 * so its folder is empty. HAProxy picks one by the name that a client asks for and by what its key can do.
 */
export interface ServedCertificateFiles {
    readonly folder: string;
    /** Served to clients that name no host too, or one that no certificate has. */
    readonly isDefault: boolean;
}

/** The only certificate of most stacks. */
export const onlyCertificate: readonly ServedCertificateFiles[] = [{ folder: "", isDefault: true }];

/** Path of a file of a served certificate. */
export function certificatePath(folder: string, file: string): string {
    return [certificateFolder, folder, file].filter((part) => part !== "").join("/");
}

/** Names of the files in those folders. */
export const files = {
    config: "haproxy.cfg",
    certificateRenewal: "certificate-renewal.lua",
    sessionTickets: "session-tickets.lua",
    clientCa: "client-ca.pem",
    clientCrl: "client-crl.pem",
    runtimeApi: "haproxy.sock",
    sessionKeys: "session-tickets.keys",
    /** The keys of a Secret of type kubernetes.io/tls. */
    certificate: "tls.crt",
    privateKey: "tls.key",
} as const;
