import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError } from "../components/common/problem";
import { parsePolicySettings, type PolicySettings } from "../policy/settings";

/** Levels and exceptions of the policy rules, beside Pulumi.yaml: the file that `--policy-pack-config` takes. */
const file = "policy.json";

/**
 * Reads a project's policy.json; without one every rule has its own level.
 *
 * @throws ConfigurationError with everything that is wrong in it.
 */
export function policySettings(folder: string): PolicySettings {
    const path = join(folder, file);
    const { settings, problems } = parsePolicySettings(existsSync(path) ? readFileSync(path, "utf8") : "{}");
    if (problems.length > 0) {
        throw new ConfigurationError(problems);
    }
    return settings;
}
