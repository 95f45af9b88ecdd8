import * as pulumi from "@pulumi/pulumi";
import { groupNames, namespace, type RawConfig } from "./config";

/** The configuration that the Pulumi engine gives to the program. */
export function readEngineConfig(): RawConfig {
    const values = pulumi.runtime.allConfig();
    const keys = groupNames.map((name) => `${namespace}:${name}`);
    return {
        project: pulumi.getProject(),
        stack: pulumi.getStack(),
        values,
        keysWithDecryptedValues: new Set(keys.filter(isEncrypted)),
    };
}

/** The engine passes the keys with encrypted values in; the SDK reads them but leaves the function out of its declarations. */
function isEncrypted(key: string): boolean {
    return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
