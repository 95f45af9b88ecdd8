import type { Settings } from "./settings/parse";
import type { StackOutputs } from "./outputs";

export type { StackOutputs } from "./outputs";

/** Deploys a stack's target. Only that target's modules, and with them its cloud's SDK, are loaded. */
export async function deploy(settings: Settings): Promise<StackOutputs> {
    switch (settings.target) {
        case "eks":
            return (await import("./eks")).deployEks(settings);
        case "gke":
            return (await import("./gke")).deployGke(settings);
        case "aks":
            return (await import("./aks")).deployAks(settings);
        case "doks":
            return (await import("./doks")).deployDoks(settings);
        case "existing":
            return (await import("./existing")).deployExisting(settings);
    }
}
