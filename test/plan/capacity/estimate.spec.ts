import assert from "node:assert/strict";
import { connectionsIn, estimate, messagesIn } from "../../../plan/capacity/estimate";

describe("Estimate of a broker", () => {
    it("is near the memory that real brokers were measured with", () => {
        for (const [connections, seenMiB] of [
            [0, 108],
            [2000, 141],
            [5000, 233],
            [10_000, 386],
            [15_000, 527],
        ] as const) {
            const { memoryMiB } = estimate({ connections, messagesPerSecond: 0, keepaliveSeconds: 60 });
            assert.ok(Math.abs(memoryMiB - seenMiB) < 25, `${connections}: ${memoryMiB}`);
        }
    });

    it("counts messages and PINGREQs by hand: 60,000 clients each minute are 1,000 pings a second", () => {
        const { millicores } = estimate({ connections: 60_000, messagesPerSecond: 1000, keepaliveSeconds: 60 });
        assert.equal(Math.round(millicores), 47 + 127);
    });

    it("takes a further subscriber for the way out alone", () => {
        const load = { connections: 0, messagesPerSecond: 1000, keepaliveSeconds: 60 };
        const one = estimate(load).millicores;
        const three = estimate({ ...load, subscribersPerMessage: 3 }).millicores;
        assert.ok(three > one && three < 3 * one);
    });

    it("inverts itself", () => {
        const { memoryMiB } = estimate({ connections: 33_333, messagesPerSecond: 0, keepaliveSeconds: 60 });
        assert.ok(Math.abs(connectionsIn(memoryMiB) - 33_333) <= 1);
        assert.equal(messagesIn(127), 1000);
        assert.equal(connectionsIn(1), 0);
    });
});
