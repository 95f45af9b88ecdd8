import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "node:net";
import mqtt from "mqtt";
import { brokerPorts } from "../../components/broker/ports";
import { nodeWords } from "../../components/common/own-process";
import { locate, MissingToolError, need, tools } from "../../lab/tools";

const main = nodeWords(join(__dirname, "../../cli/main"));

/** An address where no other lab is. */
function freeAddress(): string {
    return `127.${randomInt(20, 99)}.${randomInt(1, 250)}.1`;
}

class Lab {
    output = "";
    readonly exit: Promise<unknown[]>;

    private constructor(readonly child: ChildProcess) {
        this.exit = once(child, "close");
        for (const stream of [child.stdout, child.stderr]) {
            stream?.setEncoding("utf8").on("data", (text: string) => {
                this.output += text;
            });
        }
    }

    static run(...args: string[]): Lab {
        return new Lab(
            spawn(process.execPath, [...main, "lab", ...args], {
                stdio: ["ignore", "pipe", "pipe"],
            }),
        );
    }

    async prints(pattern: RegExp): Promise<RegExpExecArray> {
        for (;;) {
            const found = pattern.exec(this.output);
            if (found !== null) {
                return found;
            }
            assert.equal(this.child.exitCode, null, this.output);
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
}

describe("npm run lab", () => {
    const running: Lab[] = [];

    afterEach(() => {
        for (const { child } of running.splice(0)) {
            child.kill("SIGKILL");
        }
    });

    it("runs brokers behind HAProxy, tells who sits where, and leaves nothing behind", async function () {
        if (locate(tools.haproxy) === null) {
            console.log(`      ${new MissingToolError(tools.haproxy).message}`);
            this.skip();
        }
        const address = freeAddress();
        const lab = Lab.run("--address", address, "--brokers", "2", "--replicas", "1", "--user", "alice:secret");
        running.push(lab);
        await lab.prints(/^ready$/m);
        const caFile = (await lab.prints(/^CA {2}(.+)$/m))[1] ?? "";
        const ca = readFileSync(caFile);
        const urls = [`mqtts://${address}:8883`, `wss://${address}:8443/mqtt`];
        for (const [index, url] of urls.entries()) {
            const clientId = `client-${index}`;
            await assert.rejects(mqtt.connectAsync(url, { ca, clientId, reconnectPeriod: 0 }), /Not authorized/);
            const device = await mqtt.connectAsync(url, { ca, clientId, username: "alice", password: "secret" });
            await lab.prints(new RegExp(`connected ${clientId} 127\\.0\\.0\\.1 \\(3\\.1\\.1.*\\) on vernemq-[01]`));
            await device.endAsync();
            await lab.prints(new RegExp(`gone {6}${clientId} `));
        }
        lab.child.kill("SIGINT");
        assert.deepEqual(await lab.exit, [0, null]);
        assert.equal(existsSync(caFile), false);
        await assert.rejects(mqtt.connectAsync(urls[0] ?? "", { ca, reconnectPeriod: 0 }), /ECONNREFUSED/);
    });

    it("says in one line that something listens where a broker should", async function () {
        if (locate(tools.haproxy) === null) {
            this.skip();
        }
        const address = freeAddress();
        const [a = "", b = "", c = ""] = address.split(".");
        const taken = `${a}.${b}.${Number(c) + 1}.1`;
        const server = createServer().listen(brokerPorts.mqtt, taken);
        await once(server, "listening");
        try {
            const lab = Lab.run("--address", address);
            running.push(lab);
            assert.deepEqual(await lab.exit, [1, null]);
            assert.equal(
                lab.output,
                `${taken}:1883 is in use: stop what listens there (another lab?), or choose another --address.\n`,
            );
        } finally {
            server.close();
        }
    });

    it("refuses an address that is not loopback, and unknown words, in one line and where the options stand", async () => {
        for (const [args, message] of [
            [["--address", "10.0.0.1"], /Expected: an address of 127\.0\.0\.0\/8/],
            [["--affinity", "cookie"], /Allowed choices are source-ip, client-id, none/],
            [["--brokers", "0"], /whole number from 1 to 50/],
            [["--user", "alice"], /a name, a colon and a password/],
            [["--broken", "anonymous-open"], /--broken anonymous-open needs a --user/],
            [["--broken", "passwd-plugin-died"], /--broken passwd-plugin-died needs a --user/],
            [["--broken", "no-affinity", "--affinity", "none"], /needs an affinity to break/],
        ] as const) {
            const lab = Lab.run(...args);
            running.push(lab);
            assert.deepEqual(await lab.exit, [2, null]);
            assert.match(lab.output, message);
            assert.equal(lab.output.trim().split("\n").length, 2);
        }
    });
});

describe("tools", () => {
    it("names the Debian package of a program that is missing", () => {
        assert.throws(
            () => need({ command: "no-such-program", debianPackage: "no-such-package" }),
            (error) => error instanceof MissingToolError && error.message.endsWith("apt-get install no-such-package"),
        );
    });
});
