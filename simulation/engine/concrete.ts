import { createHash } from "node:crypto";
import { idOutput, idPrefix } from "./platforms";
import { mapParts } from "./wire";

/**
 * Turns the models' symbolic texts (`${name.property}`) into values such as a cloud would give. What a value is follows from the
 * resource and the property alone, so that runs can be repeated. Addresses are of the networks kept for documentation (RFC 5737), names
 * of example.net (RFC 2606), and keys and certificates say in their body that they are none.
 */

/** Whose value a symbol stands for. */
export interface Owner {
    readonly type: string;
    readonly name: string;
    /** Tells this resource from its predecessors of the same name. */
    readonly seed: string;
}

/** What a run's account would tell; the models leave it open because the plan has no account. */
const account: Readonly<Record<string, string>> = {
    "gcp.project": "example-project",
    "azure-native.subscriptionId": "00000000-0000-4000-8000-000000000001",
};

const symbol = /\$\{([^{}]+)\}/g;

/** Replaces every symbol in a value. `ownerOf` says whose it is and which property. */
export function concrete(
    value: unknown,
    ownerOf: (text: string) => { readonly owner: Owner; readonly property: string } | undefined,
): unknown {
    const valueOf = (text: string, inner: string): string | number => {
        const found = ownerOf(text);
        return found === undefined
            ? (account[inner] ?? shaped({ type: "", name: inner, seed: inner }, inner))
            : shaped(found.owner, found.property);
    };
    const change = (part: unknown): unknown => {
        if (typeof part !== "string") {
            return mapParts(part, change);
        }
        const whole = /^\$\{([^{}]+)\}$/.exec(part);
        if (whole !== null) {
            return valueOf(part, whole[1] ?? "");
        }
        const hidden = /^[A-Za-z0-9+/]+={0,2}$/.test(part) ? Buffer.from(part, "base64").toString("utf8") : "";
        return /^\$\{[^{}]+\}$/.test(hidden)
            ? Buffer.from(String(valueOf(hidden, hidden.slice(2, -1)))).toString("base64")
            : part.replaceAll(symbol, (text, inner: string) => String(valueOf(text, inner)));
    };
    return change(value);
}

interface Shape {
    readonly property: RegExp;
    readonly value: (owner: Owner, hash: string, property: string) => string | number;
}

const shapes: readonly Shape[] = [
    { property: /resourceRecordType$/, value: () => "CNAME" },
    {
        property: /resourceRecord(Name|Value)$|dnsResourceRecords.*(name|data)$/,
        value: (_o, hash) => `_${hash.slice(0, 32)}.example.net.`,
    },
    {
        property: /latestVersion\.|defaultVersion$/,
        value: (_o, hash) => 1 + (Number.parseInt(hash.slice(0, 6), 16) % 9_999),
    },
    { property: /(^|\.)(arn|.*Arn)$/, value: (owner, hash) => arn(owner, hash) },
    { property: /arnSuffix$/, value: (owner, hash) => `${owner.name}/${hash.slice(0, 16)}` },
    { property: /kubeconfig|rawConfig$/, value: (owner, hash) => kubeconfig(owner.name, hash) },
    {
        property: /clusterCaCertificate$|certificateAuthority\.data$/,
        value: (_o, hash) => Buffer.from(pem("CERTIFICATE", hash)).toString("base64"),
    },
    { property: /publicKeyPem$/, value: (_o, hash) => pem("PUBLIC KEY", hash) },
    { property: /privateKeyPem(Pkcs8)?$/, value: (_o, hash) => pem("PRIVATE KEY", hash) },
    { property: /certRequestPem$/, value: (_o, hash) => pem("CERTIFICATE REQUEST", hash) },
    { property: /certPem$/, value: (_o, hash) => pem("CERTIFICATE", hash) },
    { property: /validityStartTime$|createdAt$/, value: () => "2026-01-01T00:00:00Z" },
    { property: /validityEndTime$|expiresAt$/, value: () => "2036-01-01T00:00:00Z" },
    { property: /bcryptHash$/, value: (_o, hash) => `$2a$10$${hash.slice(0, 53)}` },
    { property: /result$/, value: (_o, hash) => `simulated${hash.slice(0, 23)}` },
    { property: /(^|\.)(publicIp|ip|ipAddress|address)$/, value: (_o, hash) => address(hash) },
    {
        property: /cidrBlock$|[sS]ubnet$/,
        value: (_o, hash) => `10.${byte(hash, 0)}.${byte(hash, 1)}.0/24`,
    },
    {
        property: /endpoint$|host$/,
        value: (owner, hash) => (isGoogle(owner) ? address(hash) : `https://${hash.slice(0, 12)}.example.net`),
    },
    { property: /issuerURL$/, value: (_o, hash) => `https://${hash.slice(0, 12)}.example.net/` },
    {
        property: /(dnsName|hostname|fqdn)$/,
        value: (owner, hash) => `${dnsLabel(owner.name)}-${hash.slice(0, 8)}.example.net`,
    },
    { property: /zoneId$/, value: (_o, hash) => `Z${hash.slice(0, 20).toUpperCase()}` },
    { property: /email$/, value: (owner) => `${dnsLabel(owner.name)}@example-project.iam.gserviceaccount.com` },
    {
        property: /member$/,
        value: (owner) => `serviceAccount:${dnsLabel(owner.name)}@example-project.iam.gserviceaccount.com`,
    },
    {
        property: /selfLink$/,
        value: (owner, hash) => `https://www.googleapis.com/compute/v1/${googlePath(owner, hash)}`,
    },
    { property: /(uid|principalId|clientId|associationId|keyId|loadBalancer\.id)$/i, value: (_o, hash) => uuid(hash) },
    { property: /securityGroupId$/i, value: (_o, hash) => `sg-${hash.slice(0, 17)}` },
    { property: /vpcId$/, value: (_o, hash) => `vpc-${hash.slice(0, 17)}` },
    { property: /(Version|version)$/, value: () => "1.35.1" },
    { property: /status$/, value: () => "ACTIVE" },
    { property: /^id$/, value: id },
    { property: /(^|\.)name$/, value: (owner, hash) => `${owner.name}-${hash.slice(0, 7)}` },
];

function shaped(owner: Owner, property: string): string | number {
    const hash = createHash("sha256").update(`${owner.seed}|${property}`).digest("hex");
    const shape = shapes.find((candidate) => candidate.property.test(property));
    return shape?.value(owner, hash, property) ?? `${property.replaceAll(/[^A-Za-z0-9]+/g, "-")}-${hash.slice(0, 12)}`;
}

function id(owner: Owner, hash: string): string {
    const prefix = idPrefix(owner.type);
    if (prefix !== undefined) {
        return `${prefix}-${hash.slice(0, 17)}`;
    }
    const output = idOutput(owner.type);
    if (output !== undefined) {
        return String(shaped(owner, output));
    }
    return isGoogle(owner) ? googlePath(owner, hash) : uuid(hash);
}

/** `aws:lb/loadBalancer:LoadBalancer` in an account for documentation. */
function arn({ type, name, seed }: Owner, hash: string): string {
    const [, module = "", kind = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
    const service = { lb: "elasticloadbalancing", cloudwatch: "logs" }[module] ?? module;
    const place = module === "iam" ? "" : "eu-central-1";
    const tail = createHash("sha256").update(seed).digest("hex").slice(0, 16);
    return `arn:aws:${service}:${place}:123456789012:${kind}/${name}/${module === "" ? hash.slice(0, 16) : tail}`;
}

function isGoogle({ type }: Owner): boolean {
    return type.split(":")[0] === "gcp";
}

function googlePath({ type, name }: Owner, hash: string): string {
    const [, kind = ""] = /^gcp:\w+\/(\w+):/.exec(type) ?? [];
    return `projects/example-project/${kind}/${name}-${hash.slice(0, 7)}`;
}

function byte(hash: string, index: number): number {
    return Number.parseInt(hash.slice(2 * index, 2 * index + 2), 16);
}

/** An address of a network for documentation (RFC 5737). */
function address(hash: string): string {
    const network = byte(hash, 0) % 2 === 0 ? "198.51.100" : "203.0.113";
    return `${network}.${1 + (byte(hash, 1) % 254)}`;
}

function uuid(hash: string): string {
    return [
        hash.slice(0, 8),
        hash.slice(8, 12),
        `4${hash.slice(13, 16)}`,
        `8${hash.slice(17, 20)}`,
        hash.slice(20, 32),
    ].join("-");
}

function dnsLabel(name: string): string {
    return name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
}

function pem(kind: string, hash: string): string {
    const body = Buffer.from(`simulated ${kind.toLowerCase()}, of no use ${hash.slice(0, 16)}`).toString("base64");
    return `-----BEGIN ${kind}-----\n${body.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END ${kind}-----\n`;
}

function kubeconfig(name: string, hash: string): string {
    const entry = dnsLabel(name);
    return [
        "apiVersion: v1",
        "kind: Config",
        `clusters: [{ name: ${entry}, cluster: { server: "https://${hash.slice(0, 12)}.example.net" } }]`,
        `contexts: [{ name: ${entry}, context: { cluster: ${entry}, user: ${entry} } }]`,
        `current-context: ${entry}`,
        `users: [{ name: ${entry}, user: { token: simulated-${hash.slice(0, 16)} } }]`,
        "",
    ].join("\n");
}
