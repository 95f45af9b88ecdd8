import assert from "node:assert/strict";
import { parseBroker } from "../../verify/access/direct";
import { type Options, parseOptions } from "../../verify/options";
import { nameEndpoints, parseEndpoint, urlOf } from "../../verify/target";

function mistakeOf(...words: readonly string[]): string {
    const parsed = parseOptions(words);
    assert.ok(parsed.kind === "mistake", words.join(" "));
    return parsed.message;
}

function optionsOf(...words: readonly string[]): Options {
    const parsed = parseOptions(words);
    assert.ok(parsed.kind === "run", JSON.stringify(parsed));
    return parsed.options;
}

describe("verify's command line", () => {
    const endpoint = ["--endpoint", "mqtts://h:8883"] as const;

    it("has defaults, and takes checks by name", () => {
        assert.deepEqual(optionsOf("--stack", "eks"), {
            stack: "eks",
            endpoint: [],
            broker: [],
            clusterAccess: true,
            topicPrefix: "verify",
            reconnects: 20,
            timeout: 5000,
            connectionsPerSecond: 20,
            only: [],
            skip: [],
        });
        const options = optionsOf(...endpoint, "--only", "certificate, affinity", "--only", "cluster", "--json");
        assert.deepEqual(options.only, ["certificate", "affinity", "cluster"]);
        assert.equal(options.json, true);
        const stacked = optionsOf("--stack", "eks", ...endpoint, "--address", "::1", "--warn-days", "30");
        assert.deepEqual(
            [stacked.stack, stacked.endpoint, stacked.address, stacked.warnDays],
            ["eks", ["mqtts://h:8883"], "::1", 30],
        );
    });

    it("refuses what makes no sense, with the reason", () => {
        const cases: readonly (readonly [string[], RegExp])[] = [
            [[], /^name what to verify: --stack NAME, or --endpoint URL$/],
            [[...endpoint, "--address", "h"], /Expected: an IP address/],
            [["--stack", "eks", "--affinity", "none"], /^--affinity comes from the stack/],
            [["--stack", "eks", "--allow-anonymous"], /^--allow-anonymous comes from the stack/],
            [[...endpoint, "--no-cluster-access"], /^--no-cluster-access needs --stack$/],
            [[...endpoint, "--kubeconfig", "f"], /^--kubeconfig needs --stack$/],
            [[...endpoint, "--password-file", "f"], /^--password-file needs --user$/],
            [[...endpoint, "--cert", "f"], /^--cert and --key belong together$/],
            [[...endpoint, "--only", "affinity", "--skip", "cluster"], /^--only and --skip exclude each other$/],
            [[...endpoint, "--only", "speed"], /There is no check speed; the checks are certificate, /],
            [[...endpoint, "--warn-days", "5"], /^--fail-days \(7 unless it is given\) has to be at most --warn-days/],
            [[...endpoint, "--fail-days", "22"], /has to be at most --warn-days \(21\)$/],
            [[...endpoint, "--reconnects", "1"], /whole number from 2 to 200/],
            [[...endpoint, "--topic-prefix", "a/#"], /up to six levels/],
            [[...endpoint, "--broker", "mqtt://b", "--broker", "mqtt://b"], /two --broker have the same name/],
            [["--endpoint", "https://h"], /has to be a URL such as mqtts:\/\//],
            [["--endpoint", "mqtts://u:p@h"], /must not hold a user and password/],
            [["--endpoint", "mqtts://h/mqtt"], /only WebSocket has a path/],
            [[...endpoint, "more"], /too many arguments/],
        ];
        for (const [words, reason] of cases) {
            assert.match(mistakeOf(...words), reason);
        }
    });

    it("shows its checks in the help", () => {
        const parsed = parseOptions(["--help"]);
        assert.ok(parsed.kind === "help");
        assert.match(parsed.text, /Checks: certificate, tls-versions, plain-mqtt/);
    });
});

describe("verify's endpoints", () => {
    it("have the ports and the path of their scheme where the URL has none", () => {
        assert.deepEqual(parseEndpoint("wss://h"), { scheme: "wss", host: "h", port: 443, path: "/mqtt" });
        assert.deepEqual(parseEndpoint("mqtts://[::1]"), { scheme: "mqtts", host: "::1", port: 8883, path: "" });
        assert.equal(urlOf(parseEndpoint("mqtts://[::1]")), "mqtts://[::1]:8883");
        assert.equal(urlOf(parseEndpoint("wss://h:444/mqtt?key=1")), "wss://h:444/mqtt?key=1");
    });

    it("are called by their scheme while that is enough", () => {
        const names = nameEndpoints(["mqtts://a", "wss://a", "mqtts://b"]).map(({ name }) => name);
        assert.deepEqual(names, ["mqtts://a:8883", "wss", "mqtts://b:8883"]);
    });

    it("name brokers by their address unless told", () => {
        assert.deepEqual(parseBroker("mqtt://127.0.1.1:1884"), {
            name: "127.0.1.1:1884",
            url: "mqtt://127.0.1.1:1884",
        });
        assert.deepEqual(parseBroker("vernemq-0=mqtt://h"), { name: "vernemq-0", url: "mqtt://h:1883" });
    });
});
