import assert from "node:assert/strict";
import { passwdFile } from "../../components/broker/access/passwd";
import { fileProblems } from "../../ops/reload/mounts";
import { ScriptedCluster } from "./support/cluster";
import { ops } from "./support/ops";

const sound = passwdFile([{ name: "device", password: "correct horse battery" }], "test");

function data(files: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString("base64")]));
}

describe("ops/reload, the files that VerneMQ reads", () => {
    it("are those of the program's own Secret, where the settings name no other", () => {
        const files = data({ "vmq.passwd": `${sound}guest:plain\n`, "vmq.acl": "topic #\nallow x\n" });
        const problems = fileProblems("vernemq-auth", files, {});
        assert.deepEqual(
            problems.map((problem) => problem.split(":")[0]),
            ["vmq.passwd, line 2", "vmq.acl, line 2"],
        );
        assert.deepEqual(fileProblems("vernemq-auth", data({ "vmq.passwd": sound, "vmq.acl": "topic #\n" }), {}), []);
        assert.deepEqual(fileProblems("vernemq-auth", data({ "vmq.acl": "topic #\n" }), {}), []);
        assert.deepEqual(fileProblems("another", files, {}), []);
    });

    it("are checked under the key that the settings name, and no other file of that Secret is", () => {
        const settings = {
            usersFrom: { secret: "people", key: "devices" },
            aclFrom: { secret: "people", key: "rules" },
        };
        const files = data({ devices: "guest:plain\n", rules: "nonsense\n", "vmq.passwd": "not read\n" });
        assert.deepEqual(
            fileProblems("people", files, settings).map((problem) => problem.split(":")[0]),
            ["devices, line 1", "rules, line 1"],
        );
        assert.deepEqual(fileProblems("vernemq-auth", data({ "vmq.passwd": "old\n" }), settings), []);
    });

    it("have to be there: a Secret that lacks the key lets nobody new in", () => {
        const settings = { usersFrom: { secret: "people", key: "devices" } };
        assert.deepEqual(fileProblems("people", data({ "vmq.passwd": sound }), settings), ["it has no devices"]);
    });

    it("are named by line, and never shown", () => {
        const [problem = ""] = fileProblems("vernemq-auth", data({ "vmq.passwd": "guest:hunter2hunter2\n" }), {});
        assert.doesNotMatch(problem, /hunter2/);
    });
});

describe("ops/reload, where a database says who may connect", function () {
    // The client library takes seconds to load.
    this.timeout(30_000);

    it("says that there is nothing to reload, and asks no broker", async () => {
        const cluster = await ScriptedCluster.start();
        try {
            cluster.world.store.patch("v1/secrets", "vernemq-auth", { data: { "vmq.passwd": null, "vmq.acl": null } });
            const ran = await ops(cluster, ["reload"]);
            assert.equal(ran.exitCode, 2);
            assert.match(ran.err, /^vernemq-0 has no file.*nothing to reload\.\n$/);
            assert.equal(
                cluster.requests.some(({ command }) => command !== undefined),
                false,
            );
        } finally {
            await cluster.stop();
        }
    });
});
