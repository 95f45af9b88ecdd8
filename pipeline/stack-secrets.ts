import { isMap, isSeq, parseDocument } from "yaml";
import { sealed } from "../stacks/settings/encrypted";
import { withLicenseForPlanning } from "../stacks/settings/license";
import { propertyPath } from "../stacks/settings/schema/problems";

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

/** A stack file for simulated clouds: with the image's license accepted where the file leaves that open. */
export function withLicense(text: string): string {
    const document = parseDocument(text);
    const path = ["config", "vernemq:broker"];
    const broker = isMap(document.getIn(path))
        ? (document.getIn(path) as { toJSON: () => unknown }).toJSON()
        : undefined;
    if (withLicenseForPlanning(broker) === undefined) {
        return text;
    }
    document.setIn([...path, "acceptLicense"], true);
    return document.toString();
}

/** A value of a stack file that only the user's secrets provider can decrypt. */
export interface EncryptedValue {
    /** Where it is, as `pulumi config set --path` takes it: `vernemq:broker.users[0].password`. */
    readonly path: string;
    /** The same, key by key. */
    readonly keys: readonly (string | number)[];
    /** What stands for it in simulated clouds, the same as in a plan: where it is and which ciphertext, and nothing of the value. */
    readonly standIn: string;
}

/** A stack file with an empty string in place of each encrypted value (`secure: ...`), and what these were. */
export function withoutEncrypted(text: string): {
    readonly text: string;
    readonly values: readonly EncryptedValue[];
} {
    const document = parseDocument(text);
    const config = isMap(document.contents) ? document.get("config") : undefined;
    const values: EncryptedValue[] = [];
    const search = (node: unknown, keys: readonly (string | number)[]): void => {
        if (isMap(node)) {
            const [only] = node.items;
            if (node.items.length === 1 && String(only?.key) === "secure") {
                const path = keys.map((key, index) => step(key, index)).join("");
                values.push({ path, keys, standIn: sealed(path, String(only?.value)).reveal() });
                document.setIn(["config", ...keys], "");
                return;
            }
            for (const { key, value } of [...node.items]) {
                search(value, [...keys, String(key)]);
            }
        } else if (isSeq(node)) {
            for (const [index, item] of node.items.entries()) {
                search(item, [...keys, index]);
            }
        }
    };
    search(config, []);
    return values.length === 0 ? { text, values } : { text: document.toString(), values };
}

function step(key: string | number, index: number): string {
    return typeof key === "number" ? `[${key}]` : index === 0 ? key : propertyPath(key);
}
