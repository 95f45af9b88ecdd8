import { isObject } from "../components/common/is-object";
import { isSecret, signatureKey, unknownValue } from "../components/common/protocol-values";
import type { Path } from "../components/common/property-path";
import { secretMark } from "./graph";

const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

function mapValue(value: unknown, onSecret: (inner: unknown) => unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => mapValue(item, onSecret));
    }
    if (!isObject(value)) {
        return value;
    }
    if (isSecret(value)) {
        return onSecret(value.value);
    }
    if (value[signatureKey] === resourceSignature) {
        return value["urn"];
    }
    return Object.fromEntries(
        Object.keys(value)
            .sort()
            .map((key) => [key, mapValue(value[key], onSecret)]),
    );
}

/** A value as a plan shows it: keys sorted, secrets closed. */
export function hideSecrets(value: unknown): unknown {
    return mapValue(value, () => secretMark);
}

/** A value as a cloud sees it: secrets opened. */
export function openSecrets(value: unknown): unknown {
    return mapValue(value, openSecrets);
}

/** Every secret in a value with its place; an inner one is part of the outer. */
export function secretsIn(
    value: unknown,
    path: Path = [],
): readonly { readonly path: Path; readonly value: unknown }[] {
    if (isSecret(value)) {
        return [{ path, value: value.value }];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, item]) =>
              secretsIn(item, [...path, { key, inList: Array.isArray(value) }]),
          )
        : [];
}

/** The path of the first value inside that is not known, or undefined where all are. */
export function unknownPath(value: unknown, path = ""): string | undefined {
    if (value === unknownValue) {
        return path;
    }
    if (typeof value !== "object" || value === null) {
        return undefined;
    }
    for (const [key, item] of Object.entries(value)) {
        const found = unknownPath(item, path === "" ? key : `${path}.${key}`);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** Words that name something to be kept secret. */
const sensitiveWords =
    /(password|passphrase|token|secret|credentials?|private_?key|privatekeypem|api_?key|access_?key|kubeconfig)$/i;

/** Whether a property of this name holds a secret by its nature, for example `password` or `secretKey`. */
export function isSensitiveName(name: string): boolean {
    return sensitiveWords.test(name) || /^secret_?key$/i.test(name);
}
