/** Where the container finds its files. One prefix, so that the lab and the tests can put them elsewhere. */
const root = "/edge";

/** The ConfigMap's mount: configuration, Lua, and the client CA with its revocation list. */
export const configFolder = `${root}/config`;

/** The certificate Secret's mount. Kubernetes renews the files in place. */
export const certificateFolder = `${root}/certificate`;

/** A folder in memory, the only one that the container can write to: the socket of HAProxy's runtime API and the keys of session tickets. */
export const runFolder = `${root}/run`;

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
