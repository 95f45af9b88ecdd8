import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const file = "Pulumi.yaml";

/**
 * The folder of the project that is meant: the nearest one with a Pulumi.yaml, from where the command is started upwards, as the engine looks
 * for it; else the clone that the program is from; else where the command is started, which has no project then.
 *
 * @param own the folder of this program
 */
export function projectFolder(own: string, start = process.cwd()): string {
    return nearest(start) ?? (existsSync(join(own, file)) ? own : start);
}

function nearest(folder: string): string | undefined {
    if (existsSync(join(folder, file))) {
        return folder;
    }
    const above = dirname(folder);
    return above === folder ? undefined : nearest(above);
}
