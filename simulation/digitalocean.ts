import type { SimulatedProvider } from "./provider";

export const digitalocean: SimulatedProvider = { name: "digitalocean", models: {} };
