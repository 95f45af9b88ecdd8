import { basename } from "node:path";
import { isInstalled } from "../../components/common/own-process";

/** npm scripts of a clone by verb, where it is not `pipeline`; docs/reference/command-line.md lists them. */
const scripts: Readonly<Record<string, string>> = {
    ...Object.fromEntries(["plan", "size", "passwd", "lab"].map((verb) => [verb, verb])),
    ...Object.fromEntries(
        [
            ...["status", "scale", "drain", "undrain", "upgrade"],
            ...["backup", "restore", "reload", "port-forward", "role"],
        ].map((verb) => [verb, "ops"]),
    ),
};

/**
 * A command line as the user who reads it can type it: by the program's own name where it was started as such (bin/vernemq.mjs) and in the
 * installed package, elsewhere by the npm script of a clone.
 *
 * @param words a verb, and what follows it
 * @param startedAs the program that was started
 */
export function commandLine(words: string, startedAs = process.argv[1] ?? ""): string {
    if (isInstalled || /^vernemq(\.mjs)?$/.test(basename(startedAs))) {
        return `vernemq ${words}`;
    }
    const [verb = "", ...rest] = words.split(" ");
    const script = scripts[verb] ?? "pipeline";
    return ["npm run", script, "--", ...(script === verb ? rest : [verb, ...rest])].join(" ");
}

/** A help text whose examples begin with the program's name, with commands as the user who reads it can type them. */
export function asTyped(help: string): string {
    return help.replaceAll(/\bvernemq (?=[a-z])([a-z-]+)/g, (_, verb: string) => commandLine(verb));
}
