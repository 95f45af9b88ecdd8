import type { Resource } from "../../policy/rule";

/** A resource as rules read it. */
export function resource(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>> = {},
    protect = false,
): Resource {
    return { urn: `urn:pulumi:test::policy::${type}::${name}`, type, name, inputs, protect };
}
