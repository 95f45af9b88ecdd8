import { join } from "node:path";
import { isColorSupported } from "picocolors";
import { exitCodes } from "../plan/common/exit-code";
import { runOps } from "./run";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
        interrupt.abort();
    });
}
// A reader that has seen enough (`| head`) is no reason to leave a change half done.
process.stdout.on("error", () => undefined);
process.exitCode = exitCodes.failed;

const isWatched = process.stdout.isTTY && process.stdin.isTTY && !process.env["CI"];
void runOps(
    process.argv.slice(2),
    {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        terminal: isWatched ? { input: process.stdin, output: process.stdout } : undefined,
        colours: isColorSupported && process.stdout.isTTY,
    },
    join(__dirname, ".."),
    interrupt.signal,
).then((code) => {
    process.exitCode = code;
});
