/** The scope of a comment that holds every stack. No stack has this name: Pulumi's are letters, digits, `-`, `_` and `.`. */
export const everyStack = "*";

/**
 * The hidden first line of a comment, by which it is found again. It is compared as a whole, so that the comment of `stag` is not taken
 * for that of `staging`.
 */
export function marker(project: string, scope: string): string {
    return `<!-- vmq-preview v1 project=${encode(project)} stack=${encode(scope)} -->`;
}

/** No text can end the HTML comment or look like another attribute. */
function encode(value: string): string {
    return encodeURIComponent(value).replaceAll("--", "%2D%2D");
}

/** Whether a comment is the one of this marker. */
export function hasMarker(body: string, wanted: string): boolean {
    return body.split("\n", 1)[0]?.trimEnd() === wanted;
}
