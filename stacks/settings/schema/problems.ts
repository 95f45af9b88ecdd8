import * as z from "zod";
import { didYouMean } from "../../../components/common/closest";
import { printableKey } from "../../../components/common/disclosure";
import { expectedType } from "../../../components/common/plain-message";
import type { Problem } from "../../../components/common/problem";
import { Secret } from "../../../components/common/secret";

/** A path as Pulumi writes it: `users[0].name`. */
function renderPath(root: string, path: readonly PropertyKey[]): string {
    return path.reduce<string>(
        (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${propertyPath(String(part))}`),
        root,
    );
}

/** A part of a path as `pulumi config set --path` takes it: a key with a dot in it stands in brackets and quotes. */
export function propertyPath(key: string): string {
    const shown = printableKey(key);
    return shown.includes(".") ? `["${shown}"]` : `.${shown}`;
}

/** What stands in a setting, each with its path: what is no list and no block. */
export function leavesOf(value: unknown, path: string): readonly { readonly path: string; readonly value: unknown }[] {
    return typeof value !== "object" || value === null || value instanceof Secret
        ? [{ path, value }]
        : Object.entries(value).flatMap(([key, item]) =>
              leavesOf(item, Array.isArray(value) ? `${path}[${key}]` : `${path}${propertyPath(key)}`),
          );
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

/** Zod's issues as problems: the key as a user writes it, the value where it may be shown, the rule and what to write instead. */
export function problemsOf(root: string, error: z.ZodError, schema: z.ZodType, value: unknown): Problem[] {
    const encrypted = new Set<string>();
    return error.issues.flatMap((issue): Problem[] => {
        const closed = encryptedPath(value, issue.path);
        if (closed !== undefined && !isAboutSecret(issue)) {
            const key = renderPath(root, closed);
            const isNew = !encrypted.has(key);
            encrypted.add(key);
            const remedy = `set it without --secret: \`pulumi config set --path '${key}'\``;
            return isNew ? [{ key, rule: plainOnly, remedy }] : [];
        }
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey(root, issue.path, key, schema));
        }
        const found = valueAt(value, issue.path);
        const expected = schemaAt(schema, issue.path);
        const key = renderPath(root, issue.path);
        return [
            {
                key,
                value: !isAboutSecret(issue) && isQuotable(expected, found) ? found : undefined,
                rule: ruleOf(issue, found),
                remedy: remedyOf(issue, expected, found),
            },
        ];
    });
}

/** Where on the way to a place an encrypted value stands, which the schema takes for an object. */
function encryptedPath(value: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
    const lengths = [...path.keys(), path.length];
    const length = lengths.find((count) => valueAt(value, path.slice(0, count)) instanceof Secret);
    return length === undefined ? undefined : path.slice(0, length);
}

const plainOnly =
    "a plain value: this setting is not a secret, and a plan without the passphrase has to show what an update does";

/** A check on a secret's text says so (`params.secret`), so that the text is not quoted back even where it was found in plain text. */
function isAboutSecret(issue: z.core.$ZodIssue): boolean {
    return issue.code === "custom" && issue.params?.["secret"] === true;
}

/**
 * Whether a value may be quoted: its setting is known, no secret and of the shape that was written. In place of a block or list, and below
 * keys that a user chooses, anything may stand.
 */
function isQuotable(schema: z.ZodType | undefined, found: unknown): boolean {
    const inner = unwrap(schema);
    if (inner === undefined || inner instanceof z.ZodObject || inner instanceof z.ZodRecord) {
        return false;
    }
    const { secret, pem } = (inner.meta() ?? {}) as { readonly secret?: boolean; readonly pem?: boolean };
    return secret !== true && pem !== true && Array.isArray(found) === inner instanceof z.ZodArray;
}

/** A setting that is not read: what stands there may be a secret with a misspelt name, so it is never quoted. */
function unknownKey(root: string, path: readonly PropertyKey[], key: string, schema: z.ZodType): Problem {
    const parent = unwrap(schemaAt(schema, path));
    const known = parent instanceof z.ZodObject ? Object.keys(parent.shape) : [];
    return {
        key: renderPath(root, [...path, key]),
        rule: "there is no such setting",
        remedy: `${didYouMean(key, known)}Known here: ${known.join(", ")}`,
    };
}

function ruleOf(issue: z.core.$ZodIssue, found: unknown): string {
    if (found === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value")) {
        return "a value is required here";
    }
    return issue.code === "invalid_type" ? `${expectedType(issue.expected)}, not ${typeName(found)}` : issue.message;
}

function remedyOf(issue: z.core.$ZodIssue, schema: z.ZodType | undefined, found: unknown): string {
    if (issue.code === "custom" && typeof issue.params?.["remedy"] === "string") {
        return issue.params["remedy"];
    }
    if (isUnquoted(schema, found)) {
        return typeof found === "number" && !Number.isInteger(found)
            ? 'put it in quotes, for example "1.35": without them YAML reads a number, and 1.30 as 1.3'
            : `put it in quotes: "${String(found)}"`;
    }
    const description = schema?.description ?? unwrap(schema)?.description;
    return description === undefined
        ? "see the reference in docs/reference/configuration.md"
        : `expected: ${description}`;
}

/** A number or truth value where a string belongs, which YAML makes of one without quotes. */
function isUnquoted(schema: z.ZodType | undefined, found: unknown): boolean {
    const inner = unwrap(schema);
    const isString = inner instanceof z.ZodString || inner instanceof z.ZodEnum;
    return isString && (typeof found === "number" || typeof found === "boolean");
}

function typeName(value: unknown): string {
    if (value === null) {
        return "null";
    }
    return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
