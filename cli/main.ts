import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failureOf } from "../plan/common/errors";
import { exitCodes } from "../plan/common/exit-code";
import { runCli } from "./program";
import { projectFolder } from "./project-folder";

const root = join(__dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

// A reader that has seen enough (`| head`) is no reason to leave a change half done.
process.stdout.on("error", () => undefined);
// Until the end is reached it has failed: a program that waits for ever ends with nothing left to do.
process.exitCode = exitCodes.failed;
runCli(process.argv.slice(2), { version, folder: projectFolder(root) }).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        const { message, exitCode } = failureOf(error);
        process.stderr.write(`${message}\n`);
        process.exitCode = exitCode;
    },
);
