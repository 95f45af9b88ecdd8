import type { SimulatedProvider } from "./provider";

export const aws: SimulatedProvider = { name: "aws", models: {} };
