import { createHash } from "node:crypto";
import { isObject } from "../../components/common/is-object";
import { Secret } from "../../components/common/secret";

/** An encrypted value as the engine writes it into a stack file. */
export function isEncrypted(value: unknown): value is { readonly secure: string } {
    return isObject(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

/**
 * What stands for an encrypted value where it cannot be decrypted: where it is, and which ciphertext, so that another one is another secret.
 */
export function sealed(path: string, ciphertext: string): Secret {
    const which = createHash("sha256").update(ciphertext).digest("hex").slice(0, 12);
    return new Secret(`\${${path} ${which}}`);
}

/** A string of the configuration that can be looked at; undefined where there is none or it stands for an encrypted one. */
export function readable(text: string | undefined): string | undefined {
    return text === undefined || /^\$\{\w[\w-]*:.*\}$/.test(text) ? undefined : text;
}

/**
 * A value that the engine decrypted, with a `Secret` where the stack file has an encrypted part: the engine says only which keys have one.
 * Undefined where the file is not the one that the engine read.
 */
export function withSecrets(value: unknown, written: unknown): { readonly value: unknown } | undefined {
    if (isEncrypted(written)) {
        return typeof value === "string" ? { value: new Secret(value) } : undefined;
    }
    if (Array.isArray(written)) {
        return Array.isArray(value) && value.length === written.length
            ? collect(written.map((item, index) => withSecrets(value[index], item)))
            : undefined;
    }
    if (isMapping(written)) {
        const keys = Object.keys(written);
        if (!isMapping(value) || Object.keys(value).length !== keys.length) {
            return undefined;
        }
        const parts = keys.map((key) => withSecrets(value[key], written[key]));
        const found = collect(parts);
        return found && { value: Object.fromEntries(keys.map((key, index) => [key, found.value[index]])) };
    }
    return value === written || String(value) === String(written) ? { value } : undefined;
}

function collect(parts: readonly ({ readonly value: unknown } | undefined)[]): { value: unknown[] } | undefined {
    const known = parts.filter((part) => part !== undefined);
    return known.length === parts.length ? { value: known.map(({ value }) => value) } : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
    return isObject(value) && !(value instanceof Secret);
}
