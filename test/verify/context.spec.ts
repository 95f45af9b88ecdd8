import assert from "node:assert/strict";
import { defaultSettings } from "../../verify";
import { Context } from "../../verify/context";
import type { VerifyTarget } from "../../verify/target";

const target: VerifyTarget = {
    name: "edge",
    endpoints: [],
    allowAnonymous: true,
    minimumTlsVersion: "1.2",
    affinity: "none",
    topicPrefix: "verify",
    access: { missing: "none" },
};

/** ms that the turns of so many connections take, with a hundred a second wanted. */
async function timeOf(turns: number, connectionsPerSourcePerSecond?: number): Promise<number> {
    const limited = {
        ...target,
        ...(connectionsPerSourcePerSecond === undefined ? {} : { connectionsPerSourcePerSecond }),
    };
    const context = new Context(limited, { ...defaultSettings, connectionsPerSecond: 100, now: new Date() });
    const start = Date.now();
    for (let turn = 0; turn < turns; turn += 1) {
        await context.turn();
    }
    return Date.now() - start;
}

describe("verify's connections", () => {
    it("stay below what the edge takes from one source, which would turn them away", async () => {
        // The first turn is at once; four fifths of ten a second leave an eighth of a second between two.
        assert.ok((await timeOf(3, 10)) >= 240);
        const fast = await timeOf(3);
        assert.ok(fast >= 15 && fast < 240, fast.toString());
    });
});
