import assert from "node:assert/strict";
import mqtt from "mqtt";
import { Broker } from "../../lab/broker";
import { Router } from "../../lab/router";
import { defaultSettings } from "../../verify";
import { Context } from "../../verify/context";
import { nameEndpoints, type VerifyTarget } from "../../verify/target";

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
        // A busy machine only adds time, so that one fast try of many is enough.
        let fastest = Infinity;
        for (let tries = 0; tries < 50 && fastest >= 240; tries += 1) {
            fastest = Math.min(fastest, await timeOf(3));
        }
        assert.ok(fastest >= 15 && fastest < 240, fastest.toString());
    });
});

describe("verify's retained message", () => {
    it("is taken away for good, also through another broker than the one that it was set at", async () => {
        const router = new Router();
        const brokers = [new Broker({ name: "a", router }), new Broker({ name: "b", router })];
        await Promise.all(brokers.map((broker) => broker.start()));
        const urls = brokers.map(({ ports }) => `mqtt://127.0.0.1:${ports.internal}`);
        const [at, other] = nameEndpoints(urls);
        assert.ok(at !== undefined && other !== undefined);
        try {
            const context = new Context(target, { ...defaultSettings, now: new Date() });
            const writer = await context.connect(at);
            // The endpoint now leads to the other broker: there is no affinity, or the first broker has died.
            await context.retain(writer, other, context.topic("retained"), "left behind");
            writer.cut();
            await context.release();
            // Longer than VerneMQ takes to spread what either broker has.
            await new Promise((resolve) => setTimeout(resolve, 2500));
            const topics: string[] = [];
            for (const url of urls) {
                const reader = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
                reader.on("message", (topic) => topics.push(topic));
                await reader.subscribeAsync("verify/#");
                await reader.publishAsync("after", "", { qos: 1 });
                await reader.endAsync();
            }
            assert.deepEqual(topics, []);
        } finally {
            await Promise.all(brokers.map((broker) => broker.stop()));
        }
    });
});
