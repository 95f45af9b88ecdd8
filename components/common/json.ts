/** What a text says as JSON; undefined where it is no text, or none of JSON. */
export function jsonIn(text: unknown): unknown {
    try {
        return typeof text === "string" ? JSON.parse(text) : undefined;
    } catch {
        return undefined;
    }
}
