import type { ResourceModel, Rule } from "../provider";
import { entries, nameWithin, symbols } from "../rules";

export const naming = "https://cloud.google.com/compute/docs/naming-resources";
const labels = "https://cloud.google.com/resource-manager/docs/labels-overview#requirements";

/** A name as RFC 1035 has it, of at most 63 characters. */
export const rfc1035 = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A rule about the physical name: RFC 1035 and a greatest length. */
export function nameRule(most: number, source = naming): Rule {
    const letters = "lower-case letters, digits and hyphens, starts with a letter and ends with a letter or digit";
    return nameWithin("name", most, rfc1035, source, letters);
}

/** A rule about labels, wherever the resource carries them. */
export function labelsRule(path: string): Rule {
    return entries(
        path,
        64,
        "labels of lower-case letters, digits, underscores and hyphens; keys start with a letter",
        labels,
        (key, value) => /^[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{0,63}$/.test(value),
    );
}

/** A resource of Compute Engine: its outputs are its inputs and these. */
export function model(
    outputs: readonly string[],
    { rules = [], ...rest }: Pick<ResourceModel, "rules" | "replaceOnWhen"> = {},
): ResourceModel {
    return {
        ...rest,
        rules: [nameRule(63), ...rules],
        outputs: (resource) => ({
            ...symbols(...outputs, "selfLink")(resource),
            name: resource.inputs["name"] ?? resource.symbol("name"),
        }),
    };
}
