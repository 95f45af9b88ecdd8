import { loadSimulatedProvider } from "../../simulation";
import { modelOf, refusedChanges, type SimulatedResource, type World } from "../../simulation/provider";
import type { Change } from "./model";
import { packageOf, type PlannedResource, type Rejection } from "../graph";
import { valueOf } from "../../components/common/property-path";

/**
 * What the clouds would refuse, or leave undone, of the changes since an earlier plan: rules that no single plan breaks.
 */
export async function rejectedChanges(
    before: readonly PlannedResource[],
    after: readonly PlannedResource[],
    changes: readonly Pick<Change, "urn" | "action">[],
): Promise<readonly Rejection[]> {
    const world = worldOf([...after, ...before]);
    const found: Rejection[] = [];
    const actions = new Map(changes.map(({ urn, action }) => [urn, action]));
    for (const { urn, type, name, inputs } of after) {
        const action = actions.get(urn);
        if (action !== "update" && action !== "replace") {
            continue;
        }
        const provider = await loadSimulatedProvider(packageOf(type));
        const old = before.find((resource) => resource.urn === urn)?.inputs ?? {};
        found.push(
            ...refusedChanges(
                modelOf(provider, type),
                { before: old, after: inputs, replaced: action === "replace" },
                world,
            ).map((refused) => ({
                ...{ urn, type, name },
                value: valueOf(inputs, refused.property),
                ...refused,
            })),
        );
    }
    return found;
}

/** The resources of both plans; a symbol is of the first that has its name, so of the later plan. */
function worldOf(resources: readonly PlannedResource[]): World {
    const simulated = resources.map(({ type, name, inputs }): SimulatedResource => ({
        ...{ type, name, inputs },
        symbol: (property) => `\${${name}.${property}}`,
    }));
    return {
        resources: simulated,
        resolve: (reference) => {
            const symbol = typeof reference === "string" ? /^\$\{([^.}]+)\./.exec(reference)?.[1] : undefined;
            return simulated.find(({ name }) => name === symbol);
        },
    };
}
