import { isMap, parseDocument, visit } from "yaml";

/** Keys of a stack file that say how its encrypted values are encrypted. */
const providerKeys = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/** A stack file without what says how it is encrypted. `pulumi stack init` writes a salt even where nothing is encrypted. */
export function withoutSecretsProvider(text: string): string {
    const document = parseDocument(text);
    if (isMap(document.contents)) {
        for (const key of providerKeys) {
            document.delete(key);
        }
    }
    return document.toString();
}

/** The settings that hold an encrypted value (`secure: ...`), by their keys. */
export function encryptedSettings(text: string): readonly string[] {
    const document = parseDocument(text);
    const found = new Set<string>();
    const config = isMap(document.contents) ? document.get("config") : undefined;
    if (isMap(config)) {
        for (const { key, value } of config.items) {
            visit(value as never, {
                Pair: (_, pair) => {
                    if (String(pair.key) === "secure") {
                        found.add(String(key));
                    }
                },
            });
        }
    }
    return [...found].sort();
}
