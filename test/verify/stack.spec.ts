import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { Secret } from "../../components/common/secret";
import type { StackRun } from "../../pipeline/run";
import { portForwardAccess } from "../../verify/access/port-forward";
import { type StackFlags, type StackSources, targetOfStack } from "../../verify/stack";
import { runVerify } from "../../verify/command";
import { directAccess } from "../../verify/access/direct";
import { removeFolder, temporaryFolder } from "../../lab/temporary";
import { change, valid, throughIngress } from "../support";

const folder = join(__dirname, "../..");
const generated = "generated-password-of-a-device";

function run(part: Partial<StackRun>): StackRun {
    return {
        stack: "metal",
        verb: "outputs",
        status: "succeeded",
        events: [],
        startedAt: "2026-01-01T00:00:00.000Z",
        seconds: 1,
        ...part,
    };
}

const outputs = {
    endpoints: {
        secret: false,
        value: { mqtts: "mqtts://mqtt.example.com:8883", wss: "wss://mqtt.example.com:443/mqtt" },
    },
    ca: { secret: false, value: "PEM" },
    passwords: { secret: true, value: { "device-1": generated } },
    kubeconfig: { secret: true, value: "KUBECONFIG" },
};

const flags: StackFlags = { stack: "metal", topicPrefix: "verify", user: "device-1", needsUser: true };

function sources(part: Partial<StackRun> = { outputs }, access?: StackSources["access"]): StackSources {
    return {
        outputs: () => Promise.resolve(run(part)),
        access: access ?? (() => Promise.resolve(directAccess([{ name: "vernemq-0", url: "mqtt://127.0.0.1:1" }]))),
    };
}

describe("verify, of a stack", () => {
    it("takes endpoints, CA and password from the outputs, and what is meant to be from the settings", async () => {
        const target = await targetOfStack(flags, folder, sources());
        const { access, credentials, ...rest } = target;
        const origin = {
            source: "private-ca",
            namespace: "messaging",
            secret: "vernemq-edge-certificate",
            stack: "metal",
        };
        assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
            name: "metal",
            endpoints: [
                { name: "mqtts", scheme: "mqtts", host: "mqtt.example.com", port: 8883, path: "", origin },
                { name: "wss", scheme: "wss", host: "mqtt.example.com", port: 443, path: "/mqtt", origin },
            ],
            connectionsPerSourcePerSecond: 200,
            ca: "PEM",
            allowAnonymous: false,
            minimumTlsVersion: "1.2",
            affinity: "source-ip",
            topicPrefix: "verify",
        });
        assert.equal(credentials?.username, "device-1");
        assert.equal(credentials.password.reveal(), generated);
        assert.ok(!("missing" in access) && access.brokers[0]?.name === "vernemq-0");
    });

    it("gives the cluster access the stack's own kubeconfig, and goes on without it where there is none", async () => {
        let given: string | undefined;
        const refused: StackSources["access"] = (_flags, _folder, kubeconfig) => {
            given = kubeconfig;
            return Promise.reject(new Error("no permission\nmore of it"));
        };
        const { access } = await targetOfStack(flags, folder, sources({ outputs }, refused));
        assert.equal(given, "KUBECONFIG");
        assert.deepEqual(access, { missing: "the brokers cannot be reached past the edge: no permission" });
        const without = await targetOfStack({ ...flags, withoutAccess: "not wanted" }, folder, sources());
        assert.deepEqual(without.access, { missing: "not wanted" });
    });

    it("prefers what the command line gives", async () => {
        const password = new Secret("another");
        const target = await targetOfStack({ ...flags, user: "bob", password, ca: "OTHER" }, folder, sources());
        assert.equal(target.ca, "OTHER");
        assert.equal(target.credentials?.username, "bob");
        assert.equal(target.credentials.password.reveal(), "another");
    });

    it("takes endpoints and an address of the command line in place of the stack's own", async () => {
        const endpoint = ["mqtts://mqtt.example.com:30883"];
        const none = { outputs: { ...outputs, endpoints: { secret: false, value: {} } } };
        const target = await targetOfStack({ ...flags, endpoint, address: "127.0.0.1" }, folder, sources(none));
        assert.deepEqual(
            target.endpoints.map(({ port }) => port),
            [30883],
        );
        assert.equal(target.address, "127.0.0.1");
        assert.equal(target.ca, "PEM");
    });

    it("does not hold the stack's CA against a certificate of an ingress controller", async () => {
        const own = await temporaryFolder("verify-test");
        try {
            await copyFile(join(folder, "Pulumi.yaml"), join(own, "Pulumi.yaml"));
            const publicOnes = async (settings: object, ca?: string) => {
                const config = change(valid.existing, "vernemq:edge", {
                    webSocket: { ...throughIngress, ...settings },
                });
                await writeFile(join(own, "Pulumi.web.yaml"), stringify({ config }));
                const given = { ...flags, stack: "web", needsUser: false, ...(ca === undefined ? {} : { ca }) };
                const { endpoints } = await targetOfStack(given, own, sources());
                return endpoints.filter(({ publicCa }) => publicCa === true).map(({ name }) => name);
            };
            assert.deepEqual(await publicOnes({ tlsSecretName: "web-tls" }), ["wss"]);
            assert.deepEqual(await publicOnes({}), []);
            assert.deepEqual(await publicOnes({ tlsSecretName: "web-tls" }, "PEM"), []);
        } finally {
            await removeFolder(own);
        }
    });

    it("does without a user where none is known and no check needs one", async () => {
        const unknown = { outputs: { ...outputs, passwords: { secret: true, value: {} } } };
        const target = await targetOfStack({ ...flags, needsUser: false }, folder, sources(unknown));
        assert.equal(target.credentials, undefined);
    });

    it("asks for a user where the stack's are kept elsewhere", async () => {
        const elsewhere = {
            usersFrom: { usersFrom: { secret: "users" } },
            authentication: { authentication: { webhook: { register: "http://auth.messaging.svc/" } } },
        };
        const own = await temporaryFolder("verify-test");
        try {
            for (const [key, settings] of Object.entries(elsewhere)) {
                const config = change(valid.existing, "vernemq:broker", { users: [], ...settings });
                await copyFile(join(folder, "Pulumi.yaml"), join(own, "Pulumi.yaml"));
                await writeFile(join(own, "Pulumi.kept.yaml"), stringify({ config }));
                const all = { ...flags, stack: "kept", user: undefined };
                await assert.rejects(targetOfStack(all, own, sources()), {
                    name: "UserError",
                    message: new RegExp(`^Stack kept keeps its users elsewhere \\(${key} of vernemq:broker\\)`),
                });
                const target = await targetOfStack({ ...all, needsUser: false }, own, sources());
                assert.equal(target.credentials, undefined);
            }
        } finally {
            await removeFolder(own);
        }
    });

    it("says what is missing, in one sentence and exit code 2", async () => {
        const streams = { out: () => undefined, columns: 80, colors: false, watched: false };
        const cases: readonly (readonly [Partial<StackRun>, string[], RegExp])[] = [
            [
                { status: "failed", error: "no stack named metal.\nstack trace" },
                [],
                /cannot be read: no stack named metal\. Without/,
            ],
            [
                { outputs: { ...outputs, endpoints: { secret: false, value: {} } } },
                [],
                /has no endpoint that can be reached/,
            ],
            [
                { outputs },
                ["--user", "bob"],
                /The password of bob is not in the outputs of stack metal\. Give it with --password-file/,
            ],
        ];
        for (const [part, words, message] of cases) {
            let said = "";
            const err = (text: string) => {
                said += text;
            };
            const own = ["--stack", "metal", ...words];
            assert.equal(await runVerify(own, { ...streams, err }, {}, folder, sources(part)), 2);
            assert.match(said, message);
            assert.match(said, /[^.]\.\n$/);
            assert.equal(said.trim().split("\n").length, 1);
            assert.equal(said.includes(generated), false);
        }
    });

    it("opens a way to a broker when it is used, once, and closes those that are open", async () => {
        const log: string[] = [];
        const pod = (ordinal: number) => ({ name: `vernemq-${ordinal}`, ordinal });
        const access = await portForwardAccess(
            {
                pods: () => Promise.resolve([pod(0), pod(1)] as never),
                portForward: (ordinal, port, _local, onProblem) => {
                    log.push(`open ${ordinal} ${port}`);
                    onProblem?.(`problem of ${ordinal}`);
                    return ordinal === 1
                        ? Promise.reject(new Error("gone"))
                        : Promise.resolve({
                              port: 4000,
                              close: () => {
                                  log.push("close");
                                  return Promise.resolve();
                              },
                          });
                },
            },
            1884,
        );
        assert.deepEqual(
            access.brokers.map(({ name }) => name),
            ["vernemq-0", "vernemq-1"],
        );
        assert.deepEqual(log, []);
        assert.equal(await access.brokers[0]?.connect(), "mqtt://127.0.0.1:4000");
        assert.equal(await access.brokers[0]?.connect(), "mqtt://127.0.0.1:4000");
        await assert.rejects(access.brokers[1]?.connect() ?? Promise.resolve(), /gone/);
        assert.deepEqual(
            access.brokers.map((door) => door.problem?.()),
            ["problem of 0", "problem of 1"],
        );
        await access.close();
        assert.deepEqual(log, ["open 0 1884", "open 1 1884", "close"]);
    });
});
