import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { upgrade } from "../../verify/wire/upgrade";
import { Client } from "./support/client";
import { type Edge, host } from "./support/edge";
import { figure, rounded, useEdge } from "./support/run";

/** The keepalive of 60 s gives tunnels 120 s; what is cut before half of that was not cut by the tunnel's timeout. */
const wellBeforeTunnelTimeoutMs = 60_000;

/** How long a client is held by a broker that freezes after its last health check, in ms. */
async function heldBy(edge: Edge, connect: () => Promise<unknown>): Promise<number> {
    const [broker] = edge.brokers;
    assert.ok(broker !== undefined);
    broker.freeze();
    const begun = Date.now();
    try {
        await assert.rejects(connect(), /closed|not upgraded/);
        return Date.now() - begun;
    } finally {
        broker.thaw();
        await edge.waitForBrokers(1);
    }
}

describe("a broker that freezes with a client's CONNECT", () => {
    const edge = useEdge({ brokers: 1 });

    it("does not hold the client until the tunnel's timeout", async () => {
        const held = await heldBy(edge(), () =>
            Client.connect({ ...edge().endpoint("mqtts"), clientId: "held", timeoutMs: 300_000 }),
        );
        figure("client of a frozen broker held, s", rounded(held / 1000, 1), "below 60");
        assert.ok(held < wellBeforeTunnelTimeoutMs);
    });

    it("does not hold a WebSocket client either, whose upgrade it did not answer", async () => {
        const { host: address, port } = edge().endpoint("wss");
        const asked = { tls: true, host, address, port, path: "/mqtt", ca: edge().ca.pem, timeoutMs: 300_000 };
        const held = await heldBy(edge(), async () => {
            const answer = await upgrade(asked);
            // HTTP 504: gateway timeout.
            assert.deepEqual(answer, { kind: "answered", status: 504 });
            throw new Error("not upgraded");
        });
        figure("WebSocket client of a frozen broker held, s", rounded(held / 1000, 1), "below 60");
        assert.ok(held < wellBeforeTunnelTimeoutMs);
    });

    it("loses no client that it has let in before", async () => {
        const client = await Client.connect({ ...edge().endpoint("mqtts"), clientId: "earlier" });
        const [broker] = edge().brokers;
        broker?.freeze();
        await sleep(12_000);
        broker?.thaw();
        await client.ping();
        await client.close();
        await edge().waitForBrokers(1);
    });
});

describe("a broker whose webhooks may take 30 s", () => {
    const edge = useEdge({ brokers: 1, signInSeconds: 30 });

    it("answers after 12 s, and its client is let in", async () => {
        const [broker] = edge().brokers;
        assert.ok(broker !== undefined);
        broker.freeze();
        const connecting = Client.connect({ ...edge().endpoint("mqtts"), clientId: "patient", timeoutMs: 60_000 });
        // The health check finds it down meanwhile, which takes no client away.
        await sleep(12_000);
        broker.thaw();
        const client = await connecting;
        await client.close();
    });
});
