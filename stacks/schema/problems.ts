import * as z from "zod";
import { closest } from "../../components/closest";
import type { Problem } from "../../components/problem";
import { Secret } from "../../components/secret";

/** A path as Pulumi writes it: `users[0].name`. */
function renderPath(root: string, path: readonly PropertyKey[]): string {
    return path.reduce<string>(
        (text, part) =>
            typeof part === "number" ? `${text}[${part.toString()}]` : `${text}${propertyPath(String(part))}`,
        root,
    );
}

/** A part of a path as `pulumi config set --path` takes it: a key with a dot in it stands in brackets and quotes. */
export function propertyPath(key: string): string {
    return key.includes(".") ? `["${key}"]` : `.${key}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (current, part) =>
            typeof current === "object" && current !== null
                ? (current as Record<PropertyKey, unknown>)[part]
                : undefined,
        value,
    );
}

/** The schema at a path, through arrays, defaults and optionals; undefined where the path leaves the schema. */
function schemaAt(schema: z.ZodType | undefined, path: readonly PropertyKey[]): z.ZodType | undefined {
    return path.reduce<z.ZodType | undefined>((current, part) => {
        const inner = unwrap(current);
        if (inner instanceof z.ZodObject) {
            return (inner.shape as Record<PropertyKey, z.ZodType | undefined>)[part];
        }
        return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
    }, schema);
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
    return schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
        ? unwrap(schema.unwrap() as z.ZodType)
        : schema;
}

/** Zod's issues as problems: the key as a user writes it, the value, the rule and what to write instead. */
export function problemsOf(root: string, error: z.ZodError, schema: z.ZodType, value: unknown): Problem[] {
    return error.issues.flatMap((issue): Problem[] => {
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey(root, issue.path, key, schema, value));
        }
        const found = valueAt(value, issue.path);
        return [
            {
                key: renderPath(root, issue.path),
                value: found instanceof Secret || isAboutSecret(issue) ? undefined : found,
                rule:
                    found instanceof Secret && !isAboutSecret(issue)
                        ? "a plain value: what decides structure cannot be encrypted"
                        : ruleOf(issue, found),
                remedy: remedyOf(issue, schemaAt(schema, issue.path)),
            },
        ];
    });
}

/** A check on a secret's text says so (`params.secret`), so that the text is not quoted back even where it was found in plain text. */
function isAboutSecret(issue: z.core.$ZodIssue): boolean {
    return issue.code === "custom" && issue.params?.["secret"] === true;
}

function unknownKey(
    root: string,
    path: readonly PropertyKey[],
    key: string,
    schema: z.ZodType,
    value: unknown,
): Problem {
    const parent = unwrap(schemaAt(schema, path));
    const known = parent instanceof z.ZodObject ? Object.keys(parent.shape) : [];
    const found = valueAt(value, [...path, key]);
    return {
        key: renderPath(root, [...path, key]),
        value: typeof found === "object" ? undefined : found,
        rule: "there is no such setting",
        remedy: `did you mean ${closest(key, known)}? Known here: ${known.join(", ")}`,
    };
}

function ruleOf(issue: z.core.$ZodIssue, found: unknown): string {
    if (issue.code === "invalid_type") {
        return found === undefined ? "a value is needed here" : `${article(issue.expected)}, not ${typeName(found)}`;
    }
    if (issue.code === "invalid_value") {
        if (found === undefined) {
            return "a value is needed here";
        }
        const hasOwnWords = !issue.message.startsWith("Invalid");
        return hasOwnWords ? issue.message : `one of ${issue.values.map(String).join(", ")}`;
    }
    return issue.message;
}

function remedyOf(issue: z.core.$ZodIssue, schema: z.ZodType | undefined): string {
    if (issue.code === "custom" && typeof issue.params?.["remedy"] === "string") {
        return issue.params["remedy"];
    }
    const description = schema?.description ?? unwrap(schema)?.description;
    return description === undefined ? "see the reference in docs/configuration.md" : `give: ${description}`;
}

const typeWords: Readonly<Record<string, string>> = {
    object: "an object (a nested block)",
    array: "a list",
    int: "a whole number",
    number: "a number",
    boolean: "true or false, without quotes",
    string: "a text",
    record: "an object (a nested block)",
};

function article(type: string): string {
    return typeWords[type] ?? type;
}

function typeName(value: unknown): string {
    if (value === null) {
        return "null";
    }
    return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
