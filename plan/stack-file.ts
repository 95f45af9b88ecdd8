import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../components/common/is-object";
import { ConfigurationError } from "../components/common/problem";
import type { RawConfig } from "../stacks/settings/settings";
import { isEncrypted, sealed } from "../stacks/settings/encrypted";
import { withLicenseForPlanning } from "../stacks/settings/license";
import { readYaml as readYamlText } from "../stacks/settings/yaml";
import { UserError } from "./common/errors";

/** Refuses a folder that is no project's. */
export function requireProject(folder: string): void {
    if (!existsSync(join(folder, "Pulumi.yaml"))) {
        throw new UserError(
            `${folder} has no Pulumi.yaml: run the command in your project's folder, or name that folder with --cwd`,
        );
    }
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` of a project folder. Encrypted values stay closed: no passphrase is required.
 *
 * @throws UserError where the folder is no project's; ConfigurationError about its files
 */
export function readStackFile(folder: string, stack: string): RawConfig {
    requireProject(folder);
    if (!/^[\w.-]{1,100}$/.test(stack)) {
        throw new ConfigurationError([
            {
                key: "stack",
                value: stack,
                rule: "a stack's name is 1 to 100 letters, digits, hyphens, underscores and dots, and no path",
                remedy: remedyIn(folder),
            },
        ]);
    }
    const project = readYaml(folder, "Pulumi.yaml") as { name?: unknown } | null;
    const file = `Pulumi.${stack}.yaml`;
    return stackConfig(String(project?.name), stack, readYaml(folder, file), file);
}

/** The same for a run that creates nothing: with the image's license accepted where the stack file leaves that open; itself otherwise. */
export function forPlanning(config: RawConfig): RawConfig {
    const broker = withLicenseForPlanning(config.values["vernemq:broker"]);
    return broker === undefined ? config : { ...config, values: { ...config.values, "vernemq:broker": broker } };
}

/** Where a project's program is, from the project's folder: `main` in its Pulumi.yaml, and the folder itself without. */
export function mainOf(folder: string): string {
    const project = readYaml(folder, "Pulumi.yaml");
    return isObject(project) && typeof project["main"] === "string" ? project["main"] : ".";
}

/** The stacks of a project, for a verb that takes all: at least one. */
export function allStacksOf(folder: string): readonly string[] {
    requireProject(folder);
    const stacks = stacksOf(folder);
    if (stacks.length === 0) {
        throw new UserError(`${folder} has no stack file: write a Pulumi.<stack>.yaml beside its Pulumi.yaml`);
    }
    return stacks;
}

/** The stacks of a project folder: the names in its Pulumi.<name>.yaml, dev first. */
export function stacksOf(folder: string): readonly string[] {
    const names = readdirSync(folder).flatMap((file) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(file)?.[1] ?? []);
    return names.sort((a, b) => (a === "dev" ? -1 : b === "dev" ? 1 : a < b ? -1 : 1));
}

/** A stack file's contents as a configuration. */
export function stackConfig(project: string, stack: string, document: unknown, file: string): RawConfig {
    const config = isObject(document) ? (document["config"] ?? {}) : undefined;
    if (!isObject(config)) {
        throw new ConfigurationError([
            {
                key: file,
                rule: "a stack file is a YAML mapping with a mapping `config`",
                remedy: "expected: `config:` and, indented below it, settings such as `vernemq:target: existing`",
            },
        ]);
    }
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, closeSecrets(value, key)]));
    return { project, stack, values, keysWithDecryptedValues: new Set() };
}

function readYaml(folder: string, file: string): unknown {
    let text: string;
    try {
        text = readFileSync(join(folder, file), "utf8");
    } catch {
        throw new ConfigurationError([{ key: file, rule: "the file cannot be read", remedy: remedyIn(folder) }]);
    }
    const result = readYamlText(text);
    if (!result.ok) {
        throw new ConfigurationError([
            { key: file, rule: `it is not valid YAML: ${result.fault}`, remedy: "fix the file" },
        ]);
    }
    return result.value;
}

function remedyIn(folder: string): string {
    const stacks = stacksOf(folder);
    return stacks.length === 0
        ? `${folder} has no stack files: write one, or name the folder that has with --cwd`
        : `name one of the stacks that are here: ${stacks.join(", ")}`;
}

/** Replaces `{ secure: ... }` by a secret that only says where it stands. */
function closeSecrets(value: unknown, path: string): unknown {
    if (Array.isArray(value)) {
        return value.map((item, index) => closeSecrets(item, `${path}[${index}]`));
    }
    if (!isObject(value)) {
        return value;
    }
    if (isEncrypted(value)) {
        return sealed(path, value.secure);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closeSecrets(item, `${path}.${key}`)]));
}
