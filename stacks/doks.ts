import type { Settings } from "./config";
import type { StackOutputs } from "./outputs";

export function deployDoks(settings: Settings<"doks">): StackOutputs {
    throw new Error(`not written yet: ${settings.target}`);
}
