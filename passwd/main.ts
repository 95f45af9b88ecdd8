import { text } from "node:stream/consumers";
import { perform, taskOf, usage } from "./passwd";

/** Runs the command line and gives its exit code. */
async function main(): Promise<number> {
    const task = taskOf(process.argv.slice(2));
    if (task === undefined) {
        process.stderr.write(usage);
        return 2;
    }
    const { out, err, exitCode } = perform(task, task === "help" ? "" : await text(process.stdin));
    process.stdout.write(out);
    process.stderr.write(err);
    return exitCode;
}

void main().then((code) => {
    process.exitCode = code;
});
