import { loadSimulatedProvider } from "../../simulation";
import { deletesFirstOf, modelOf, replaceOnOf } from "../../simulation/provider";
import type { RulesFor } from "./replacements";
import { packageOf, type PlannedResource, providerTypePrefix } from "../graph";

/** Loads what the simulated clouds know about updates of these resources. */
export async function loadUpdateRules(resources: readonly PlannedResource[]): Promise<RulesFor> {
    const packages = [...new Set(resources.map(({ type }) => packageOf(type)))];
    const simulated = new Map(
        await Promise.all(packages.map(async (name) => [name, await loadSimulatedProvider(name)] as const)),
    );
    return (before, after) => {
        const provider = simulated.get(packageOf(after.type));
        if (after.type.startsWith(providerTypePrefix)) {
            return { replaceOn: provider?.configurationReplaceOn?.(after.inputs) ?? [], deletesFirst: false };
        }
        const model = modelOf(provider, after.type);
        return {
            replaceOn: replaceOnOf(model, after.inputs, before.inputs),
            deletesFirst: deletesFirstOf(model)(before.inputs, after.inputs),
            echoes: model?.echoes ?? [],
        };
    };
}
