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

/** Every part of a value that is of a kind, with its place; an inner one is part of the outer. */
export function partsOf<T>(
    value: unknown,
    isOfKind: (part: unknown) => part is T,
    path: Path = [],
): readonly { readonly path: Path; readonly part: T }[] {
    if (isOfKind(value)) {
        return [{ path, part: value }];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, item]) =>
              partsOf(item, isOfKind, [...path, { key, inList: Array.isArray(value) }]),
          )
        : [];
}

/** The path of the first value inside that is not known, or undefined where all are. */
export function unknownPath(value: unknown): string | undefined {
    const [first] = partsOf(value, (part) => part === unknownValue);
    return first?.path.map(({ key }) => key).join(".");
}

/** Words that name something to be kept secret. */
const sensitiveWords =
    /(password|passphrase|token|secret|credentials?|private_?key|privatekeypem|api_?key|access_?key|kubeconfig)$/i;

/** Whether a property of this name holds a secret by its nature, for example `password` or `secretKey`. */
export function isSensitiveName(name: string): boolean {
    return sensitiveWords.test(name) || /^secret_?key$/i.test(name);
}
