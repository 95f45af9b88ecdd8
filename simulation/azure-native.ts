import type { SimulatedProvider } from "./provider";

export const azureNative: SimulatedProvider = { name: "azure-native", models: {} };
