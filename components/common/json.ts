/** What a text is as JSON; undefined where it is none. */
export function jsonIn(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}
