import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "./common/errors";
import type { Program } from "./run";
import { mainOf } from "./stack-file";

/** The folder of this package, or of its clone. */
const own = realpathSync(join(__dirname, ".."));

/** A project's program and the folder that the engine runs it in. */
export interface ProjectProgram {
    /** It is the project's own, which may read no settings of this package. */
    readonly isOwn: boolean;
    readonly program: Program;
    readonly folder: string;
}

/**
 * The program that the engine would run for a project: its own where it has one, and that of this package where the folder holds stack
 * files alone. It is loaded when it is run, because a Pulumi program may register resources while it is loaded.
 */
export async function programOf(folder: string): Promise<ProjectProgram> {
    const entry = realpathSync(folder) === own ? undefined : entryOf(folder);
    if (entry === undefined) {
        const isClone = existsSync(join(own, "Pulumi.yaml"));
        return {
            isOwn: false,
            program: async () => (await import("../index")).default(),
            folder: isClone ? own : folder,
        };
    }
    const load = createRequire(entry);
    checkSdk(load, folder);
    const isModule = isOfModules(entry);
    if (isTypeScript(entry)) {
        (isModule ? await import("tsx/esm/api") : await import("tsx/cjs/api")).register();
    }
    const program = async () => {
        const exported = isModule ? await importedFrom(entry) : (load(entry) as unknown);
        return await (typeof exported === "function" ? (exported as () => unknown)() : exported);
    };
    const main = join(folder, mainOf(folder));
    return { isOwn: true, program, folder: statSync(main).isDirectory() ? main : dirname(main) };
}

/** The file that `main` of Pulumi.yaml or of package.json names, else the index that is there. */
function entryOf(folder: string): string | undefined {
    const place = join(folder, mainOf(folder));
    try {
        return createRequire(join(place, "index.js")).resolve(place);
    } catch {
        const indexes = ["mjs", "ts", "mts"].map((ending) => join(place, `index.${ending}`));
        return [place, ...indexes].find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
    }
}

function isTypeScript(path: string): boolean {
    return /\.m?ts$/.test(path);
}

/** Whether a program's package is one of ES modules, which the engine imports; another it requires. */
function isOfModules(entry: string): boolean {
    const file = findPackageJSON(pathToFileURL(entry));
    return file !== undefined && (createRequire(entry)(file) as { readonly type?: unknown }).type === "module";
}

/** `import` itself, as the engine has it: the compiler would turn it into `require`, which refuses `await` outside of functions. */
const importModule = (0, eval)("(url) => import(url)") as (url: string) => Promise<object>;

/** What such a program exports, read as the engine reads it. */
async function importedFrom(entry: string): Promise<unknown> {
    const exported = await importModule(pathToFileURL(entry).href);
    if (!("default" in exported)) {
        return exported;
    }
    if (Object.keys(exported).length > 1) {
        throw new UserError(`${entry} has a default export and named exports: the engine takes one or the other`);
    }
    return exported.default;
}

/** Resources of another copy of the SDK would not be seen by the plan. */
function checkSdk(load: NodeJS.Require, folder: string): void {
    const name = "@pulumi/pulumi";
    let found: string;
    try {
        found = load.resolve(name);
    } catch {
        throw new UserError(
            `the program in ${folder} needs ${name}, which is not installed there: run \`npm install ${name}\``,
        );
    }
    if (realpathSync(found) !== realpathSync(require.resolve(name))) {
        throw new UserError(
            `the program in ${folder} uses a copy of ${name} that is not this command's: install vernemq-anywhere in that folder and run \`npx vernemq\` there`,
        );
    }
}
