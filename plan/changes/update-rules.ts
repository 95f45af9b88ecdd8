import { loadSimulatedProvider } from "../../simulation";
import { deletesFirstOf, replaceOnOf, type SimulatedProvider } from "../../simulation/provider";
import type { RulesFor } from "./from-comparison";
import { packageOf, type PlannedResource, providerTypePrefix } from "../graph";

/** Loads what the simulated clouds know about updates of these resources. */
export async function loadUpdateRules(resources: readonly PlannedResource[]): Promise<RulesFor> {
    const packages = [...new Set(resources.map(({ type }) => packageOf(type)))];
    const simulated = new Map(
        await Promise.all(packages.map(async (name) => [name, await loadSimulatedProvider(name)] as const)),
    );
    return (before, after) => {
        const provider = simulated.get(packageOf(after.type));
        return after.type.startsWith(providerTypePrefix)
            ? { replaceOn: provider?.configurationReplaceOn?.(after.inputs) ?? [], deletesFirst: false }
            : resourceRules(provider, before, after);
    };
}

function resourceRules(provider: SimulatedProvider | undefined, before: PlannedResource, after: PlannedResource) {
    const model = provider?.models[after.type] ?? provider?.fallback?.(after.type);
    return {
        replaceOn: replaceOnOf(model, after.inputs, before.inputs),
        deletesFirst: deletesFirstOf(model)(before.inputs, after.inputs),
        echoes: model?.echoes ?? [],
    };
}
