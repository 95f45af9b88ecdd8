import { createHash } from "node:crypto";

/** What a cloud allows in a name. */
export interface NameLimit {
    /** Longest name, in characters; at least 8. */
    readonly max: number;
}

/** Digits of the hash that keeps altered names apart: one collision in 16 million. */
const hashLength = 6;

/** A short hash of a text, for names and identities that follow from something long. */
export function shortHash(text: string): string {
    return createHash("sha256").update(text, "utf8").digest("hex").slice(0, hashLength);
}

/**
 * A name for something in a cloud: lower-case letters, digits and inner hyphens, starting with a letter, which is what every cloud
 * accepts. A name that had to be altered or cut ends with a hash of the original, so that `my_stack` and `my-stack`, or two long
 * names with the same beginning, do not meet.
 *
 * @example physicalName(["vernemq", "prod", "edge"], { max: 30 }) // vernemq-prod-edge
 */
export function physicalName(parts: readonly string[], limit: NameLimit): string {
    const wanted = parts.join("-");
    const allowed = fit(wanted);
    if (allowed === wanted && allowed.length <= limit.max) {
        return allowed;
    }
    const start = allowed.slice(0, limit.max - hashLength - 1).replace(/-+$/, "");
    return `${start}-${shortHash(wanted)}`;
}

function fit(name: string): string {
    const allowed = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "");
    return /^[a-z]/.test(allowed) ? allowed : `x${allowed}`;
}

/** A host's name as its zone knows it; `@` is the zone itself. */
export function relativeName(host: string, zone: string): string {
    return host === zone ? "@" : host.slice(0, -`.${zone}`.length);
}
