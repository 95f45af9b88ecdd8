import type { PlannedResource } from "../../../plan/graph";
import { packageOf } from "../../../plan/graph";
import { furtherStacks, matrixStacks } from "../../stacks/matrix-stacks";
import { variants } from "../../stacks/variants";
import { planned } from "../../plan/checks/planned";

/** A resource that a stack of the tests has. */
export type Emitted = Pick<PlannedResource, "type" | "inputs">;

/** Every resource of a package that the examples, the rows of the README's matrix and the further stacks have, each shape once. */
export async function emittedResources(packageName: string): Promise<readonly Emitted[]> {
    const shapes = new Map<string, Emitted>();
    for (const config of Object.values({ ...variants(), ...matrixStacks, ...furtherStacks })) {
        const { resources } = await planned(config);
        for (const { type, inputs, custom } of resources) {
            if (custom && packageOf(type) === packageName && !type.startsWith("pulumi:")) {
                const shape = `${type} ${leafPaths(inputs).join(" ")}`;
                shapes.set(shape, shapes.get(shape) ?? { type, inputs });
            }
        }
    }
    return [...shapes.values()];
}

/** The paths of a value's leaves, sorted; `*` stands for the index of a list. */
export function leafPaths(value: unknown, path = ""): readonly string[] {
    if (typeof value !== "object" || value === null) {
        return path === "" ? [] : [path];
    }
    const isList = Array.isArray(value);
    const below = Object.entries(value).flatMap(([key, item]) => leafPaths(item, join(path, isList ? "*" : key)));
    return [...new Set(below)].sort();
}

function join(path: string, key: string): string {
    const step = /^[\w$*-]+$/.test(key) ? key : `["${key}"]`;
    return path === "" ? step : step.startsWith("[") ? `${path}${step}` : `${path}.${step}`;
}
