import { aksFunctions, aksModels } from "./azure/aks";
import { applicationGatewayModels } from "./azure/application-gateway";
import { networkModels } from "./azure/network";
import type { SimulatedProvider } from "./provider";

/** Azure Resource Manager, as far as this program talks to it. */
export const azureNative: SimulatedProvider = {
    name: "azure-native",
    models: { ...networkModels, ...aksModels, ...applicationGatewayModels },
    functions: aksFunctions,
};
