import { holdsCredential } from "../../../components/common/disclosure";
import type { Problem } from "../../../components/common/problem";
import { Secret } from "../../../components/common/secret";
import type { ParsedGroups } from "../settings";
import { propertyPath } from "../schema/problems";

/** Credentials in settings that are no secrets: they would reach plans, comments and the state in plain text. */
export function credentialProblems(groups: ParsedGroups): Problem[] {
    return Object.entries(groups)
        .filter(([name]) => name !== "target" && name !== "writtenBrokerSettings")
        .flatMap(([name, value]) => credentialPaths(value, `vernemq:${name}`))
        .map((key) => ({
            key,
            rule: "this is a private key, a token or a URL with a login, and the setting is not a secret",
            remedy: "remove it; replace it where it was issued if the file was ever committed or printed",
        }));
}

function credentialPaths(value: unknown, path: string): string[] {
    if (typeof value === "string") {
        return holdsCredential(value) ? [path] : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => credentialPaths(item, `${path}[${index}]`));
    }
    if (typeof value !== "object" || value === null || value instanceof Secret) {
        return [];
    }
    return Object.entries(value).flatMap(([key, item]) =>
        holdsCredential(key) ? [path] : credentialPaths(item, `${path}${propertyPath(key)}`),
    );
}
