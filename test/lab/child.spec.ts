import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Child } from "../../lab/child";
import { removeFolder, temporaryFolder } from "../../lab/temporary";

describe("a server's child process", () => {
    it("logs to a file where one is given, and keeps its errors", async () => {
        const folder = await temporaryFolder("child");
        try {
            const logFile = join(folder, "log");
            for (const line of ["first", "second"]) {
                const child = new Child("sh", ["-c", `echo ${line}; echo warning >&2; exec sleep 600`], logFile);
                await child.until(() => Promise.resolve(child.output.includes("\n")), "its warning", 60_000);
                await child.stop();
                assert.equal(child.output, "warning\n");
            }
            assert.equal(await readFile(logFile, "utf8"), "first\nsecond\n");
        } finally {
            await removeFolder(folder);
        }
    });
});
