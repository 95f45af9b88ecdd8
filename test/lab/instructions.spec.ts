import assert from "node:assert/strict";
import { instructions } from "../../lab/instructions";

const input = {
    addresses: ["127.0.0.1"],
    caFile: "ca.crt",
    client: null,
    user: null,
    mosquitto: true,
    otherSource: "127.0.0.101",
    brokers: [{ name: "vernemq-0", address: "127.0.1.1" }],
    affinity: "source-ip",
    broken: null,
} as const;

describe("the lab's instructions", () => {
    it("end with the command that verifies this lab, its password in the environment and safe in a shell", () => {
        const endpoints = "--endpoint mqtts://127.0.0.1:8883 --endpoint wss://127.0.0.1:8443/mqtt --ca ca.crt";
        const broker = "--broker vernemq-0=mqtt://127.0.1.1:1884";
        assert.equal(
            instructions({ ...input, user: { name: "alice", password: "it's" } })
                .split("\n")
                .at(-1),
            `  VERNEMQ_PASSWORD='it'\\''s' npm run pipeline -- verify ${endpoints} --affinity source-ip --user alice ${broker}`,
        );
        assert.equal(
            instructions({ ...input, client: { certificate: "tls.crt", key: "tls.key" } })
                .split("\n")
                .at(-1),
            `  npm run pipeline -- verify ${endpoints} --affinity source-ip --cert tls.crt --key tls.key --allow-anonymous ${broker}`,
        );
    });

    it("keep a password that a shell would read otherwise as it is, for mosquitto's clients too", () => {
        const text = instructions({ ...input, user: { name: "alice", password: "a $HOME" } });
        assert.match(text, /mosquitto_sub .* -u alice -P 'a \$HOME' -V 5/);
    });

    it("begin with what is wrong, where something is", () => {
        assert.equal(instructions(input).split("\n")[0], "Endpoints");
        assert.equal(
            instructions({ ...input, broken: "one broker is alone" }).split("\n")[0],
            "BROKEN on purpose: one broker is alone",
        );
    });
});
