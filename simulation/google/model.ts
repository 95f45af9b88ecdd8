import { at, listAt, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { isSymbolic } from "../rules";

export const naming = "https://cloud.google.com/compute/docs/naming-resources";
const labelRules = "https://cloud.google.com/resource-manager/docs/labels-overview#requirements";
const labelKey = /^[a-z][a-z0-9_-]{0,62}$/;
const labelValue = /^[a-z0-9_-]{0,63}$/;

/** What Pulumi appends to a logical name where the program gives no physical one: a hyphen and seven characters. */
const suffixLength = 8;

/** The physical name that a resource has or will have, as far as its length and letters go. */
function physicalNameOf({ inputs, name }: SimulatedResource): string {
    const given = inputs["name"];
    return typeof given === "string" ? given : `${name}-${"0".repeat(suffixLength - 1)}`;
}

/** A rule about the physical name: RFC 1035 and a greatest length. */
export function nameRule(max: number, source = naming): Rule {
    return {
        text: `a name has at most ${max} lower-case letters, digits and hyphens, starts with a letter and ends with a letter or digit`,
        source,
        brokenBy: (resource) => {
            const name = physicalNameOf(resource);
            return isSymbolic(name) || (name.length <= max && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name))
                ? undefined
                : "name";
        },
    };
}

/** A rule about labels, wherever the resource carries them. */
export function labelsRule(path: string): Rule {
    return {
        text: "at most 64 labels of lower-case letters, digits, underscores and hyphens; keys start with a letter",
        source: labelRules,
        brokenBy: ({ inputs }) => {
            const labels = Object.entries((at(inputs, path) ?? {}) as Record<string, string>);
            const wrong = labels.find(([key, value]) => !labelKey.test(key) || !labelValue.test(value));
            return wrong === undefined ? (labels.length > 64 ? path : undefined) : `${path}.${wrong[0]}`;
        },
    };
}

/** A rule that one property is one of a few words. A property that is left out has the cloud's default. */
export function oneOf(path: string, words: readonly unknown[], source: string): Rule {
    return {
        text: `one of ${words.join(", ")}`,
        source,
        brokenBy: ({ inputs }) => {
            const value = at(inputs, path);
            return value === undefined || words.includes(value) ? undefined : path;
        },
    };
}

/** A rule that one number is within bounds. */
export function between(path: string, lowest: number, highest: number, source: string): Rule {
    return {
        text: `a whole number from ${lowest} to ${highest}`,
        source,
        brokenBy: ({ inputs }) => {
            const value = at(inputs, path);
            const fine =
                value === undefined ||
                (typeof value === "number" && Number.isInteger(value) && value >= lowest && value <= highest);
            return fine ? undefined : path;
        },
    };
}

/** A rule that a test decides, at one property. */
export function holds(
    path: string,
    text: string,
    source: string,
    test: (resource: SimulatedResource, world: World) => boolean,
): Rule {
    return { text, source, brokenBy: (resource, world) => (test(resource, world) ? undefined : path) };
}

/** A rule about each item of a list. */
export function each(
    path: string,
    text: string,
    source: string,
    test: (item: unknown, resource: SimulatedResource, world: World) => boolean,
): Rule {
    return {
        text,
        source,
        brokenBy: (resource, world) => {
            const index = listAt(resource.inputs, path).findIndex((item) => !test(item, resource, world));
            return index < 0 ? undefined : `${path}[${index}]`;
        },
    };
}

/** The text at a path; another one where there is none. */
export function textAt(value: unknown, path: string, otherwise = ""): string {
    const found = at(value, path);
    return typeof found === "string" ? found : otherwise;
}

/** A resource whose outputs are its inputs and these. */
export function model(
    properties: readonly string[],
    rest: Pick<ResourceModel, "rules" | "replaceOnWhen"> & { readonly maxName?: number; readonly labels?: string } = {},
): ResourceModel {
    return {
        ...(rest.replaceOnWhen === undefined ? {} : { replaceOnWhen: rest.replaceOnWhen }),
        rules: [
            nameRule(rest.maxName ?? 63),
            ...(rest.labels === undefined ? [] : [labelsRule(rest.labels)]),
            ...(rest.rules ?? []),
        ],
        outputs: ({ inputs, symbol }) => ({
            ...Object.fromEntries(properties.map((property) => [property, symbol(property)])),
            name: inputs["name"] ?? symbol("name"),
            selfLink: symbol("selfLink"),
        }),
    };
}
