import type { SimulatedProvider } from "./provider";

export const gcp: SimulatedProvider = { name: "gcp", models: {} };
