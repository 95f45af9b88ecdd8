import assert from "node:assert/strict";
import { passwdFile } from "../../components/broker/access/passwd";
import type { KubernetesObject } from "../../ops/kubernetes/client";
import { accessFiles, fileProblems, mountedSecrets } from "../../ops/reload/mounts";
import { ScriptedCluster } from "./support/cluster";
import { ops } from "./support/ops";

const valid = passwdFile([{ name: "device", password: "correct horse battery" }], "test");

function data(files: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString("base64")]));
}

const own = {
    users: { secret: "vernemq-auth", key: "vmq.passwd" },
    acl: { secret: "vernemq-auth", key: "vmq.acl" },
};

/** A broker's pod with variables and with Secrets as folders. */
function pod(
    env: readonly { name: string; value: string }[],
    mounts: readonly { folder: string; secret: string; items?: readonly { key: string; path: string }[] }[],
): KubernetesObject {
    const name = (index: number) => `volume-${index}`;
    return {
        metadata: { name: "vernemq-0" },
        spec: {
            containers: [
                {
                    name: "vernemq",
                    env,
                    volumeMounts: mounts.map(({ folder }, index) => ({ name: name(index), mountPath: folder })),
                },
            ],
            volumes: mounts.map(({ secret, items }, index) => ({
                name: name(index),
                secret: { secretName: secret, ...(items === undefined ? {} : { items }) },
            })),
        },
    };
}

const filesOf = (object: KubernetesObject) => accessFiles(object, "vernemq", mountedSecrets(object, "vernemq"));

describe("ops/reload, the files that VerneMQ reads", () => {
    it("are found by a pod's configuration and mounts, as the chart has them", () => {
        const variable = (key: string, value: string) => ({ name: `DOCKER_VERNEMQ_${key}`, value });
        const env = [
            variable("VMQ_ACL__ACL_FILE", "/vernemq/rules/rules"),
            variable("VMQ_PASSWD__PASSWORD_FILE", "/vernemq/users/today/people"),
        ];
        const mounts = [
            { folder: "/vernemq/users", secret: "people", items: [{ key: "devices", path: "today/people" }] },
            { folder: "/vernemq/rules", secret: "law" },
        ];
        assert.deepEqual(filesOf(pod(env, mounts)), {
            users: { secret: "people", key: "devices" },
            acl: { secret: "law", key: "rules" },
        });
        assert.deepEqual(filesOf(pod([], mounts)), { users: undefined, acl: undefined });
        assert.deepEqual(filesOf(pod(env, [])), { users: undefined, acl: undefined });
    });

    it("are found in the text that the operator passes, where the last of two lines counts", () => {
        const conf =
            "vmq_passwd.password_file = ./etc/vmq.passwd\nlog.console = console\nvmq_passwd.password_file = /s/a/users\n";
        const env = [{ name: "VERNEMQ_CONF", value: Buffer.from(conf).toString("base64") }];
        assert.deepEqual(filesOf(pod(env, [{ folder: "/s/a", secret: "a" }])), {
            users: { secret: "a", key: "users" },
            acl: undefined,
        });
    });

    it("are checked under the key that VerneMQ reads, and no other file of that Secret is", () => {
        const files = data({ "vmq.passwd": `${valid}guest:plain\n`, "vmq.acl": "topic #\nallow x\n" });
        const problems = fileProblems("vernemq-auth", files, own);
        assert.deepEqual(
            problems.map((problem) => problem.split(":")[0]),
            ["vmq.passwd, line 2", "vmq.acl, line 2"],
        );
        assert.deepEqual(fileProblems("vernemq-auth", data({ "vmq.passwd": valid, "vmq.acl": "topic #\n" }), own), []);
        assert.deepEqual(fileProblems("another", files, own), []);
        const none = { users: undefined, acl: undefined };
        assert.deepEqual(fileProblems("vernemq-auth", data({ "vmq.passwd": "old\n" }), none), []);
    });

    it("have to be there: a Secret that lacks the key lets no new client in", () => {
        assert.deepEqual(fileProblems("vernemq-auth", data({ "vmq.acl": "topic #\n" }), own), ["it has no vmq.passwd"]);
    });

    it("are named by line, and never shown", () => {
        const [problem = ""] = fileProblems("vernemq-auth", data({ "vmq.passwd": "guest:hunter2hunter2\n" }), own);
        assert.doesNotMatch(problem, /hunter2/);
    });
});

describe("ops/reload, where a database says who may connect", () => {
    // The client library takes seconds to load.
    it("says that there is nothing to reload, and asks no broker", async () => {
        const cluster = await ScriptedCluster.start();
        try {
            cluster.world.store.patch("v1/secrets", "vernemq-auth", { data: { "vmq.passwd": null, "vmq.acl": null } });
            for (const { metadata, spec } of cluster.world.brokerPods()) {
                const [container] = (spec as { containers: object[] }).containers;
                cluster.world.store.patch("v1/pods", metadata.name, {
                    spec: { containers: [{ ...container, env: [] }] },
                });
            }
            const ran = await ops(cluster, ["reload"]);
            assert.equal(ran.exitCode, 4);
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
