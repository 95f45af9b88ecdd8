import { createHash } from "node:crypto";
import {
    copyFileSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type EncryptedValue, withLicense, withoutEncrypted, withoutSecretsProvider } from "../stack-secrets";

/** Entries of a project folder that no program reads and that change while one runs. */
const leftOut: ReadonlySet<string> = new Set([".git", "build"]);

const engineFiles = /^Pulumi(\..+)?\.ya?ml$/;

/**
 * A folder that shows a project to the engine for one run of one stack: links to the project's files, and copies of the files that the
 * engine writes to. The engine keeps the selected stack per folder (https://github.com/pulumi/pulumi/issues/8186) and adds a salt to a
 * stack file that has none, so that runs in one folder would disturb each other and the user's files.
 */
export class WorkDir {
    readonly path: string;
    #encrypted: readonly EncryptedValue[] = [];

    /** @param ownSecrets whether the backend has its own secrets, so that the stack file's salt, secrets provider and encrypted
     *     values are left out */
    constructor(
        private readonly project: string,
        private readonly stack: string,
        private readonly ownSecrets = false,
    ) {
        // The engine names its note of the selected stack by the real path.
        this.path = realpathSync(mkdtempSync(join(tmpdir(), `vernemq-${stack}-`)));
        for (const entry of readdirSync(project).filter((name) => !leftOut.has(name) && !engineFiles.test(name))) {
            symlinkSync(join(project, entry), join(this.path, entry));
        }
        const packages = packagesAbove(project);
        if (packages !== undefined) {
            symlinkSync(packages, join(this.path, "node_modules"));
        }
        copyFileSync(join(project, "Pulumi.yaml"), join(this.path, "Pulumi.yaml"));
        this.restoreStackFile();
    }

    /** Undoes what the engine wrote into its copy of the stack file. */
    restoreStackFile(): void {
        const name = `Pulumi.${this.stack}.yaml`;
        const original = join(this.project, name);
        if (!existsSync(original)) {
            return;
        }
        if (this.ownSecrets) {
            const { text, values } = withoutEncrypted(
                withLicense(withoutSecretsProvider(readFileSync(original, "utf8"))),
            );
            writeFileSync(join(this.path, name), text);
            this.#encrypted = values;
        } else {
            copyFileSync(original, join(this.path, name));
        }
    }

    /** With secrets of the backend's own: what the stack file has encrypted, and is empty in the copy. */
    get encrypted(): readonly EncryptedValue[] {
        return this.#encrypted;
    }

    /** Removes the folder, and the engine's note of which stack is selected in it. */
    remove(project: string): void {
        rmSync(this.path, { recursive: true, force: true });
        const id = createHash("sha1").update(join(this.path, "Pulumi.yaml")).digest("hex");
        const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
        rmSync(join(home, "workspaces", `${project}-${id}-workspace.json`), { force: true });
    }
}

/** The packages that a project without its own node_modules finds in a folder above it, as workspaces of npm do. */
function packagesAbove(project: string): string | undefined {
    if (existsSync(join(project, "node_modules"))) {
        return undefined;
    }
    for (let folder = dirname(project); ; folder = dirname(folder)) {
        const packages = join(folder, "node_modules");
        if (existsSync(packages)) {
            return packages;
        }
        if (folder === dirname(folder)) {
            return undefined;
        }
    }
}
