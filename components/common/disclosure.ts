import { Secret } from "./secret";

/**
 * What of a user's input may be shown, in errors, plans, comments and logs: one place decides. A value is quoted where its setting is
 * known and holds no secret, which the caller knows, and where it does not look like one, which this module knows.
 */

/** Stands for what is not shown. */
const notShown = "[not shown]";

/** Texts that are credentials by their form, wherever they appear. */
export const credentialPatterns: readonly RegExp[] = [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    /(?<=[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi,
    /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
    /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|pul-[a-f0-9]{40}|dop_v1_[a-f0-9]{40,})\b/g,
    /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
    /(?<=\b(?:bearer|basic) )[\w+/=.~-]{16,}/gi,
];

/** Whether a text holds what is a credential by its form: no harmless text looks like it. */
export function holdsCredential(text: string): boolean {
    return credentialPatterns.some((pattern) => text.search(pattern) >= 0);
}

/** Forms that need no exact match: the whole value is left out, so a harmless one may look like this too. */
const suspicious: readonly RegExp[] = [
    /-----\s*BEGIN/,
    // A login or a query in a URL.
    /:\/\/[^\s/]*@/,
    /:\/\/\S*\?/,
    /\b(password|passwd|pwd|secret|token|api_?key)\s*[=:]/i,
    // Hashes of passwords: bcrypt, crypt(3).
    /\$(2[abxy]?|5|6|y|argon2\w*)\$/,
    // Long hexadecimal, as keys and tokens are written.
    /(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])/i,
];

/** Runs of the alphabets of base64 and URLs. One with capitals, small letters and digits is more likely a token than a word. */
const tokens = /[A-Za-z0-9+/=_-]{20,}/g;

/** Whether a text looks like key material, a token, a password's hash or a URL with a login or query. */
export function looksSecret(text: string): boolean {
    return (
        suspicious.some((pattern) => pattern.test(text)) ||
        holdsCredential(text) ||
        (text.match(tokens) ?? []).some((run) => /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run))
    );
}

/** A longer value is cut: the key already says where it is. */
const longestValue = 120;

/** A value as an error quotes it; undefined where it may not be quoted. */
export function quoted(value: unknown): string | undefined {
    const text = isQuotable(value) ? JSON.stringify(value) : undefined;
    if (text === undefined) {
        return undefined;
    }
    const shown = printable(text.length > longestValue ? text.slice(0, longestValue) : text);
    return text.length > longestValue ? `${shown}...` : shown;
}

/** Scalars and lists of them. What is nested has keys that were not looked at. */
function isQuotable(value: unknown): boolean {
    if (value === undefined || value instanceof Secret) {
        return false;
    }
    if (typeof value === "string") {
        return !/[\r\n]/.test(value) && !looksSecret(value);
    }
    if (Array.isArray(value)) {
        return value.every((item) => !Array.isArray(item) && isQuotable(item));
    }
    return typeof value !== "object" || value === null;
}

/** Characters that end a line, steer a terminal, or hide and reverse what is read. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * A text that shows what it holds: what cannot be seen, or steers a terminal, is written as its code point, and so is the sign that makes
 * it a command of GitHub Actions (`::error::` at the start of a line, `##[`) or Azure Pipelines (`##vso[`).
 */
export function printable(text: string): string {
    return text
        .replaceAll(unprintable, codePoint)
        .replace(/^(\s*):(?=:)/, "$1\\u{3a}")
        .replaceAll(/##(?=\[|vso\[)/g, "#\\u{23}");
}

function codePoint(sign: string): string {
    return `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A part of a key. Where a secret was written in place of a key, it is not shown. */
export function printableKey(key: string): string {
    return looksSecret(key)
        ? notShown
        : printable(key.length > longestValue ? `${key.slice(0, longestValue)}...` : key);
}

/** Messages with a user's words in them: credentials are left out, the rest is printable. */
export function printableWords(text: string): string {
    const plain = credentialPatterns.reduce((rest, pattern) => rest.replaceAll(pattern, notShown), text);
    return printable(plain);
}
