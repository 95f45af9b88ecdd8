import { aksFunctions, aksModels } from "./aks";
import { applicationGatewayModels } from "./application-gateway";
import { networkModels } from "./network";
import type { SimulatedProvider } from "../provider";
import { replacementTable, withReplacements } from "../replacements";

/** Azure Resource Manager, as far as this program talks to it. */
export const azureNative: SimulatedProvider = {
    name: "azure-native",
    models: withReplacements(
        { ...networkModels, ...aksModels, ...applicationGatewayModels },
        replacementTable("azure"),
    ),
    functions: aksFunctions,
};
