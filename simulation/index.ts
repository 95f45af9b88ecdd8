import type { SimulatedProvider } from "./provider";

/** Simulated providers of further platforms, by package. */
const registered = new Map<string, SimulatedProvider>();

/**
 * Adds a simulated provider, for as long as it is wanted.
 *
 * @returns takes it out again
 */
export function registerSimulatedProvider(provider: SimulatedProvider): () => void {
    registered.set(provider.name, provider);
    return () => registered.delete(provider.name);
}

const loaders: ReadonlyMap<string, () => Promise<SimulatedProvider>> = new Map([
    ["aws", async () => (await import("./aws")).aws],
    ["azure-native", async () => (await import("./azure")).azureNative],
    ["digitalocean", async () => (await import("./digitalocean")).digitalocean],
    ["gcp", async () => (await import("./google")).gcp],
    ["kubernetes", async () => (await import("./kubernetes")).kubernetes],
    ["random", async () => (await import("./random")).random],
    ["tls", async () => (await import("./tls")).tls],
]);

/** Kept because tsx resolves an import anew each time, and a plan asks for each resource. */
const loaded = new Map<string, SimulatedProvider>();

/** Loads the simulated cloud of a package; only those that a stack uses are loaded. Undefined for an unknown package. */
export async function loadSimulatedProvider(packageName: string): Promise<SimulatedProvider | undefined> {
    const provider = loaded.get(packageName) ?? (await loaders.get(packageName)?.());
    if (provider === undefined) {
        return registered.get(packageName);
    }
    loaded.set(packageName, provider);
    return provider;
}
