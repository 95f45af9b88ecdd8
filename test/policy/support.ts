import { resourceOf } from "../../policy/known";
import type { Resource } from "../../policy/rule";

/** A resource as rules read it. */
export function resource(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>> = {},
    protect = false,
): Resource {
    const urn = `urn:pulumi:test::policy::${type}::${name}`;
    return resourceOf({ urn, type, name, props: inputs, opts: { protect } });
}
