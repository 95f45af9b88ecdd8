import { readFileSync } from "node:fs";
import { parsePattern } from "../../../components/common/property-path";
import { emittedResources, leafPaths } from "./emitted";
import { type Finding, writeTable } from "./table";

interface Property {
    readonly willReplaceOnChanges?: boolean;
    readonly $ref?: string;
    readonly items?: Property;
}

interface PackageSchema {
    readonly version?: string;
    readonly resources: Readonly<Record<string, { readonly inputProperties?: Readonly<Record<string, Property>> }>>;
    readonly types: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Property>> }>>;
}

/**
 * Reads what a package's schema says of each property (`willReplaceOnChanges`).
 *
 * @param packageName of Pulumi; its table is in the folder of the same name
 * @param file what `pulumi package get-schema` prints
 */
export async function askPulumi(packageName: string, file: string, given?: string): Promise<void> {
    const schema = JSON.parse(readFileSync(file, "utf8")) as PackageSchema;
    const version = given ?? schema.version;
    if (version === undefined) {
        throw new Error("the schema says no version: give it as the third argument");
    }
    const emitted = await emittedResources(packageName);
    const types = [...new Set(emitted.map(({ type }) => type))];
    const findings = types.flatMap((type) => {
        const paths = emitted.filter((one) => one.type === type).flatMap(({ inputs }) => leafPaths(inputs));
        return findingsOf(schema, type, [...new Set(paths)]);
    });
    const obtained =
        "willReplaceOnChanges of the package's schema, which is ForceNew of the Terraform provider that it bridges " +
        `(npm run audit:replacements -- pulumi ${packageName} SCHEMA)`;
    await writeTable(packageName, { provider: `Pulumi package ${packageName}`, version, obtained }, findings);
}

function findingsOf(schema: PackageSchema, type: string, paths: readonly string[]): readonly Finding[] {
    const top = schema.resources[type]?.inputProperties;
    if (top === undefined) {
        throw new Error(`the schema has no ${type}`);
    }
    const own = paths.map((path): Finding => {
        let properties: Readonly<Record<string, Property>> | undefined = top;
        let place = "";
        for (const key of parsePattern(path)) {
            if (key === "*") {
                continue;
            }
            const property: Property | undefined = properties?.[key];
            if (property === undefined) {
                // Below a map, whose keys are the user's.
                break;
            }
            place = place === "" ? key : `${place}.${key}`;
            if (property.willReplaceOnChanges === true) {
                return { type, path: place, verdict: "replaces" };
            }
            place += property.items?.$ref === undefined ? "" : ".*";
            properties = propertiesOf(schema, property);
        }
        return { type, path: place, verdict: "updates" };
    });
    const further = Object.entries(top)
        .filter(([name, property]) => property.willReplaceOnChanges === true && !own.some(({ path }) => path === name))
        .map(([path]): Finding => ({ type, path, verdict: "replaces" }));
    return [...new Map([...own, ...further].map((finding) => [finding.path, finding])).values()];
}

function propertiesOf({ types }: PackageSchema, { $ref, items }: Property) {
    const reference = $ref ?? items?.$ref;
    return reference === undefined ? undefined : types[reference.replace("#/types/", "")]?.properties;
}
