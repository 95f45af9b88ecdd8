import { parseDocument } from "yaml";

export type YamlResult =
    { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: string };

/** More than any stack file has; a few lines of aliases of aliases make millions of values. */
const mostAliases = 100;

/** Faults that a user can find by their name. The parser's own words quote the file, which may hold a secret. */
const faults: Readonly<Record<string, string>> = {
    BAD_ALIAS: "an alias has no anchor before it",
    BAD_INDENT: "a line is not indented like the ones it belongs to",
    BLOCK_AS_IMPLICIT_KEY: "a nested block is on the line of its key",
    DUPLICATE_KEY: "a key is there twice",
    MISSING_CHAR: "a quote, bracket or comma is missing",
    MULTILINE_IMPLICIT_KEY: "a key goes over several lines: a colon is missing, or a line is not indented",
    TAB_AS_INDENT: "a line is indented with a tab",
    UNEXPECTED_TOKEN: "something is where it does not belong",
    MULTIPLE_DOCS: "it holds more than one document",
};

/** Reads a YAML file of a user. It says what is wrong and where, and shows nothing of what the file holds. */
export function readYaml(text: string): YamlResult {
    const document = parseDocument(text, { logLevel: "error", prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) {
        const [place] = error.linePos ?? [];
        const where = place === undefined ? "" : ` (line ${place.line}, column ${place.col})`;
        const known = Object.hasOwn(faults, error.code) ? faults[error.code] : undefined;
        return { ok: false, fault: `${known ?? "it cannot be read"}${where}` };
    }
    try {
        const value = document.toJS({ maxAliasCount: mostAliases }) as unknown;
        return isCircular(value, []) ? { ok: false, fault: "a value holds an alias to itself" } : { ok: true, value };
    } catch {
        return { ok: false, fault: "its aliases have no anchor, or multiply endlessly" };
    }
}

function isCircular(value: unknown, above: readonly object[]): boolean {
    if (typeof value !== "object" || value === null) {
        return false;
    }
    return above.includes(value) || Object.values(value).some((item) => isCircular(item, [...above, value]));
}
