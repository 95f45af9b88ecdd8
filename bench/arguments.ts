import { InvalidArgumentError } from "commander";

/** A whole number of at least 1 on the command line. */
export function positive(text: string): number {
    const count = Number(text);
    if (!Number.isInteger(count) || count < 1) {
        throw new InvalidArgumentError("a whole number of at least 1");
    }
    return count;
}
