/** Shorter texts are found by chance, and no secret of this program is that short. */
const shortest = 8;

/** Refuses an output that holds a secret's text, as it is or as JSON or HTML writes it. */
export function assertNoSecrets(output: string, what: string, secrets: ReadonlySet<string>): void {
    for (const secret of secrets) {
        if (secret.length >= shortest && spellings(secret).some((spelling) => output.includes(spelling))) {
            // The message must not show it either.
            throw new Error(`${what} would show a secret of ${secret.length} characters: nothing is written`);
        }
    }
}

function spellings(secret: string): readonly string[] {
    const json = JSON.stringify(secret).slice(1, -1);
    return [...new Set([secret, json, escapeHtml(secret), escapeHtml(json)])];
}

/** A text that HTML shows as it is. */
export function escapeHtml(text: string): string {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
}
