import { secretMark } from "./graph";
import { isSensitiveName } from "./values";

/** The configuration as the engine passes it to a program. */
export interface EngineConfig {
    readonly values: Readonly<Record<string, string>>;
    /** Keys whose value is encrypted, whole or in part. */
    readonly secretKeys: readonly string[];
}

/** The inputs of a default provider: the stack's configuration of its package. What may be a credential is never shown. */
export function defaultProviderInputs(
    { values, secretKeys }: EngineConfig,
    packageName: string,
    version: string,
): Readonly<Record<string, unknown>> {
    const prefix = `${packageName}:`;
    const settings = Object.entries(values)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => {
            const property = key.slice(prefix.length);
            const hidden = secretKeys.includes(key) || isSensitiveName(property);
            return [property, hidden ? secretMark : value] as const;
        })
        .sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...Object.fromEntries(settings), ...(version === "" ? {} : { version }) };
}
