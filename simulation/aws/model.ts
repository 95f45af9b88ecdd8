import { at, type Properties, type Rule, type SimulatedResource, type World } from "../provider";
import { isSymbolic } from "../rules";

/** A text that is known; undefined where there is none or only the cloud knows it. */
export function textAt(value: unknown, path: string): string | undefined {
    const found = at(value, path);
    return typeof found === "string" && !isSymbolic(found) ? found : undefined;
}

export function numberAt(value: unknown, path: string): number | undefined {
    const found = at(value, path);
    return typeof found === "number" ? found : undefined;
}

/** The elements of a list that are known texts. */
export function textsAt(value: unknown, path: string): readonly string[] {
    const found = at(value, path);
    return Array.isArray(found)
        ? found.filter((item): item is string => typeof item === "string" && !isSymbolic(item))
        : [];
}

/** A rule about one text: it has to match, unless only the cloud knows it. */
export function matches(property: string, pattern: RegExp, text: string, source: string): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) => {
            const value = textAt(inputs, property);
            return value === undefined || pattern.test(value) ? undefined : property;
        },
    };
}

export function oneOf(property: string, allowed: readonly unknown[], source: string): Rule {
    return {
        text: `${property} is one of ${allowed.join(", ")}`,
        source,
        brokenBy: ({ inputs }) => {
            const value = at(inputs, property);
            return value === undefined || isSymbolic(value) || allowed.includes(value) ? undefined : property;
        },
    };
}

export function between(property: string, lowest: number, highest: number, source: string): Rule {
    return {
        text: `${property} is between ${lowest} and ${highest}`,
        source,
        brokenBy: ({ inputs }) => {
            const value = numberAt(inputs, property);
            return value === undefined || (value >= lowest && value <= highest) ? undefined : property;
        },
    };
}

/** Characters that Pulumi adds to the logical name of a resource that gets none: a hyphen and seven digits. */
const generatedSuffix = 8;

/** A name within its limit, whether the program chose it or Pulumi makes it of the logical name. */
export function nameWithin(property: string, limit: number, pattern: RegExp, source: string): Rule {
    return {
        text: `the name has at most ${limit} characters of those that the service allows (Pulumi adds ${generatedSuffix} to a logical name)`,
        source,
        brokenBy: ({ inputs, name }) => {
            if (isSymbolic(inputs[property])) {
                return undefined;
            }
            const chosen = textAt(inputs, property);
            const fits = chosen === undefined ? name.length + generatedSuffix <= limit : chosen.length <= limit;
            return fits && pattern.test(chosen ?? name) ? undefined : property;
        },
    };
}

const tagging = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";

/** Tags of any resource. */
export const tagRules: readonly Rule[] = [
    {
        text: "a resource has at most 50 tags; keys have 1 to 128 characters, values at most 256, and keys do not start with aws:",
        source: tagging,
        brokenBy: ({ inputs }) => {
            const entries = Object.entries((inputs["tags"] ?? {}) as Properties);
            const wrong = entries.find(
                ([key, value]) =>
                    key.length < 1 || key.length > 128 || String(value).length > 256 || /^aws:/i.test(key),
            );
            return wrong === undefined ? (entries.length > 50 ? "tags" : undefined) : `tags.${wrong[0]}`;
        },
    },
];

/** The zones of subnets, as far as they are known: those of an adopted VPC are not. */
export function zonesOf(subnetIds: readonly unknown[], world: World): readonly string[] {
    return subnetIds.flatMap((id) => {
        const zone = textAt(world.resolve(id)?.inputs, "availabilityZone");
        return zone === undefined ? [] : [zone];
    });
}

/** Whether a role, where the program creates it, lets a service take it for all these actions. */
export function trusts(roleArn: unknown, service: string, actions: readonly string[], world: World): boolean {
    const policy = textAt(world.resolve(roleArn)?.inputs, "assumeRolePolicy");
    return policy === undefined || [service, ...actions].every((part) => policy.includes(`"${part}"`));
}

export function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/** Outputs whose value is a symbol of the same name. */
export function symbols(resource: SimulatedResource, properties: readonly string[]): Record<string, string> {
    return Object.fromEntries(properties.map((property) => [property, resource.symbol(property)]));
}
