import assert from "node:assert/strict";
import { type Message, RetainedMessages } from "../../lab/retained";

const [one, two] = [Symbol("first broker"), Symbol("second broker")];
const intervalMs = 40;

const kept = (payload: string): Message => ({ topic: "t", payload, qos: 1, retain: true });
const payloads = (retained: RetainedMessages, broker: symbol) =>
    [...retained.at(broker)].map(({ payload }) => payload.toString());

async function until(condition: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 10_000; !condition();) {
        assert.ok(Date.now() < deadline, "it did not come about within 10 s");
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

describe("the lab's retained messages", () => {
    it("are at their publisher's broker at once, and at the others an interval later, set or cleared", async () => {
        const retained = new RetainedMessages(intervalMs);
        assert.deepEqual(payloads(retained, two), []);
        retained.change(one, kept("x"));
        assert.deepEqual([payloads(retained, one), payloads(retained, two)], [["x"], []]);
        await until(() => payloads(retained, two)[0] === "x");
        retained.change(one, kept(""));
        assert.deepEqual([payloads(retained, one), payloads(retained, two)], [[], ["x"]]);
        await until(() => payloads(retained, two).length === 0);
        // A broker that comes later has what was written.
        retained.change(two, kept("y"));
        await until(() => payloads(retained, one)[0] === "y");
        assert.deepEqual(payloads(retained, Symbol("third broker")), ["y"]);
    });

    it("come back where they are cleared at another broker before that one knows of them", async () => {
        const retained = new RetainedMessages(intervalMs);
        assert.deepEqual(payloads(retained, two), []);
        retained.change(one, kept("x"));
        retained.change(two, kept(""));
        await until(() => payloads(retained, two)[0] === "x");
        await new Promise((resolve) => setTimeout(resolve, 2 * intervalMs));
        assert.deepEqual([payloads(retained, one), payloads(retained, two)], [["x"], ["x"]]);
    });
});
