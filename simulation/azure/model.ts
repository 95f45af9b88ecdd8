import type { ResourceModel } from "../provider";
import { entries, isMatch, property } from "../rules";

/** Azure's own names of resources, and what they may look like. */
export const nameRules = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

/** The subscription of the offline plan: only the provider's credentials know the real one. */
const subscription = "/subscriptions/${azure-native.subscriptionId}";

/** Whether these are availability zones: https://learn.microsoft.com/azure/reliability/availability-zones-overview. */
export function areZones(value: unknown): value is readonly unknown[] {
    return Array.isArray(value) && value.every((zone) => isMatch(zone, /^[123]$/));
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

/**
 * A resource of Azure Resource Manager: found by its name below its resource group, both of which cannot be changed in place
 * (path parameters in each resource's REST reference).
 */
export function armModel(model: ArmModel): ResourceModel {
    const { nameInput } = model;
    return {
        secretOutputs: model.secretOutputs,
        changeRules: model.changeRules,
        rules: [
            property(nameInput, model.nameText, model.nameSource ?? nameRules, (value) =>
                isMatch(value, model.namePattern),
            ),
            entries(
                "tags",
                50,
                "tags, with names of at most 512 characters without < > % & \\ ? / and values of at most 256",
                tagSource,
                (name, value) => name.length <= 512 && !/[<>%&\\?/]/.test(name) && value.length <= 256,
            ),
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
