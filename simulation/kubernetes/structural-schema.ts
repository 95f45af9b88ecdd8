import { at, listAt } from "../provider";
import { isSymbolic } from "../rules";
import { entriesOf } from "./object";

/**
 * Structural schemas, as the API server has them for custom resources
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema).
 */

/** A field of a schema; Pulumi's SDK writes underscores where the API has hyphens. */
function extension(schema: unknown, name: string): boolean {
    return (
        at(schema, `x-kubernetes-${name}`) === true || at(schema, `x_kubernetes_${name.replaceAll("-", "_")}`) === true
    );
}

/** The path in a schema that has no type, or undefined where it is structural. */
export function untypedPath(schema: unknown, path: string): string | undefined {
    const typed = typeof at(schema, "type") === "string" || extension(schema, "int-or-string");
    if (!typed && !extension(schema, "preserve-unknown-fields")) {
        return path;
    }
    const inner: (readonly [string, unknown])[] = [
        ...entriesOf(at(schema, "properties")).map(([name, value]) => [`${path}.properties.${name}`, value] as const),
        ...["items", "additionalProperties"]
            .filter((name) => typeof at(schema, name) === "object")
            .map((name) => [`${path}.${name}`, at(schema, name)] as const),
    ];
    return inner.map(([innerPath, value]) => untypedPath(value, innerPath)).find((found) => found !== undefined);
}

/**
 * The path of the first part of a value that a schema does not allow, or undefined. A field that it does not have counts: the API server drops
 * it without a word. What only the cloud knows is left out.
 */
export function misfit(value: unknown, schema: unknown, path: string): string | undefined {
    if (isSymbolic(value)) {
        return undefined;
    }
    if (extension(schema, "int-or-string")) {
        return Number.isInteger(value) || typeof value === "string" ? undefined : path;
    }
    switch (at(schema, "type")) {
        case "object":
            return objectMisfit(value, schema, path);
        case "array":
            return Array.isArray(value) ? listMisfit(value, at(schema, "items"), path) : path;
        case "string":
            return typeof value === "string" && matches(value, schema) ? undefined : path;
        case "boolean":
            return typeof value === "boolean" ? undefined : path;
        case "integer":
            return Number.isInteger(value) && inRange(value, schema) ? undefined : path;
        case "number":
            return typeof value === "number" && inRange(value, schema) ? undefined : path;
        default:
            return undefined;
    }
}

function listMisfit(values: readonly unknown[], schema: unknown, path: string): string | undefined {
    return values
        .map((value, index) => misfit(value, schema, `${path}[${index}]`))
        .find((found) => found !== undefined);
}

function objectMisfit(value: unknown, schema: unknown, path: string): string | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return path;
    }
    const missing = listAt(schema, "required")
        .filter((name) => typeof name === "string")
        .find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) {
        return `${path}.${missing}`;
    }
    const known = new Map(entriesOf(at(schema, "properties")));
    const others = at(schema, "additionalProperties");
    return entriesOf(value)
        .map(([name, field]) => {
            const fieldSchema = known.get(name) ?? (typeof others === "object" ? others : undefined);
            if (fieldSchema !== undefined) {
                return misfit(field, fieldSchema, `${path}.${name}`);
            }
            return extension(schema, "preserve-unknown-fields") ? undefined : `${path}.${name}`;
        })
        .find((found) => found !== undefined);
}

function matches(value: string, schema: unknown): boolean {
    const [pattern, allowed] = [at(schema, "pattern"), at(schema, "enum")];
    return (
        (typeof pattern !== "string" || new RegExp(pattern).test(value)) &&
        (!Array.isArray(allowed) || allowed.includes(value))
    );
}

function inRange(value: unknown, schema: unknown): boolean {
    const [least, most] = [at(schema, "minimum"), at(schema, "maximum")];
    return (typeof least !== "number" || Number(value) >= least) && (typeof most !== "number" || Number(value) <= most);
}
