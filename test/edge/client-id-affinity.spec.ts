import assert from "node:assert/strict";
import { Client, forEach } from "./support/client";
import { Edge } from "./support/edge";
import { figure, useEdge, rounded } from "./support/run";
import { webSocketClient } from "./support/web-socket";

const clients = 2000;
const brokers = 4;
const natAddress = "127.77.0.1";
const versions = [3, 4, 5] as const;

async function round(edge: Edge, replica = 0): Promise<readonly string[]> {
    const connected = await forEach(Array.from({ length: clients }), 100, (_, index) =>
        Client.connect({
            ...edge.endpoint("mqtt", replica),
            from: natAddress,
            clientId: `sensor-${index.toString().padStart(6, "0")}`,
            connect: { protocolVersion: versions[index % versions.length] ?? 4 },
        }),
    );
    const places = connected.map(({ clientId }) => edge.places.get(clientId) ?? "nowhere");
    await forEach(connected, 200, (client) => client.close());
    return places;
}

describe("client-id affinity", () => {
    const edge = useEdge({ brokers, replicas: 2, requirements: { affinity: "client-id" } });
    let first: readonly string[];
    before(async () => {
        first = await round(edge());
    });

    it("keeps 2,000 clients of MQTT 3.1, 3.1.1 and 5 behind one address balanced", () => {
        const counts = edge().brokers.map(({ name }) => first.filter((place) => place === name).length);
        const ratio = Math.max(...counts) / (clients / brokers);
        figure("clients by broker", counts.join(" "));
        figure("max/mean", rounded(ratio, 3), "below 1.25");
        assert.equal(
            counts.reduce((sum, count) => sum + count, 0),
            clients,
        );
        assert.ok(ratio < 1.25);
    });

    it("brings every client id back to its broker, through a second HAProxy too", async () => {
        let moved = 0;
        for (const replica of [0, 1]) {
            const places = await round(edge(), replica);
            moved += places.filter((place, index) => place !== first[index]).length;
        }
        figure("moved in 2 rounds of 2,000", moved, "0");
        assert.equal(moved, 0);
    });

    it("knows the client id behind TLS as well, and from another address", async () => {
        const client = await Client.connect({
            ...edge().endpoint("mqtts"),
            from: "127.88.0.1",
            clientId: "sensor-000042",
        });
        assert.equal(edge().places.get("sensor-000042"), first[42]);
        await client.close();
    });

    it("spreads clients over all brokers where the client id is empty", async () => {
        const before = new Map(edge().brokers.map((broker) => [broker.name, broker.sessions.length]));
        const anonymous = await forEach(Array.from({ length: 40 }), 10, () =>
            Client.connect({ ...edge().endpoint("mqtt"), from: natAddress, clientId: "" }),
        );
        const gained = edge().brokers.map((broker) => broker.sessions.length - (before.get(broker.name) ?? 0));
        figure("40 empty client ids by broker", gained.join(" "));
        assert.ok(Math.min(...gained) > 0 && Math.max(...gained) < 20);
        await forEach(anonymous, 10, (client) => client.close());
    });

    it("keeps WebSocket clients, whose id comes too late, by their address", async () => {
        const ids = ["web-a", "web-b", "web-c", "web-d", "web-e"];
        const connected = await Promise.all(
            ids.map((clientId) => webSocketClient(edge(), { from: natAddress, clientId })),
        );
        assert.equal(new Set(ids.map((id) => edge().places.get(id))).size, 1);
        await Promise.all(connected.map((client) => client.endAsync(true)));
    });
});
