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

/** What a property looks like, by its path. */
const shapes: readonly (readonly [RegExp, (owner: Owner, hash: string) => string | number])[] = [
    [/resourceRecordType$/, () => "CNAME"],
    [
        /resourceRecord(Name|Value)$|dnsResourceRecords.*(name|data)$/,
        (_o, hash) => `_${hash.slice(0, 32)}.example.net.`,
    ],
    [/latestVersion\.|defaultVersion$/, (_o, hash) => 1 + (Number.parseInt(hash.slice(0, 6), 16) % 9_999)],
    [/(^|\.)(arn|.*Arn)$/, (owner, hash) => arn(owner, hash)],
    [/arnSuffix$/, (owner, hash) => `${owner.name}/${hash.slice(0, 16)}`],
    [/kubeconfig|rawConfig$/, (owner, hash) => kubeconfig(owner.name, hash)],
    [
        /clusterCaCertificate$|certificateAuthority\.data$/,
        (_o, hash) => Buffer.from(pem("CERTIFICATE", hash)).toString("base64"),
    ],
    [/publicKeyPem$/, (_o, hash) => pem("PUBLIC KEY", hash)],
    [/privateKeyPem(Pkcs8)?$/, (_o, hash) => pem("PRIVATE KEY", hash)],
    [/certRequestPem$/, (_o, hash) => pem("CERTIFICATE REQUEST", hash)],
    [/certPem$/, (_o, hash) => pem("CERTIFICATE", hash)],
    [/validityStartTime$|createdAt$/, () => "2026-01-01T00:00:00Z"],
    [/validityEndTime$|expiresAt$/, () => "2036-01-01T00:00:00Z"],
    [/bcryptHash$/, (_o, hash) => `$2a$10$${hash.slice(0, 53)}`],
    [/result$/, (_o, hash) => `simulated${hash.slice(0, 23)}`],
    [/(^|\.)(publicIp|ip|ipAddress|address)$/, (_o, hash) => address(hash)],
    [/cidrBlock$|[sS]ubnet$/, (_o, hash) => `10.${byte(hash, 0)}.${byte(hash, 1)}.0/24`],
    [
        /endpoint$|host$/,
        (owner, hash) => (isGoogle(owner) ? address(hash) : `https://${hash.slice(0, 12)}.example.net`),
    ],
    [/issuerURL$/, (_o, hash) => `https://${hash.slice(0, 12)}.example.net/`],
    [/(dnsName|hostname|fqdn)$/, (owner, hash) => `${dnsLabel(owner.name)}-${hash.slice(0, 8)}.example.net`],
    [/zoneId$/, (_o, hash) => `Z${hash.slice(0, 20).toUpperCase()}`],
    [/email$/, (owner) => `${dnsLabel(owner.name)}@example-project.iam.gserviceaccount.com`],
    [/member$/, (owner) => `serviceAccount:${dnsLabel(owner.name)}@example-project.iam.gserviceaccount.com`],
    [/selfLink$/, (owner, hash) => `https://www.googleapis.com/compute/v1/${googlePath(owner, hash)}`],
    [/(uid|principalId|clientId|associationId|keyId|loadBalancer\.id)$/i, (_o, hash) => uuid(hash)],
    [/securityGroupId$/i, (_o, hash) => `sg-${hash.slice(0, 17)}`],
    [/vpcId$/, (_o, hash) => `vpc-${hash.slice(0, 17)}`],
    [/(Version|version)$/, () => "1.35.1"],
    [/status$/, () => "ACTIVE"],
    [/^id$/, id],
    [/(^|\.)name$/, (owner, hash) => `${owner.name}-${hash.slice(0, 7)}`],
];

function shaped(owner: Owner, property: string): string | number {
    const hash = createHash("sha256").update(`${owner.seed}|${property}`).digest("hex");
    const [, value] = shapes.find(([pattern]) => pattern.test(property)) ?? [];
    return value?.(owner, hash) ?? `${property.replaceAll(/[^A-Za-z0-9]+/g, "-")}-${hash.slice(0, 12)}`;
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
