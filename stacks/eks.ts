import type { Settings } from "./config";
import type { StackOutputs } from "./outputs";

export function deployEks(settings: Settings<"eks">): StackOutputs {
    throw new Error(`not written yet: ${settings.target}`);
}
