import assert from "node:assert/strict";
import {
    linesOf,
    optionOf,
    parseHaproxyConfig,
    secondsOf,
    settingOf,
    wordAfter,
} from "../../../../components/edge/evidence/haproxy-config";

const text = [
    "# a comment: frontend none",
    "global",
    "    .if version_atleast(3.1)",
    "    tune.lua.bool-sample-conversion normal",
    "    .endif",
    "defaults",
    "    timeout tunnel 120s # two minutes",
    "    option srvtcpka",
    "frontend mqtts",
    '    log-format "%ci:%cp [%t] # no comment"',
    "    bind :8883 ssl crt /a\\ b.pem",
    "    no option srvtcpka",
    "backend brokers-mqtt",
    "    timeout tunnel 5m",
    "    server a 10.0.0.1:1883 id 4 track other/a",
    "",
].join("\n");

describe("HAProxy's configuration, read back", () => {
    const sections = parseHaproxyConfig(text);
    const [global, defaults, frontend, backend] = sections;

    it("is sections with the words of their lines, comments and conditions left out", () => {
        assert.deepEqual(
            sections.map(({ keyword, name }) => `${keyword} ${name}`.trim()),
            ["global", "defaults", "frontend mqtts", "backend brokers-mqtt"],
        );
        assert.deepEqual(global?.lines, [["tune.lua.bool-sample-conversion", "normal"]]);
    });

    it("takes words in quotes and after a backslash as they are", () => {
        assert.deepEqual(linesOf(frontend, "log-format"), [["log-format", "%ci:%cp [%t] # no comment"]]);
        assert.equal(wordAfter(linesOf(frontend, "bind")[0], "crt"), "/a b.pem");
    });

    it("has a section's own setting before that of the defaults", () => {
        assert.deepEqual(settingOf(frontend, defaults, "timeout", "tunnel"), ["120s"]);
        assert.deepEqual(settingOf(backend, defaults, "timeout", "tunnel"), ["5m"]);
        assert.equal(settingOf(backend, defaults, "timeout", "client"), undefined);
        assert.equal(optionOf(backend, defaults, "srvtcpka"), true);
        assert.equal(optionOf(frontend, defaults, "srvtcpka"), false);
    });

    it("has times in HAProxy's units, milliseconds where there is none", () => {
        assert.deepEqual(
            ["5s", "2m", "1h", "1d", "250ms", "1500"].map((time) => secondsOf(time)),
            [5, 120, 3600, 86_400, 0.25, 1.5],
        );
        assert.equal(secondsOf("soon"), undefined);
    });
});
