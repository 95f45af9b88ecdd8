import { certificate, clientAuth, inDays, keyOf, keyPem, serverAuth, validPem } from "./certificates";

/** Marks stand in for secrets: nothing of them may come out. Where they are put, and how they are found in what comes out. */

type Json = Readonly<Record<string, unknown>>;

export interface Mark {
    readonly kind: string;
    readonly text: string;
    /** The part that is secret. Default: all of it. */
    readonly secret?: string;
}

/** What part of a mark has to show for it to count as found. */
const windowLength = 12;

/** Every part of a mark that counts as found. */
export function windows({ text, secret = text }: Mark): readonly string[] {
    const lines = secret.split("\n").filter((line) => line !== "" && !line.startsWith("---"));
    return lines.flatMap((line) =>
        line.length <= windowLength
            ? [line]
            : Array.from({ length: line.length - windowLength + 1 }, (_, at) => line.slice(at, at + windowLength)),
    );
}

/**
 * What is secret in the PEM of a P-256 key: its scalar. What stands before it names the algorithm and what stands after it is the public key,
 * and both are in its certificate too. RFC 5208 (PKCS #8) puts the scalar's 32 bytes after 36 others, RFC 5915 alone after 7.
 */
export function scalarOf(pem: string): string {
    const [begin = "", first = "", second = ""] = pem.split("\n");
    return begin.includes("BEGIN EC") ? first.slice(10, 52) : `${first.slice(48)}\n${second.slice(0, 26)}`;
}

/** A text as base64 writes it at each of the three offsets, without the letters that its neighbors change. */
function inBase64(text: string): readonly string[] {
    return [0, 1, 2].map((offset) => {
        const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
            .toString("base64")
            .replace(/=*$/, "");
        return encoded.slice(offset === 0 ? 0 : offset + 1, -1 - (encoded.length % 2));
    });
}

const spellingsOf = new Map<Mark, readonly string[]>();

function spellings(mark: Mark): readonly string[] {
    const known = spellingsOf.get(mark);
    const found =
        known ??
        windows(mark).flatMap((text) => [
            text,
            ...inBase64(text),
            encodeURIComponent(text),
            encodeURI(text),
            JSON.stringify(text).slice(1, -1),
        ]);
    spellingsOf.set(mark, known ?? [...new Set(found)]);
    return found;
}

/** The kinds of the marks that a text holds a part of, in plain, in base64 at any offset, or as a URL or JSON writes it. */
export function hits(text: string, marks: readonly Mark[]): readonly string[] {
    return marks.flatMap((mark) => (spellings(mark).some((spelling) => text.includes(spelling)) ? [mark.kind] : []));
}

/** Keys with dots in them are one part below these. */
const maps = /^(vernemq:broker\.(?:settings|secretSettings)|vernemq:cluster\.tags)\.(.+)$/;

/** A setting's path in parts. */
export function partsOf(path: string): readonly (string | number)[] {
    const map = maps.exec(path);
    const words = (text: string) => {
        const [, group = "", rest = ""] = /^([\w-]+:\w+)\.?(.*)$/.exec(text) ?? [];
        const parts = rest.split(/[.[\]]+/).filter((part) => part !== "");
        return [group, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
    };
    return map === null ? words(path) : [...words(map[1] ?? ""), map[2] ?? ""];
}

/** The same path as `pulumi config set --path` takes it. */
export function pulumiPath(path: string): string {
    const [, map = path, key] = maps.exec(path) ?? [];
    return key === undefined ? map : `${map}["${key}"]`;
}

/** A copy of a value with something else at a place. */
export function put(value: unknown, parts: readonly (string | number)[], leaf: unknown): unknown {
    const [part, ...rest] = parts;
    if (part === undefined) {
        return leaf;
    }
    if (typeof part === "number") {
        const list: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
        list[part] = put(list[part], rest, leaf);
        return list;
    }
    const block = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
    return { ...block, [part]: put(block[part], rest, leaf) };
}

const issued = (label: string, usage: string) =>
    certificate({
        commonName: label,
        dnsNames: ["mqtt.example.com", "mqtt.localhost", "ws.example.com", "old.example.com"],
        key: keyOf("p256", label),
        notBefore: inDays(-60),
        notAfter: new Date("2049-12-31T00:00:00Z"),
        usages: [usage],
    }).pem;
const password = (kind: string, text: string): Mark => ({ kind, text });
const privateKey = (kind: string, label: string): Mark => {
    const text = keyPem(keyOf("p256", label));
    return { kind, text, secret: scalarOf(text) };
};

const token = "mK7Qz2pLw9Xv4Rt8Yb3Nd6-cluster";
const kubeconfig: Mark = {
    kind: "kubeconfig",
    secret: token,
    text: JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "marked",
        clusters: [{ name: "marked", cluster: { server: "https://192.0.2.1:6443" } }],
        contexts: ["marked", "rack-1", "shop"].map((name) => ({ name, context: { cluster: "marked", user: "admin" } })),
        users: [{ name: "admin", user: { token } }],
    }),
};

/** A block of settings that a secret belongs to, and the secrets in it. */
interface Block {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly secrets: Readonly<Record<string, Mark>>;
}

const users: Block = {
    settings: {},
    secrets: { "vernemq:broker.users[0].password": password("a user's password", "Käse+Wurst/9-mark-of-user") },
};
const cluster: Block = { settings: {}, secrets: { "vernemq:cluster.kubeconfig": kubeconfig } };
const pem: Block = {
    settings: { "vernemq:certificate": { source: "pem", pem: { certificate: issued("served", serverAuth) } } },
    secrets: { "vernemq:certificate.pem.privateKey": privateKey("the server's private key", "served") },
};
const database: Block = {
    settings: {
        "vernemq:broker.authentication": {
            database: {
                kind: "postgres",
                host: "postgres.data.svc",
                name: "mqtt",
                user: "vernemq",
                tls: { ca: validPem.ca, clientCertificate: { certificate: issued("to-database", clientAuth) } },
            },
        },
        "vernemq:broker.acl": ["user device", "topic read status"],
    },
    secrets: {
        "vernemq:broker.authentication.database.password": password(
            "a database's password",
            "pg:Zr8+qW2/mark-of-database",
        ),
        "vernemq:broker.authentication.database.tls.clientCertificate.privateKey": privateKey(
            "the database client's private key",
            "to-database",
        ),
    },
};
const webhook: Block = {
    settings: {
        "vernemq:broker.authentication": {
            webhook: {
                register: "https://auth.tools.svc/mqtt",
                tls: { clientCertificate: { certificate: issued("to-webhook", clientAuth) } },
            },
        },
    },
    secrets: {
        "vernemq:broker.authentication.webhook.tls.clientCertificate.privateKey": privateKey(
            "the webhook client's private key",
            "to-webhook",
        ),
    },
};
const furtherKeys: Block = {
    settings: { "vernemq:broker.egress": [{ port: 443, cidr: "192.0.2.0/24" }] },
    secrets: {
        "vernemq:broker.secretSettings.vmq_webhooks.marked.endpoint": {
            kind: "a webhook's URL with a login and a query",
            text: "https://device:hunter2markedlogin@192.0.2.7/mqtt?code=hunter2markedcode",
            secret: "hunter2markedlogin\nhunter2markedcode",
        },
        "vernemq:broker.secretSettings.vmq_bridge.tcp.br0.password": password(
            "a bridge's password",
            "br0=Lk4%tT7&mark-of-bridge",
        ),
    },
};
const secondHost: Block = {
    settings: {
        "vernemq:edge.hosts": [{ name: "old.example.com", pem: { certificate: issued("second-host", serverAuth) } }],
    },
    secrets: {
        "vernemq:edge.hosts[0].pem.privateKey": privateKey("a second host's private key", "second-host"),
    },
};
const registry: Block = {
    settings: {
        "vernemq:sources": { images: { mirror: "registry.example.com/mirror", credentials: { username: "puller" } } },
    },
    secrets: {
        "vernemq:sources.images.credentials.password": password("a registry's password", "glpat+mark-of-registry/5Xb"),
    },
};
const acme: Block = {
    settings: {
        "vernemq:certificate": {
            source: "acme",
            acme: {
                server: "https://acme.example.com/directory",
                email: "ops@example.com",
                externalAccount: { keyId: "1" },
            },
        },
    },
    secrets: {
        "vernemq:certificate.acme.externalAccount.hmacKey": password(
            "the key of an ACME account",
            "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W",
        ),
    },
};
const dns = (zone: string, name: string, settings: object, secret: string, mark: Mark): Block => ({
    settings: { "vernemq:dns": { zone, [name]: settings } },
    secrets: { [`vernemq:dns.${name}.${secret}`]: mark },
});
const guid = "00000000-0000-4000-8000-000000000001";
const digitalocean = dns(
    "example.com",
    "digitalocean",
    {},
    "token",
    password("an API token of DigitalOcean", `dop_v1_${"5e8a".repeat(16)}`),
);

/** What is put into each example: all settings that are secrets, in blocks that may stand beside each other. */
const blocks: Readonly<Record<string, readonly Block[]>> = {
    aks: [users, pem, database, furtherKeys, registry],
    dev: [users, cluster, pem, database, furtherKeys, secondHost],
    doks: [users, acme, digitalocean, webhook],
    eks: [users, pem, database, furtherKeys, registry],
    gke: [users, pem, database, furtherKeys],
    ingress: [
        users,
        cluster,
        acme,
        dns(
            "example.com",
            "azureDns",
            { resourceGroup: "dns", subscriptionId: guid, tenantId: guid, clientId: guid },
            "clientSecret",
            password("a client secret of Azure", "q8Q~mark-of-azure-7Yt.Lp2"),
        ),
        database,
    ],
    metal: [
        users,
        cluster,
        acme,
        dns(
            "Z0123456789ABCDEFGHIJ",
            "route53",
            { accessKeyId: "AKEXAMPLE" },
            "secretAccessKey",
            password("an access key of AWS", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYmarkofaws"),
        ),
        webhook,
        furtherKeys,
    ],
    operator: [
        users,
        cluster,
        acme,
        dns("example-zone", "cloudDns", { project: "example-project" }, "serviceAccountKey", {
            kind: "a service account's key of Google",
            secret: "7b1fmarkofgoogle5a2c",
            text: JSON.stringify({ type: "service_account", private_key_id: "7b1fmarkofgoogle5a2c" }),
        }),
    ],
};

/** An example's settings with room for secrets in right places, and the secrets that belong there. */
export function markedExample(
    stack: string,
    config: Json,
): { readonly config: Json; readonly secrets: Readonly<Record<string, Mark>> } {
    const own = blocks[stack];
    if (own === undefined) {
        throw new Error(`there are no marks for stack ${stack}`);
    }
    const hasOwnZone = own.some(({ settings }) => "vernemq:dns" in settings);
    const kept = Object.fromEntries(Object.entries(config).filter(([group]) => group !== "vernemq:dns" || !hasOwnZone));
    return {
        config: own
            .flatMap(({ settings }) => Object.entries(settings))
            .reduce<Json>((all, [path, value]) => put(all, partsOf(path), value) as Json, kept),
        secrets: Object.assign({}, ...own.map(({ secrets }) => secrets)) as Readonly<Record<string, Mark>>,
    };
}
