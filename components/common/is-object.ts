/** Whether a value is an object with named parts: neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an object as a literal makes it: an Output, for example, is none. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
    return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}
