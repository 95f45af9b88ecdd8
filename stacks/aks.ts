import type { Settings } from "./config";
import type { StackOutputs } from "./outputs";

export function deployAks(settings: Settings<"aks">): StackOutputs {
    throw new Error(`not written yet: ${settings.target}`);
}
