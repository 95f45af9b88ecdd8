import { text } from "node:stream/consumers";
import { perform, taskOf, usage } from "./passwd";

/** Runs the command line and gives its exit code. */
async function main(): Promise<number> {
    const task = taskOf(process.argv.slice(2));
    if (task === undefined) {
        process.stderr.write(usage);
        return 2;
    }
    if (task !== "help" && process.stdin.isTTY) {
        process.stderr.write(
            "Reading from the terminal, which shows what you type; Ctrl-D ends it, --help says more.\n",
        );
    }
    const { out, err, exitCode } = perform(task, task === "help" ? "" : await text(process.stdin));
    process.stdout.write(out);
    process.stderr.write(err);
    return exitCode;
}

void main().then((code) => {
    process.exitCode = code;
});
