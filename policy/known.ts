import { entryOf } from "../components/common/resource-type";
import { resourceRoles } from "./resource-roles";
import type { Resource } from "./rule";

/** What stands for a value that only an update brings: rules take a string like this for one that they cannot judge. */
const unknownMark = "${unknown}";

/**
 * A plain copy of what CrossGuard hands to a policy. Its own proxies throw where an unknown value is read, and the engine then leaves the
 * whole rule out of a preview, though it may be about another property.
 */
function known(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return Array.from({ length: value.length }, (_, index) => read(value, index));
    }
    return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
}

function read(value: object, key: PropertyKey): unknown {
    try {
        return known((value as Readonly<Record<PropertyKey, unknown>>)[key]);
    } catch (error) {
        // UnknownValueError, which @pulumi/policy keeps to itself (proxy.ts).
        if (error instanceof Error && "unknownTypeSentinel" in error) {
            return unknownMark;
        }
        throw error;
    }
}

/** A resource as CrossGuard hands it to a policy, as the rules read it. */
export function resourceOf(args: {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly props: Readonly<Record<string, unknown>>;
    readonly opts: { readonly protect: boolean };
}): Resource {
    const { urn, type, name, props, opts } = args;
    return {
        urn,
        type,
        name,
        inputs: known(props) as Resource["inputs"],
        protect: opts.protect,
        role: entryOf(resourceRoles, type),
    };
}
