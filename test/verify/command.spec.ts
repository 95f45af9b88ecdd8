import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { nodeWords } from "../../components/common/own-process";
import { Broker } from "../../lab/broker";
import { CertificateAuthority } from "../../lab/certificates";
import { verifyWords } from "../../lab/instructions";
import { removeFolder, temporaryFolder } from "../../lab/temporary";
import { runVerify } from "../../verify/command";
import { Client } from "../../verify/wire/client";
import { plainConnect } from "../../verify/wire/plain";
import { handshake } from "../../verify/wire/tls";
import { needHaproxy, password, type TestLab, withLab } from "./support";

const root = join(__dirname, "../..");
const main = nodeWords(join(root, "cli/main"));

interface Ended {
    readonly code: number;
    readonly out: string;
    readonly err: string;
}

function pipeline(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    return new Promise((resolve) => {
        const own = { ...process.env, VERNEMQ_PASSWORD: "", NO_COLOR: "1", ...env };
        const args = [...main, "verify", ...words];
        const child = execFile(process.execPath, args, { cwd: root, env: own }, (_, out, err) => {
            resolve({ code: child.exitCode ?? -1, out, err });
        });
    });
}

/** No outputs: these runs name endpoints, or a stack that is not there. */
const sources = { outputs: () => Promise.reject(new Error("no outputs are read")) };

/** The words that the lab prints, and those that make it quick. */
async function words({ lab, address }: TestLab, folder: string): Promise<readonly string[]> {
    const caFile = join(folder, "ca.crt");
    await writeFile(caFile, lab.caPem);
    const printed = verifyWords(address, {
        addresses: [address],
        caFile,
        client: null,
        user: { name: "alice", password },
        mosquitto: false,
        otherSource: address,
        brokers: lab.brokers,
        affinity: lab.plan.affinity,
        broken: null,
    });
    return [...printed, "--reconnects", "4", "--timeout", "3000", "--connections-per-second", "1000"];
}

describe("npm run pipeline -- verify", () => {
    let folder = "";

    before(async function () {
        needHaproxy(this);
        folder = await temporaryFolder("verify-test");
    });
    after(async () => {
        await removeFolder(folder);
    });

    it("ends with 0 on a valid lab, by the very command that the lab prints, and shows no password", async () => {
        await withLab({}, async (lab) => {
            const { code, out, err } = await pipeline(await words(lab, folder), { VERNEMQ_PASSWORD: password });
            assert.equal(code, 0, out + err);
            assert.match(out, /^verify mqtts:\/\/\S+ wss:\/\/\S+: 20 of 20 ok \(\d+\.\d s\)\n┌/);
            assert.equal((out + err).includes(password), false);
        });
    });

    it("ends with 1 on a broken one, with one JSON object of plain data", async () => {
        await withLab({ broken: "anonymous-open" }, async (lab) => {
            const file = join(folder, "password");
            await writeFile(file, `${password}\nsecond line\n`);
            const only = ["--only", "connect,no-user", "--json", "--password-file", file];
            const { code, out, err } = await pipeline([...(await words(lab, folder)), ...only], {});
            assert.equal(code, 1, out + err);
            const report = JSON.parse(out) as Record<string, unknown>;
            assert.deepEqual(Object.keys(report), [
                "target",
                "endpoints",
                "startedAt",
                "seconds",
                "ok",
                "counts",
                "results",
            ]);
            assert.deepEqual(report["counts"], { ok: 2, warning: 0, failed: 2, undecided: 0, skipped: 0 });
            const results = report["results"] as readonly unknown[];
            assert.deepEqual(results[2], {
                check: "no-user",
                endpoint: "mqtts",
                status: "failed",
                seen: "a client without user: MQTT 3.1.1: let in; MQTT 5: let in",
                todo: "allow_anonymous has to be off, and every authentication plugin or hook has to refuse unknown clients",
            });
            assert.equal((out + err).includes(password), false);
        });
    });

    it("ends with 1 where a check stays undecided, and says so in the table and in JSON", async () => {
        await withLab({ broken: "refusals-cut" }, async (lab) => {
            const only = [...(await words(lab, folder)), "--only", "connect,empty-password"];
            const table = await pipeline(only, { VERNEMQ_PASSWORD: password });
            assert.equal(table.code, 1, table.out + table.err);
            assert.match(table.out, /: 3 of 3 ok; 1 undecided: empty-password \(wss\) /);
            assert.match(table.out, /│ empty-password +│ wss +│ undecided │/);
            const json = await pipeline([...only, "--json"], { VERNEMQ_PASSWORD: password });
            assert.equal(json.code, 1, json.out + json.err);
            const { ok, counts, results } = JSON.parse(json.out) as Record<string, unknown>;
            assert.equal(ok, false);
            assert.deepEqual(counts, { ok: 3, warning: 0, failed: 0, undecided: 1, skipped: 0 });
            assert.deepEqual((results as readonly unknown[]).at(-1), {
                check: "empty-password",
                endpoint: "wss",
                status: "undecided",
                seen: "alice with an empty password: MQTT 3.1.1: the connection was closed without a CONNACK; MQTT 5: the connection was closed without a CONNACK",
                todo: "run it again; if connect fails the same way, start with what it says",
            });
        });
    });

    it("ends with 1 where nothing could be determined", async () => {
        let [out, err] = ["", ""];
        const streams = {
            out: (text: string) => (out += text),
            err: (text: string) => (err += text),
            ...{ columns: 80, colors: false, watched: false },
        };
        const words = ["--endpoint", "mqtts://127.0.0.1:1", "--only", "cluster"];
        assert.deepEqual([await runVerify(words, streams, {}, root, sources), err], [1, ""]);
        assert.match(out, /^verify mqtts:\/\/127\.0\.0\.1:1: nothing could be determined; 1 skipped/);
    });

    it("ends with 2 on a mistake: an unknown option, a stack that is not there, a user without password", async () => {
        const certificate = join(folder, "some.crt");
        await writeFile(certificate, (await CertificateAuthority.create()).pem);
        for (const [words, message] of [
            [["--speed"], /unknown option '--speed'/],
            [["--stack", "nowhere"], /Pulumi\.nowhere\.yaml/],
            [["--endpoint", "mqtts://127.0.0.1:1", "--user", "alice"], /--user needs a password/],
            [["--endpoint", "mqtts://127.0.0.1:1", "--ca", "/nowhere"], /\/nowhere cannot be read/],
            [["--endpoint", "mqtts://127.0.0.1:1", "--ca", __filename], /--ca \S+ holds no certificate in PEM form/],
            [
                ["--endpoint", "mqtts://127.0.0.1:1", "--cert", certificate, "--key", certificate],
                /--key \S+ holds no private key of the certificate in/,
            ],
        ] as const) {
            let [out, err] = ["", ""];
            const streams = {
                out: (text: string) => (out += text),
                err: (text: string) => (err += text),
                ...{ columns: 80, colors: false, watched: false },
            };
            assert.deepEqual([await runVerify(words, streams, {}, root, sources), out], [2, ""], err);
            assert.match(err, message);
        }
        const { code, out } = await pipeline(["--speed"], {});
        assert.deepEqual([code, out], [2, ""]);
    });
});

describe("verify's wire", () => {
    /** A server that says one thing to every client, or nothing. */
    async function withServer(greeting: string | undefined, use: (port: number) => Promise<void>): Promise<void> {
        const server = createServer((socket) => {
            socket.on("error", () => undefined);
            if (greeting !== undefined) {
                socket.write(greeting);
            }
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const address = server.address();
        assert.ok(typeof address === "object" && address !== null);
        try {
            await use(address.port);
        } finally {
            server.close();
        }
    }

    it("waits no longer than it may", async () => {
        await withServer(undefined, async (port) => {
            const host = "127.0.0.1";
            assert.equal(await plainConnect(host, port, 50), "silence");
            assert.deepEqual(await handshake({ host, port, timeoutMs: 50 }), {
                kind: "unreachable",
                code: "no answer to the handshake",
            });
            await assert.rejects(
                Client.connect({ url: `mqtt://${host}:${port}`, clientId: "c", timeoutMs: 50 }),
                /no CONNACK within 50 ms/,
            );
        });
    });

    it("says with which code a broker denies a publish in MQTT 5, at QoS 1 and 2", async () => {
        const broker = new Broker({ mayPublish: () => false });
        await broker.start();
        const url = `mqtt://127.0.0.1:${broker.ports.internal}`;
        const client = await Client.connect({ url, clientId: "c", protocolVersion: 5, timeoutMs: 5000 });
        try {
            for (const qos of [1, 2] as const) {
                await assert.rejects(client.publish("t", "x", qos), {
                    message: `PUBLISH at QoS ${qos} was refused with 0x87 (not authorized)`,
                });
            }
        } finally {
            await client.close();
            await broker.stop();
        }
    });

    it("knows a server that speaks something else, and a port where nothing listens", async () => {
        let closed = 0;
        await withServer("SSH-2.0-server\r\n", async (port) => {
            closed = port;
            assert.equal(await plainConnect("127.0.0.1", port, 5000), "other");
            assert.deepEqual(await handshake({ host: "127.0.0.1", port, timeoutMs: 5000 }), { kind: "not-tls" });
        });
        assert.deepEqual(await handshake({ host: "127.0.0.1", port: closed, timeoutMs: 5000 }), {
            kind: "unreachable",
            code: "ECONNREFUSED",
        });
    });
});
