import type { Settings } from "./config";
import type { StackOutputs } from "./outputs";

export function deployGke(settings: Settings<"gke">): StackOutputs {
    throw new Error(`not written yet: ${settings.target}`);
}
