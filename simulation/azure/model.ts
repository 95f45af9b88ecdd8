import { at, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";

/** Azure's own names of resources, and what they may look like. */
export const nameRules = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

/** The subscription of the offline plan: only the provider's credentials know the real one. */
const subscription = "/subscriptions/${azure-native.subscriptionId}";

/** A rule in one call. */
export function rule(text: string, source: string, brokenBy: Rule["brokenBy"]): Rule {
    return { text, source, brokenBy };
}

/** A rule about one property that is set: broken where `holds` is false. */
export function propertyRule(
    property: string,
    text: string,
    source: string,
    holds: (value: unknown, resource: SimulatedResource, world: World) => boolean,
): Rule {
    return rule(text, source, (resource, world) => {
        const value = at(resource.inputs, property);
        return value === undefined || holds(value, resource, world) ? undefined : property;
    });
}

export function isWithin(value: unknown, lowest: number, highest: number): boolean {
    return typeof value === "number" && Number.isInteger(value) && value >= lowest && value <= highest;
}

export function matches(value: unknown, pattern: RegExp): boolean {
    return typeof value === "string" && pattern.test(value);
}

interface ArmModel extends Omit<ResourceModel, "id" | "deletesFirst"> {
    /** Path of the type below its resource group, or below its parent's path. */
    readonly path: (names: (property: string) => string) => string;
    /** The input that holds the resource's name. */
    readonly nameInput: string;
    /** What the name has to look like. */
    readonly namePattern: RegExp;
    readonly nameText: string;
    readonly nameSource?: string;
}

const tagSource = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations";

const tagNames = rule(
    "a resource has at most 50 tags, with names of at most 512 characters without < > % & \\ ? / and values of at most 256",
    tagSource,
    ({ inputs }) => {
        const tags = Object.entries((at(inputs, "tags") as Record<string, string> | undefined) ?? {});
        const bad = tags.find(([name, value]) => name.length > 512 || /[<>%&\\?/]/.test(name) || value.length > 256);
        return bad === undefined ? (tags.length > 50 ? "tags" : undefined) : `tags.${bad[0]}`;
    },
);

/**
 * A resource of Azure Resource Manager: found by its name below its resource group, both of which cannot be changed in place
 * (path parameters in each resource's REST reference).
 */
export function armModel(model: ArmModel): ResourceModel {
    const { nameInput } = model;
    return {
        secretOutputs: model.secretOutputs,
        rules: [
            propertyRule(nameInput, model.nameText, model.nameSource ?? nameRules, (value) =>
                matches(value, model.namePattern),
            ),
            tagNames,
            ...(model.rules ?? []),
        ],
        deletesFirst: (before, after) =>
            before[nameInput] === after[nameInput] && before["resourceGroupName"] === after["resourceGroupName"],
        outputs: (resource, world) => ({
            name: resource.inputs[nameInput] ?? resource.symbol("name"),
            ...model.outputs?.(resource, world),
        }),
        id: (resource) => {
            const names = (property: string) => {
                const value = resource.inputs[property];
                return typeof value === "string" ? value : resource.symbol(property);
            };
            return `${subscription}/resourceGroups/${names("resourceGroupName")}${model.path(names)}`;
        },
    };
}

/** The resources of a type. */
export function ofType(world: World, type: string): readonly SimulatedResource[] {
    return world.resources.filter((resource) => resource.type === type);
}
