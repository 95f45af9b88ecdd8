import assert from "node:assert/strict";
import { parser, type Packet } from "mqtt-packet";
import type { ContestantKey } from "../../bench/edge/contestants";
import { acknowledgedPacket, burstPacket } from "../../bench/edge/device";
import { plot } from "../../bench/edge/plot";
import { processorSeconds } from "../../bench/edge/processor-time";
import { burst, payloadBytes } from "../../bench/edge/protocol";
import { markdownTable, verdictRatios } from "../../bench/edge/report";
import { type Measured, type Sample, summarize } from "../../bench/edge/result";
import { median, quantile } from "../../bench/statistics";

function sample(connections: number, processor: number | null, p99: number): Sample {
    return {
        connectionsPerSecond: connections,
        processorPerConnection: processor,
        qos0PerSecond: 1000,
        qos1PerSecond: 500,
        processorPerMessage: processor === null ? null : processor / 10,
        latencyP50: p99 / 2,
        latencyP99: p99,
    };
}

function measured(key: ContestantKey, baseline: ContestantKey | undefined, rounds: readonly Sample[]): Measured {
    return { key, title: `title of ${key}`, version: "1", ...(baseline === undefined ? {} : { baseline }), rounds };
}

const all = [
    measured("plain", undefined, [sample(5000, null, 100), sample(4000, null, 300), sample(6000, null, 200)]),
    measured("haproxy", "plain", [sample(900, 300, 160), sample(1000, 280, 350), sample(1100, 290, 270)]),
    measured("nginx", "plain", [sample(800, 320, 150), sample(1000, 400, 390), sample(700, 310, 280)]),
    measured("mosquitto-plain", undefined, [sample(9000, 40, 50), sample(9000, 50, 60), sample(9000, 60, 70)]),
    measured("mosquitto", "mosquitto-plain", [sample(2000, 240, 80), sample(2000, 250, 80), sample(2000, 300, 80)]),
];

function packetsOf(bytes: Buffer): readonly Packet[] {
    const packets: Packet[] = [];
    const reader = parser({ protocolVersion: 4 });
    reader.on("packet", (packet) => packets.push(packet));
    reader.parse(bytes);
    return packets;
}

describe("benchmark of the edge", () => {
    it("takes quantiles by nearest rank and medians from the middle", () => {
        const values = [5, 1, 4, 2, 3];
        assert.deepEqual([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 0.01)], [3, 5, 1]);
        assert.deepEqual([median(values), median([1, 2, 3, 10])], [3, 2.5]);
        assert.throws(() => median([]), /no values/);
        assert.throws(() => quantile([], 0.5), /no values/);
    });

    it("takes medians over the rounds, and differences to the baseline round by round", () => {
        const [plain, haproxy, , , mosquitto] = summarize(all);
        assert.equal(haproxy?.connectionsPerSecond, 1000);
        // 60, 50 and 70 in the three rounds.
        assert.equal(haproxy.addedP99, 60);
        assert.equal(plain?.addedP99, null);
        // The broker behind HAProxy has its own processor time, which is not HAProxy's.
        assert.equal(haproxy.tlsProcessorPerConnection, 290);
        // mosquitto's own work is taken off: 200, 200 and 240.
        assert.equal(mosquitto?.tlsProcessorPerConnection, 200);
    });

    it("compares HAProxy with the best of the proxies before the same broker, where all of them are installed", () => {
        const stunnel = measured("stunnel", "plain", [
            sample(500, 900, 200),
            sample(500, 900, 390),
            sample(500, 900, 290),
        ]);
        const values = (measures: readonly Measured[]) => verdictRatios(summarize(measures)).map(({ value }) => value);
        assert.deepEqual(values([...all, stunnel]), [1.25, 290 / 320, 0.75]);
        assert.deepEqual(values(all), [null, null, null]);
        assert.deepEqual(values(all.slice(0, 2)), [null, null, null]);
    });

    it("prints a table whose columns line up, with ratios to HAProxy", () => {
        const lines = markdownTable(summarize(all)).split("\n");
        assert.equal(lines.length, 2 + all.length);
        assert.equal(new Set(lines.map((line) => line.length)).size, 1);
        assert.match(lines[4] ?? "", /^\| title of nginx +\| +800 \(0\.80\) \|/);
        assert.match(lines[3] ?? "", /^\| title of haproxy +\| +1000 \| +290 \|/);
    });

    it("draws every figure that there is", () => {
        const svg = plot(summarize(all), "a < b", "c & d");
        assert.equal(svg.match(/<rect /g)?.length, 1 + 5 + 3 + 5 + 3 + 3 + 3);
        assert.match(svg, /a &lt; b/);
        assert.match(svg, /c &amp; d/);
        assert.ok(!svg.includes("NaN"));
    });

    it("sends what it says: bursts of QoS 0 with a PINGREQ behind them, and single messages at QoS 1", () => {
        const packets = packetsOf(burstPacket);
        assert.deepEqual(
            packets.map((packet) => (packet.cmd === "publish" ? `publish ${packet.qos}` : packet.cmd)),
            [...Array<string>(burst).fill("publish 0"), "pingreq"],
        );
        const [single] = packetsOf(acknowledgedPacket);
        assert.ok(single?.cmd === "publish" && single.qos === 1 && single.payload.length === payloadBytes);
    });

    it("counts the processor time of a process and its children", function () {
        const before = processorSeconds(process.pid);
        if (before === null) {
            this.skip();
        }
        const begun = process.cpuUsage();
        const spent = () => {
            // Their sum alone is exact: the kernel estimates how it is divided.
            const { user, system } = process.cpuUsage(begun);
            return (user + system) / 1e6;
        };
        while (spent() < 0.2) {
            Math.sqrt(begun.user);
        }
        const least = spent();
        const used = (processorSeconds(process.pid) ?? 0) - before;
        // User and system time are both counted in ticks of 10 ms, and a child may work at the same time.
        assert.ok(used >= least - 0.03 && used <= 5 * spent(), `${used} s, and ${least} s by getrusage(2)`);
    });
});
