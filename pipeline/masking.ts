import { credentialPatterns } from "../components/common/disclosure";
import { secretMark } from "../plan/graph";

/** Shorter strings are found by chance. */
const shortestSecret = 6;

/** The end of a name that means a secret, for example `adminPassword` or `client_secret`. */
const secretName = String.raw`(?:password|passwd|passphrase|token|secret|secret_?access_?key|secret_?key|access_?key|api_?key|private_?key)`;

/** Forms in which an engine, a provider or a program tells a secret in the middle of its own words. */
const toldSecrets: readonly RegExp[] = [
    // Hashes of passwords: bcrypt, crypt(3), argon2.
    /\$(?:2[abxy]?|5|6|y|argon2\w*)\$[^\s"',;]+/g,
    // Gaps are bounded, as each place that may be a value is looked back from: a long run of blanks would take for ever.
    // What a name calls secret: `"adminPassword":"..."`, `client_secret=...`, `token: a1b2...`; in prose after a colon only what has a digit.
    new RegExp(
        String.raw`(?<=${secretName}\\?["']?\s{0,4}[:=]\s{0,4}\\?")(?:\\[^"]|[^"\\\n]){${shortestSecret},}`,
        "gi",
    ),
    new RegExp(String.raw`(?<=${secretName}["']?\s{0,4}[:=]\s{0,4}')[^'\n]{${shortestSecret},}`, "gi"),
    new RegExp(String.raw`(?<=${secretName}=)[^\s"',;&)\]}]{${shortestSecret},}`, "gi"),
    new RegExp(
        String.raw`(?<=${secretName}["']?:\s{0,4})(?=[^\s"',;&)\]}]*\d)[^\s"',;&)\]}[]{${shortestSecret},}`,
        "gi",
    ),
];

/** Makes a function that masks these secrets in a string, and whatever has the form of a credential. */
export function masker(secrets: Iterable<string>): (text: string) => string {
    const spellings = [...new Set([...secrets].flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
    return (text) => {
        const masked = spellings.reduce((rest, secret) => rest.replaceAll(secret, secretMark), text);
        return [...credentialPatterns, ...toldSecrets].reduce(
            (rest, pattern) => rest.replaceAll(pattern, secretMark),
            masked,
        );
    };
}

/** A secret as it is, line by line, and as JSON, base64 and URLs write it. */
function spellingsOf(secret: string): readonly string[] {
    const trimmed = secret.trim();
    const lines = trimmed.split("\n").map((line) => line.trim());
    return [trimmed, ...(lines.length > 1 ? lines : [])]
        .filter((text) => text.length >= shortestSecret)
        .flatMap((text) => [
            text,
            JSON.stringify(text).slice(1, -1),
            Buffer.from(text).toString("base64"),
            encodeURIComponent(wellFormed(text)),
        ]);
}

/** A string without half of a character outside the basic plane, which a cut leaves and UTF-8 cannot write. */
export function wellFormed(text: string): string {
    return text.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
