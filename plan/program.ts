import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
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
    if (extname(entry) === ".ts") {
        (await import("tsx/cjs/api")).register();
    }
    const program = async () => {
        const exported: unknown = load(entry);
        return await (typeof exported === "function" ? (exported as () => unknown)() : exported);
    };
    const main = join(folder, mainOf(folder));
    return { isOwn: true, program, folder: statSync(main).isDirectory() ? main : dirname(main) };
}

/** The file that `main` of Pulumi.yaml or of package.json names, else index.js or index.ts. */
function entryOf(folder: string): string | undefined {
    const place = join(folder, mainOf(folder));
    const typescript = [place, join(place, "index.ts")].find((path) => extname(path) === ".ts" && existsSync(path));
    try {
        return createRequire(join(place, "index.js")).resolve(place);
    } catch {
        return typescript;
    }
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
