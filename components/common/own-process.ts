import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Whether this is the installed package, which has no npm scripts, and not a clone. */
export const isInstalled = extname(__filename) === ".js";

/** Ending of this package's modules: `.ts` in a clone, `.js` where it is installed. */
const ending = isInstalled ? ".js" : ".ts";

/**
 * What follows `node` to run a module of this package as a process: in a clone the loader of TypeScript stands before it. Both are found
 * from the package, so that it does not matter where the process is started.
 *
 * @param module path of the module without its ending, from `__dirname`
 */
export function nodeWords(module: string): readonly string[] {
    // An absolute path after --import would be read as a URL, and on Windows `C:` as its scheme.
    const loader = isInstalled ? [] : ["--import", pathToFileURL(join(__dirname, "..", "..", "typescript.mjs")).href];
    return [...loader, `${module}${ending}`];
}
