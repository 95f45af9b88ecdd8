import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/**
 * The path from the program's working folder to a file of this package, for what is started by others than this program. It is the same on
 * every machine that runs the same program: below the folder itself (a clone, also one that is shown through links), below a node_modules
 * where Node would find the package, else the shortest one there is. Always with `/`, and never a bare name.
 *
 * @param file path of the file, from `__dirname`
 */
export function pathFromProgram(file: string, folder = process.cwd()): string {
    const { root, name } = packageOf(dirname(file));
    const inside = relative(root, file);
    const installed = join("node_modules", name, inside);
    const found = [inside, ...ancestors(folder).map((up) => join(up, installed))].find((path) =>
        isSame(join(folder, path), file),
    );
    const path = (found ?? relative(folder, file)).split(sep).join("/");
    return /^(\.{0,2}\/|[A-Za-z]:)/.test(path) ? path : `./${path}`;
}

/** The package that a folder is in: its folder and its name. */
function packageOf(folder: string): { readonly root: string; readonly name: string } {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
        return { root: folder, name: (JSON.parse(readFileSync(manifest, "utf8")) as { readonly name: string }).name };
    }
    const parent = dirname(folder);
    if (parent === folder) {
        throw new Error("the files of this package are not in a package");
    }
    return packageOf(parent);
}

/** The folder and those that it is in, as relative paths. */
function ancestors(folder: string): readonly string[] {
    const depth = folder.split(sep).filter((part) => part !== "").length;
    return Array.from({ length: depth + 1 }, (_, levels) => join(".", ...Array<string>(levels).fill("..")));
}

function isSame(path: string, file: string): boolean {
    return existsSync(path) && realpathSync(path) === realpathSync(file);
}
