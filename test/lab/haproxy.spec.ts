import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Child } from "../../lab/child";
import { rewrite } from "../../lab/haproxy";
import { removeFolder, temporaryFolder } from "../../lab/temporary";

describe("HAProxy on loopback", () => {
    it("puts addresses and paths in, wherever they stand", () => {
        assert.equal(
            rewrite("bind :1\nbind :2\ncrt /a/b", [
                [":", "h:"],
                ["/a/", "/tmp/"],
            ]),
            "bind h:1\nbind h:2\ncrt /tmp/b",
        );
    });

    it("fails on a replacement that finds nothing, since the text then is not the deployed one", () => {
        assert.throws(() => rewrite("bind :1", [["crt /a", "crt /b"]]), /does not contain "crt \/a"/);
    });
});

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
