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

/** Loads the simulated cloud of a package; only those that a stack uses are loaded. Undefined for an unknown package. */
export async function loadSimulatedProvider(packageName: string): Promise<SimulatedProvider | undefined> {
    switch (packageName) {
        case "aws":
            return (await import("./aws")).aws;
        case "azure-native":
            return (await import("./azure")).azureNative;
        case "digitalocean":
            return (await import("./digitalocean")).digitalocean;
        case "gcp":
            return (await import("./google")).gcp;
        case "kubernetes":
            return (await import("./kubernetes")).kubernetes;
        case "random":
            return (await import("./random")).random;
        case "tls":
            return (await import("./tls")).tls;
        default:
            return registered.get(packageName);
    }
}
