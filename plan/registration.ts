import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { type ResourceOptions, stackType } from "./graph";

/** Whose program it is: the parts of a URN that all resources share. */
export interface Identity {
    readonly project: string;
    readonly stack: string;
}

/**
 * A URN as the engine builds it: the types of all parents but the stack qualify the resource's own
 * (pulumi/pulumi: sdk/go/common/resource/urn/urn.go).
 */
export function urnOf({ project, stack }: Identity, parent: string, type: string, name: string): string {
    const parentType = parent.split("::")[2] ?? "";
    const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The name of the provider that the engine creates where the program names none (pulumi/pulumi: pkg/resource/deploy/providers/provider.go). */
export function defaultProviderName(version: string): string {
    return version === "" ? "default" : `default_${version.replaceAll(/[.+-]/g, "_")}`;
}

/** A request's options, those that are set. */
export function optionsOf(request: RegisterResourceRequest, identity: Identity): ResourceOptions {
    // `delete` is a word of JavaScript's own, so the generated class calls the field `pb_delete`.
    const timeouts = Object.entries(request.getCustomtimeouts()?.toObject() ?? {})
        .filter((entry): entry is [string, string] => entry[1] !== "")
        .map(([operation, duration]) => [operation.replace(/^pb_/, ""), duration] as const);
    return {
        ...filled("aliases", aliasesOf(request, identity)),
        ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
        ...(request.getDeletedwith() === "" ? {} : { deletedWith: request.getDeletedwith() }),
        ...filled("ignoreChanges", request.getIgnorechangesList()),
        ...filled("replaceOnChanges", request.getReplaceonchangesList()),
        ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
        ...filled("additionalSecretOutputs", request.getAdditionalsecretoutputsList()),
        ...(timeouts.length > 0 ? { customTimeouts: Object.fromEntries(timeouts) } : {}),
    };
}

function filled(key: string, items: readonly string[]): Record<string, string[]> {
    return items.length > 0 ? { [key]: [...items].sort() } : {};
}

/** A request's former URNs. What an alias leaves out is as it is now. */
function aliasesOf(request: RegisterResourceRequest, identity: Identity): string[] {
    return request.getAliasesList().map((alias) => aliasUrn(alias, request, identity));
}

function aliasUrn(alias: Alias, request: RegisterResourceRequest, identity: Identity): string {
    const spec = alias.getSpec();
    if (spec === undefined) {
        return alias.getUrn();
    }
    const parent = spec.getNoparent() ? "" : spec.getParenturn() || request.getParent();
    return urnOf(
        { project: spec.getProject() || identity.project, stack: spec.getStack() || identity.stack },
        parent,
        spec.getType() || request.getType(),
        spec.getName() || request.getName(),
    );
}

/** The URNs that each input's value comes from, inputs and URNs sorted. */
export function propertyDependenciesOf(request: RegisterResourceRequest): Record<string, readonly string[]> {
    const entries: [string, readonly string[]][] = [];
    request.getPropertydependenciesMap().forEach((dependencies, property) => {
        const urns = dependencies.getUrnsList();
        if (urns.length > 0) {
            entries.push([property, [...urns].sort()]);
        }
    });
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
