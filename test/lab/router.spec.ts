import assert from "node:assert/strict";
import { Router, type Subscriber } from "../../lab/router";
import type { Message } from "../../lab/retained";

const homes = [Symbol("first broker"), Symbol("second broker")] as const;

/** A subscriber that keeps the payloads it gets. */
class Taker implements Subscriber {
    readonly got: string[] = [];

    constructor(
        readonly clientId: string,
        readonly home: symbol,
    ) {}

    deliver({ payload }: Message): void {
        this.got.push(payload.toString());
    }

    takenOver(): void {
        throw new Error("no client comes with the same client id");
    }
}

function message(topic: string, payload: string, retain = false): Message {
    return { topic, payload, qos: 0, retain };
}

describe("the lab's shared subscriptions", () => {
    it("give each message to one member, of the publisher's broker where there is one", () => {
        const router = new Router();
        const [a, b, c] = [new Taker("a", homes[0]), new Taker("b", homes[0]), new Taker("c", homes[1])];
        for (const taker of [a, b, c]) {
            router.subscribe(taker, { topic: "$share/group/plant/+", qos: 0 });
        }
        for (let count = 0; count < 60; count += 1) {
            router.publish(message("plant/1", "near"), new Taker("publisher", homes[0]));
        }
        assert.equal(a.got.length + b.got.length, 60);
        // With 60 messages for two, the chance that one gets none is 2^-59.
        assert.ok(a.got.length > 0 && b.got.length > 0);
        assert.deepEqual(c.got, []);
        router.unregister(a);
        router.unregister(b);
        router.publish(message("plant/1", "far"), new Taker("publisher", homes[0]));
        assert.deepEqual(c.got, ["far"]);
    });

    it("count each group by itself, whatever its members' filters, beside ordinary subscriptions", () => {
        const router = new Router();
        const [one, two, plain] = ["one", "two", "plain"].map((id) => new Taker(id, homes[0]));
        assert.ok(one !== undefined && two !== undefined && plain !== undefined);
        router.subscribe(one, { topic: "$share/g/a/#", qos: 0 });
        router.subscribe(one, { topic: "$share/h/a/b", qos: 0 });
        router.subscribe(two, { topic: "$share/g/a/b", qos: 0 });
        router.subscribe(plain, { topic: "a/b", qos: 0 });
        router.publish(message("a/b", "x"), one);
        assert.equal(one.got.length + two.got.length, 2);
        assert.ok(one.got.length >= 1);
        assert.deepEqual(plain.got, ["x"]);
        assert.equal(router.unsubscribe(two, "$share/g/a/b"), true);
        assert.equal(router.unsubscribe(two, "$share/g/a/b"), false);
        router.publish(message("a/b", "y"), one);
        assert.equal(one.got.filter((payload) => payload === "y").length, 2);
    });

    it("get no retained messages, and spare a publisher that asks for it", () => {
        const router = new Router();
        const taker = new Taker("taker", homes[0]);
        router.publish(message("a", "kept", true), taker);
        router.subscribe(taker, { topic: "$share/g/a", qos: 0, nl: true });
        router.publish(message("a", "own"), taker);
        assert.deepEqual(taker.got, []);
        router.subscribe(taker, { topic: "a", qos: 0 });
        assert.deepEqual(taker.got, ["kept"]);
    });
});
