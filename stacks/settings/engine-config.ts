import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { RawConfig } from "./settings";
import { isEncrypted, withSecrets } from "./encrypted";
import { readYaml } from "./yaml";

/**
 * The configuration that the Pulumi engine gives to the program. The engine says which keys hold an encrypted part and not which part it
 * is; the stack file beside Pulumi.yaml does, so that a plan, the pipeline and the engine judge each setting alike. Without that file
 * (`--config-file`, inline programs) every text of such a key is taken for encrypted.
 */
export function readEngineConfig(): RawConfig {
    const project = pulumi.getProject();
    const stack = pulumi.getStack();
    const written = writtenConfig(pulumi.getRootDirectory(), stack);
    const values: Record<string, unknown> = { ...pulumi.runtime.allConfig() };
    const undecided = new Set<string>();
    for (const [key, value] of Object.entries(values).filter(([name]) => isDecrypted(name))) {
        const found = Object.hasOwn(written, key)
            ? withSecrets(valueLike(value, written[key]), written[key])
            : undefined;
        if (found === undefined) {
            undecided.add(key);
        } else {
            values[key] = found.value;
        }
    }
    return { project, stack, values, keysWithDecryptedValues: undecided };
}

/** `config:` of the stack file as it is written; empty where it cannot be read. In a plan the folder is no path, and nothing is read. */
function writtenConfig(folder: string, stack: string): Readonly<Record<string, unknown>> {
    if (!isAbsolute(folder)) {
        return {};
    }
    try {
        const result = readYaml(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8"));
        const document = result.ok ? (result.value as { config?: Record<string, unknown> } | null) : null;
        return document?.config ?? {};
    } catch {
        return {};
    }
}

/** What is structured in the stack file comes from the engine as JSON. */
function valueLike(value: unknown, written: unknown): unknown {
    if (typeof value !== "string" || typeof written !== "object" || isEncrypted(written)) {
        return value;
    }
    try {
        return JSON.parse(value) as unknown;
    } catch {
        return value;
    }
}

/** The engine passes the keys with encrypted values in; the SDK reads them but leaves the function out of its declarations. */
function isDecrypted(key: string): boolean {
    return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
