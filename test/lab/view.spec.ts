import assert from "node:assert/strict";
import type { Place } from "../../lab/cluster";
import { Router } from "../../lab/router";
import { type Link, Session } from "../../lab/session";
import { clientTable, eventLine } from "../../lab/view";

const link: Link = { write: () => undefined, end: () => undefined, reset: () => undefined };

function place(broker: string, clientId: string, second: number): Place {
    const session = new Session(
        link,
        { address: "127.0.0.9", port: 1, transport: "ws" },
        {
            home: Symbol(broker),
            router: new Router(),
            authenticate: () => 0,
            mayPublish: () => true,
            cutsRefusal: () => false,
            connected: () => undefined,
            disconnected: () => undefined,
            refused: () => undefined,
        },
    );
    session.clientId = clientId;
    session.username = "alice";
    session.since = new Date(2026, 0, 1, 12, 0, second);
    return { broker, session };
}

describe("the lab's view", () => {
    const places = [place("b-0", "first", 1), place("b-1", "second", 2), place("b-1", "third", 3)];

    it("counts the clients of each broker and lists the newest first, no more than fit", () => {
        const lines = clientTable(["b-0", "b-1", "b-2"], places, 2).split("\n");
        assert.equal(lines[0], "3 clients   b-0: 1   b-1: 2   b-2: 0");
        assert.deepEqual(
            lines.filter((line) => line.includes("alice")).map((line) => line.split("│")[1]?.trim()),
            ["third", "second"],
        );
        assert.equal(lines.at(-1), "and 1 more");
    });

    it("shows no empty table", () => {
        assert.equal(clientTable(["b-0"], [], 5), "0 clients   b-0: 0");
    });

    it("says in one line who came or went", () => {
        const now = new Date(2026, 0, 1, 12, 34, 56);
        const [first] = places;
        assert.ok(first !== undefined);
        assert.equal(
            eventLine("connected", first, now),
            "12:34:56 connected first 127.0.0.9 (3.1.1 over WebSocket) on b-0",
        );
        assert.equal(
            eventLine("gone", first, now),
            "12:34:56 gone      first 127.0.0.9 (3.1.1 over WebSocket) from b-0",
        );
    });

    it("lets no client id steer the terminal", () => {
        const line = eventLine("connected", place("b-0", "a\u001b[2Jb\nc", 1), new Date());
        assert.match(line, /connected a\?\[2Jb\?c /);
    });
});
