import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { confValueProblem, environmentName } from "../../../../components/broker/config/conf";
import {
    type OperatedConfInput,
    operatedConf,
    operatedKeyProblem,
    operatedValueProblem,
    operatedVmArgs,
} from "../../../../components/broker/operator/conf";

const least: OperatedConfInput = {
    acceptLicense: false,
    allowAnonymous: false,
    maxConnections: 10_000,
    maxMessageBytes: 0,
    memoryGiB: 1,
    settings: {},
    secretKeys: [],
};

/** What the shell in the operator's pods makes of a text (vmq-operator, controllers/statefulset.go, vernemqCommand). */
function expanded(text: string, env: Readonly<Record<string, string>> = {}): string {
    const command = `eval "echo \\"$(echo $VERNEMQ_CONF | base64 -d)\\""`;
    const VERNEMQ_CONF = Buffer.from(text).toString("base64");
    return execFileSync("/bin/sh", ["-c", command], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], VERNEMQ_CONF, ...env },
    });
}

describe("vernemq.conf of the operator's brokers", () => {
    it("passes the shell of its pods as it is", () => {
        const text = operatedConf({
            ...least,
            settings: { max_inflight_messages: 50, systree_mountpoint: "it's (a) *" },
        });
        assert.equal(expanded(text), `${text}\n`);
    });

    it("gets secret values from the environment, whatever they hold, and runs nothing in them", () => {
        const key = "vmq_diversity.postgres.password";
        const text = operatedConf({ ...least, secretKeys: [key] });
        const secret = 'a"b`id`$(id)$HOME\'; id; "';
        assert.ok(
            expanded(text, { [environmentName(key)]: secret })
                .split("\n")
                .includes(`${key} = ${secret}`),
        );
    });

    it("holds any plain value that is not refused unchanged", () => {
        const value = fc
            .string({ minLength: 1 })
            .filter((text) => confValueProblem(text) === undefined && operatedValueProblem(text) === undefined);
        fc.assert(
            fc.property(value, (text) => {
                const lines = operatedConf({ ...least, settings: { systree_mountpoint: text } });
                assert.equal(expanded(lines), `${lines}\n`);
            }),
            { numRuns: 60 },
        );
    });

    it("refuses each character that the shell takes for its own", () => {
        for (const character of ['"', "`", "$", "\\"]) {
            assert.match(operatedValueProblem(`a${character}b`)?.rule ?? "", /shell/);
        }
        assert.equal(operatedValueProblem("a'b c;d|e&f>(g)*~!"), undefined);
        assert.equal(operatedValueProblem(true), undefined);
    });

    it("leaves users and topics to other plugins where there are no files for them", () => {
        const lines = operatedConf(least).split("\n");
        assert.ok(lines.includes("plugins.vmq_acl = off"));
        assert.ok(lines.includes("plugins.vmq_passwd = off"));
        assert.ok(!lines.some((line) => /^vmq_(acl|passwd)\./.test(line)));
    });

    it("does not take settings of the Erlang VM and of listeners, which would do nothing", () => {
        assert.match(operatedKeyProblem("erlang.process_limit")?.rule ?? "", /vm\.args/);
        assert.match(operatedKeyProblem("listener.tcp.allowed_protocol_versions")?.rule ?? "", /vmq-admin/);
        assert.equal(operatedKeyProblem("max_inflight_messages"), undefined);
    });
});

describe("The flags of the operator's Erlang VM", () => {
    it("keep the cluster's ports to those of the NetworkPolicy, and grow with the connections", () => {
        const ports = "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9109";
        assert.equal(operatedVmArgs({ maxConnections: 68_000 }), ports);
        assert.equal(operatedVmArgs({ maxConnections: 100_000 }), `${ports}\n+P 350000`);
        assert.equal(operatedVmArgs({ maxConnections: 300_000 }), `${ports}\n+P 950000\n+Q 350000`);
    });
});
