import { valueOf, valuesOf } from "../../../components/common/property-path";
import type { PlannedResource } from "../../../plan/graph";

/** A change of a planned graph that makes a connection path unsafe. */
export interface Mutation {
    readonly what: string;
    /** Whether a graph has what it changes. */
    readonly appliesTo: (resources: readonly PlannedResource[]) => boolean;
    readonly apply: (resources: readonly PlannedResource[]) => readonly PlannedResource[];
    /** Names of the resources that a check may point at: the changed one, or one that relies on it. */
    readonly culprits: (resources: readonly PlannedResource[]) => readonly string[];
    /** What the check has to say of the place. */
    readonly input: RegExp;
}

type Inputs = PlannedResource["inputs"];

/** Deep copy with the value at a path set, or removed where it is undefined. */
function withValue(inputs: Inputs, path: readonly string[], value: unknown): Inputs {
    const copy = structuredClone(inputs) as Record<string, unknown>;
    let place: Record<string, unknown> = copy;
    for (const key of path.slice(0, -1)) {
        place = (place[key] ??= {}) as Record<string, unknown>;
    }
    const last = path.at(-1) ?? "";
    if (value === undefined) {
        if (Array.isArray(place)) {
            place.splice(Number(last), 1);
        } else {
            // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the copy is this function's own
            delete place[last];
        }
    } else {
        place[last] = value;
    }
    return copy;
}

export type Select = (resource: PlannedResource) => boolean;

export const ofType =
    (type: string, name = /(?:)/): Select =>
    (resource) =>
        resource.type.replace(/\/v\d{6,8}(?=:)/, "") === type && name.test(resource.name);

/** The value at a path of the first resource that is selected becomes another; undefined removes it. */
export function change(
    what: string,
    select: Select,
    path: string,
    value: unknown,
    input: RegExp,
    others = /^$/,
): Mutation {
    const keys = path.split("/").map((key) => key.replace("~", "/"));
    const hasIt = (resource: PlannedResource) =>
        select(resource) &&
        (value !== undefined ||
            keys.reduce<unknown>((at, key) => (at as Inputs | undefined)?.[key], resource.inputs) !== undefined);
    return {
        what,
        appliesTo: (resources) => resources.some(hasIt),
        apply: (resources) => {
            const chosen = resources.find(hasIt);
            return resources.map((resource) =>
                resource === chosen ? { ...resource, inputs: withValue(resource.inputs, keys, value) } : resource,
            );
        },
        culprits: (resources) => namesOf(resources, hasIt, others),
        input,
    };
}

function namesOf(resources: readonly PlannedResource[], select: Select, others: RegExp): readonly string[] {
    return [
        ...resources
            .filter(select)
            .slice(0, 1)
            .map(({ name }) => name),
        ...resources.map(({ name }) => name).filter((name) => others.test(name)),
    ];
}

/** The selected resources are not in the graph. */
export function remove(what: string, select: Select, input: RegExp, others: RegExp): Mutation {
    return {
        what,
        appliesTo: (resources) => resources.some(select),
        apply: (resources) => resources.filter((resource) => !select(resource)),
        culprits: (resources) => resources.map(({ name }) => name).filter((name) => others.test(name)),
        input,
    };
}

const isConfigMap: Select = ({ type, inputs }) =>
    type === "kubernetes:core/v1:ConfigMap" && valueOf(inputs, 'data["haproxy.cfg"]') !== undefined;

/** A text of haproxy.cfg becomes another. */
export function inHaproxy(what: string, from: RegExp, to: string, input: RegExp, others = /^$/): Mutation {
    const config = (resource: PlannedResource) => String(valueOf(resource.inputs, 'data["haproxy.cfg"]'));
    const hasIt: Select = (resource) => isConfigMap(resource) && config(resource).search(from) >= 0;
    return {
        what,
        appliesTo: (resources) => resources.some(hasIt),
        apply: (resources) =>
            resources.map((resource) =>
                hasIt(resource)
                    ? {
                          ...resource,
                          inputs: withValue(
                              resource.inputs,
                              ["data", "haproxy.cfg"],
                              config(resource).replace(from, to),
                          ),
                      }
                    : resource,
            ),
        culprits: (resources) => namesOf(resources, isConfigMap, others),
        input,
    };
}

/** The same for graphs alone in which it matters. */
export function where(mutation: Mutation, text: RegExp): Mutation {
    const matters = (resources: readonly PlannedResource[]) => text.test(JSON.stringify(resources));
    return { ...mutation, appliesTo: (resources) => matters(resources) && mutation.appliesTo(resources) };
}

/** An environment variable of the brokers gets another value, or none. */
export function variable(
    what: string,
    name: string,
    value: string | undefined,
    input: RegExp,
    others = /^$/,
): Mutation {
    const isRelease: Select = ({ inputs }) => inputs["chart"] === "vernemq";
    const indexOf = (resource: PlannedResource) =>
        valuesOf(resource.inputs, "values.additionalEnv.*").findIndex((one) => valueOf(one, "name") === name);
    return {
        what,
        appliesTo: (resources) =>
            resources.some((resource) => isRelease(resource) && (value !== undefined || indexOf(resource) >= 0)),
        apply: (resources) =>
            resources.map((resource) => {
                if (!isRelease(resource)) {
                    return resource;
                }
                const variables = valuesOf(resource.inputs, "values.additionalEnv.*").filter(
                    (one) => valueOf(one, "name") !== name,
                );
                const changed = value === undefined ? variables : [...variables, { name, value }];
                return { ...resource, inputs: withValue(resource.inputs, ["values", "additionalEnv"], changed) };
            }),
        culprits: (resources) => namesOf(resources, isRelease, others),
        input,
    };
}
