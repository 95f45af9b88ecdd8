import type { Properties } from "../provider";
import { at } from "../provider";
import { uniqueInputs } from "./platforms";

/**
 * The text that no other resource of the cloud may share; undefined where the program leaves the name to the cloud.
 *
 * @param id The resource's id: on Azure and in Kubernetes it is the name.
 * @param place What it is unique in; see place.ts. Regions and zones that a resource names itself are added here.
 */
export function uniqueName(type: string, inputs: Properties, id: string, place: string): string | undefined {
    const [cloud] = type.split(":");
    if (cloud === "kubernetes") {
        return `${place} ${type} ${id}`;
    }
    if (cloud === "azure-native") {
        return `${place} ${id.toLowerCase()}`;
    }
    const own = uniqueInputs(type);
    const paths = own ?? (cloud === "gcp" ? ["name"] : undefined);
    // The last part is the name itself: without it the cloud invents one. Rules have no name and are told apart by all they say.
    if (paths === undefined || paths.every((path) => at(inputs, path) === undefined)) {
        return undefined;
    }
    const isNamed = paths.includes("fromPort") || at(inputs, paths[paths.length - 1] ?? "") !== undefined;
    const within = ["project", "region", "zone"].flatMap((path) => {
        const value = at(inputs, path);
        return typeof value === "string" ? [value] : [];
    });
    const values = paths.map((path) => JSON.stringify(at(inputs, path) ?? null)).join(" ");
    return isNamed ? [place, ...within, type, values].join(" ") : undefined;
}
