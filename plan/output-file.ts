import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./common/errors";

/**
 * Writes a text to a file whose folder may not be there yet; `-` is standard output.
 *
 * @throws UserError where it cannot be written.
 */
export function writeOutput(text: string, file: string, out: (text: string) => void): void {
    if (file === "-") {
        out(text);
        return;
    }
    try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    } catch (error) {
        throw new UserError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
}
