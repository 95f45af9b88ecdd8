import assert from "node:assert/strict";
import { Client, forEach } from "./support/client";
import { Edge, until } from "./support/edge";
import { figure, useEdge, rounded } from "./support/run";
import { webSocketClient } from "./support/web-socket";

const clients = 2000;
const brokers = 4;

/** Neighbors, as a provider hands them out: 127.64.0.0 and on. */
const addresses = Array.from({ length: clients }, (_, index) => `127.64.${index >> 8}.${index & 0xff}`);

/** Listeners mqtts and mqtt lead to the same ring; without TLS a round takes a quarter of the time. */
const reconnects = [
    ["mqtts", 1],
    ["mqtt", 0],
    ["mqtt", 0],
    ["mqtt", 1],
    ["mqtts", 0],
] as const;

/** Connects every client once, notes its broker, and says goodbye. */
async function round(edge: Edge, listener: "mqtts" | "mqtt", replica = 0): Promise<readonly string[]> {
    const connected = await forEach(addresses, 100, (from, index) =>
        Client.connect({ ...edge.endpoint(listener, replica), from, clientId: `device-${index}` }),
    );
    const places = connected.map(({ clientId }) => edge.places.get(clientId) ?? "nowhere");
    await forEach(connected, 200, (client) => client.close());
    return places;
}

function share(places: readonly string[], broker: string): number {
    return places.filter((place) => place === broker).length;
}

describe("source-IP affinity", () => {
    const edge = useEdge({ brokers, replicas: 2 });
    let first: readonly string[];
    before(async () => {
        first = await round(edge(), "mqtts");
    });

    it("spreads 2,000 source addresses over 4 brokers with max/mean below 1.25", () => {
        const counts = edge().brokers.map(({ name }) => share(first, name));
        const ratio = Math.max(...counts) / (clients / brokers);
        figure("clients by broker", counts.join(" "));
        figure("max/mean", rounded(ratio, 3), "below 1.25");
        assert.equal(
            counts.reduce((sum, count) => sum + count, 0),
            clients,
        );
        assert.ok(ratio < 1.25);
    });

    it("shows the broker each client's own address", () => {
        const wrong = addresses.filter((address, index) => edge().addresses.get(`device-${index}`) !== address);
        figure("clients with another address at the broker", wrong.length, "0");
        assert.deepEqual(wrong, []);
    });

    it("brings every address back to its broker over 5 reconnects, and through a second HAProxy", async () => {
        let moved = 0;
        for (const [listener, replica] of reconnects) {
            const places = await round(edge(), listener, replica);
            moved += places.filter((place, index) => place !== first[index]).length;
        }
        figure("moved in 5 rounds of 2,000, two of them through a second HAProxy", moved, "0");
        assert.equal(moved, 0);
    });

    it("brings a WebSocket client to the broker that MQTT from its address goes to", async () => {
        for (const index of [0, 1, 2, 3, 4, 5, 6, 7]) {
            const client = await webSocketClient(edge(), {
                from: addresses[index],
                clientId: `web-${index}`,
            });
            assert.equal(edge().places.get(client.options.clientId ?? ""), first[index]);
            assert.equal(edge().addresses.get(client.options.clientId ?? ""), addresses[index]);
            await client.endAsync(true);
        }
    });

    it("moves at most 25 % of the clients when a fifth broker comes, all of them to it", async () => {
        const fifth = await edge().addBroker();
        await Promise.all([edge().waitForBrokers(5, 0), edge().waitForBrokers(5, 1)]);
        const places = await round(edge(), "mqtt");
        const moved = places.filter((place, index) => place !== first[index]);
        figure("moved to the fifth broker, %", rounded((moved.length / clients) * 100, 1), "at most 25");
        assert.ok(moved.length > 0 && moved.length <= clients * 0.25);
        assert.equal(share(moved, fifth.name), moved.length);
        first = places;
    });

    it("moves only the clients of a broker that was killed, and brings them back when it returns elsewhere", async () => {
        const [killed] = edge().brokers;
        assert.ok(killed !== undefined);
        await killed.kill();
        await until(async () => (await edge().brokersUp()) === 4, "HAProxy sees the broker down");
        const places = await round(edge(), "mqtt");
        const strangers = places.filter(
            (place, index) => place !== first[index] && first[index] !== killed.name,
        ).length;
        figure("clients of the killed broker", share(first, killed.name));
        figure("moved although their broker lived", strangers, "0");
        assert.equal(share(places, killed.name), 0);
        assert.equal(strangers, 0);

        await edge().moveBroker(0);
        await edge().waitForBrokers(5);
        const back = await round(edge(), "mqtt");
        assert.equal(back.filter((place, index) => place !== first[index]).length, 0);
    });
});
