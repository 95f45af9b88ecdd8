import type * as z from "zod";
import { printableKey } from "./disclosure";

/** Words for what a schema checks without its own words, so that none of the library's are shown. */
export const plainMessage: z.core.$ZodErrorMap = (issue) => {
    switch (issue.code) {
        case "too_small":
            return boundWords("at least", issue.minimum, issue.origin);
        case "too_big":
            return boundWords("at most", issue.maximum, issue.origin);
        case "invalid_value":
            return `one of ${issue.values.map(String).join(", ")}`;
        case "invalid_key":
            return "a key that is not empty and has at most 63 characters";
        case "invalid_type":
            return expectedType(issue.expected);
        case "unrecognized_keys":
            return `there is no such key: ${issue.keys.map(printableKey).join(", ")}`;
        default:
            return "a value of another form";
    }
};

function boundWords(bound: string, limit: number | bigint, origin: string): string {
    const unit = origin === "string" ? " characters" : origin === "array" ? " entries" : "";
    const isOne = limit.toString() === "1";
    return bound === "at least" && isOne && unit !== ""
        ? "a value that is not empty"
        : `${bound} ${limit.toString()}${isOne ? unit.replace(/s$/, "") : unit}`;
}

const typeWords: Readonly<Record<string, string>> = {
    object: "an object (a nested block)",
    array: "a list",
    int: "a whole number",
    number: "a number",
    boolean: "true or false, without quotes",
    string: "a string",
    record: "an object (a nested block)",
};

/** What a schema expects, in words. */
export function expectedType(type: string): string {
    return Object.hasOwn(typeWords, type) ? (typeWords[type] ?? type) : "a value of another type";
}
