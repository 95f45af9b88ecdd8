import { Secret } from "../components/secret";

/** An encrypted value as the engine writes it into a stack file. */
export function isEncrypted(value: unknown): value is { readonly secure: string } {
    return (
        typeof value === "object" &&
        value !== null &&
        Object.keys(value).length === 1 &&
        typeof (value as { secure?: unknown }).secure === "string"
    );
}

/** What stands for an encrypted value where nobody can decrypt it: only where it is. */
export function sealed(path: string): Secret {
    return new Secret(`\${${path}}`);
}

/** A string of the configuration that can be looked at; undefined where there is none or it stands for an encrypted one. */
export function readable(text: string | undefined): string | undefined {
    return text === undefined || /^\$\{\w[\w-]*:.*\}$/.test(text) ? undefined : text;
}
