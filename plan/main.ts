import { join } from "node:path";
import { failureOf } from "./common/errors";
import { exitCodes } from "./common/exit-code";
import { runPlan } from "./command";

/** One stack's plan as a process: `plan --all` starts one for each, because the SDK keeps its state per process. */
// Until the end is reached it has failed: a program that waits for ever ends with nothing left to do.
process.exitCode = exitCodes.failed;
runPlan(process.argv.slice(2), join(__dirname, "..")).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        const { message, exitCode } = failureOf(error);
        process.stderr.write(`${message}\n`);
        process.exit(exitCode);
    },
);
