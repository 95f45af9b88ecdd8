import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A mounted Secret or ConfigMap, changed as Kubernetes does it: all files at once, by one rename of a link to their folder. */
export class Mount {
    readonly #folder: string;
    #contents: Readonly<Record<string, string>>;
    #version = 0;

    private constructor(folder: string, contents: Readonly<Record<string, string>>) {
        this.#folder = folder;
        this.#contents = contents;
    }

    /** Turns plain files into such a mount; what HAProxy reads stays the same. */
    static async of(folder: string, paths: readonly string[]): Promise<Mount> {
        const contents = await Promise.all(
            paths.map(async (path) => [path, await readFile(join(folder, path), "utf8")] as const),
        );
        const mount = new Mount(folder, Object.fromEntries(contents));
        await mount.renew({});
        for (const entry of new Set(paths.map((path) => path.split("/")[0] ?? path))) {
            await rm(join(folder, entry), { recursive: true });
            await symlink(join("..data", entry), join(folder, entry));
        }
        return mount;
    }

    async renew(changes: Readonly<Record<string, string>>): Promise<void> {
        this.#contents = { ...this.#contents, ...changes };
        this.#version += 1;
        const version = `..${this.#version}`;
        for (const [path, text] of Object.entries(this.#contents)) {
            await mkdir(dirname(join(this.#folder, version, path)), { recursive: true });
            await writeFile(join(this.#folder, version, path), text);
        }
        await symlink(version, join(this.#folder, "..new"));
        await rename(join(this.#folder, "..new"), join(this.#folder, "..data"));
    }
}
