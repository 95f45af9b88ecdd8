import assert from "node:assert/strict";
import { request, type IncomingMessage } from "node:http";
import mqtt, { type MqttClient } from "mqtt";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { Client } from "./support/client";
import type { Edge } from "./support/edge";
import { figure, useEdge } from "./support/run";

const brokers = 4;
const addresses = Array.from({ length: 24 }, (_, index) => `127.65.0.${index}`);

const webSocket = { via: "ingress", controller: "traefik", ownCertificate: false, forwardedHops: 1 } as const;

/** A client (mqtt.js) as an ingress controller hands it over: plain WebSocket, with the addresses that are known of it. */
function throughIngress(edge: Edge, forwarded: string | undefined, clientId: string, replica = 0): Promise<MqttClient> {
    return mqtt.connectAsync(`ws://${edge.address(replica)}:${haproxyPorts.web}/mqtt`, {
        clientId,
        reconnectPeriod: 0,
        connectTimeout: 10_000,
        wsOptions: forwarded === undefined ? {} : { headers: { "X-Forwarded-For": forwarded } },
    });
}

/** The status of an upgrade to WebSocket: 101 where it was let through. */
function upgrade(edge: Edge, headers: Readonly<Record<string, string>>): Promise<number> {
    return new Promise((resolve, reject) => {
        const asked = request({
            host: edge.address(),
            port: haproxyPorts.web,
            path: "/mqtt",
            agent: false,
            headers: {
                Connection: "Upgrade",
                Upgrade: "websocket",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Protocol": "mqtt",
                ...headers,
            },
        });
        const answer = (response: IncomingMessage) => {
            response.destroy();
            resolve(response.statusCode ?? 0);
        };
        asked.on("response", answer);
        asked.on("upgrade", (response, socket) => {
            socket.destroy();
            answer(response);
        });
        asked.on("error", reject);
        asked.end();
    });
}

describe("WebSocket clients through an ingress controller", () => {
    const edge = useEdge({ brokers, replicas: 2, requirements: { listeners: ["mqtts", "wss"], webSocket } });

    it("reach the broker that MQTT from their address goes to, through either HAProxy, and it sees their address", async () => {
        const places = new Set<string>();
        for (const [index, from] of addresses.entries()) {
            const device = await Client.connect({
                ...edge().endpoint("mqtts"),
                from,
                clientId: `device-${index}`,
            });
            const expected = edge().places.get(device.clientId);
            await device.close();
            for (const replica of [0, 1]) {
                const clientId = `browser-${index}-${replica}`;
                const browser = await throughIngress(edge(), from, clientId, replica);
                assert.equal(edge().places.get(clientId), expected);
                assert.equal(edge().addresses.get(clientId), from);
                await browser.endAsync(true);
            }
            places.add(expected ?? "");
        }
        figure("brokers that 24 addresses were spread over", places.size, brokers.toString());
        assert.equal(places.size, brokers);
    });

    it("go by the last address of the header, which the controller itself added, and not by one that they wrote", async () => {
        const browser = await throughIngress(edge(), "203.0.113.9, 127.65.0.3", "forger");
        assert.equal(edge().addresses.get("forger"), "127.65.0.3");
        await browser.endAsync(true);
    });

    it("are refused without the header, and with one that is no address", async () => {
        assert.equal(await upgrade(edge(), {}), 400);
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "unknown" }), 400);
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "127.65.0.1" }), 101);
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "2001:db8::1" }), 101);
    });

    it("may use VerneMQ's path and subprotocols only", async () => {
        const known = { "X-Forwarded-For": "127.65.0.1" };
        assert.equal(await upgrade(edge(), { ...known, "Sec-WebSocket-Protocol": "chat" }), 400);
        assert.equal(await upgrade(edge(), { ...known, "Sec-WebSocket-Protocol": "mqttv3.1" }), 101);
    });
});

describe("WebSocket clients through an ingress controller behind another proxy, with limits", () => {
    const edge = useEdge({
        brokers: 2,
        connectionsPerSourcePerSecond: 5,
        requirements: {
            listeners: ["wss"],
            exposure: "cluster-ip",
            certificateSource: undefined,
            affinity: "none",
            allowedCidrs: ["127.65.0.0/24", "2001:db8::/32"],
            webSocket: { ...webSocket, forwardedHops: 2 },
        },
    });

    it("go by the second address from the right, and one address alone is refused", async () => {
        const browser = await throughIngress(edge(), "127.65.0.4, 192.0.2.1", "second");
        assert.equal(edge().addresses.get("second"), "127.65.0.4");
        await browser.endAsync(true);
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "127.65.0.4" }), 400);
    });

    it("come in from allowed networks only", async () => {
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "198.51.100.1, 192.0.2.1" }), 403);
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "2001:db8::7, 192.0.2.1" }), 101);
    });

    it("open a limited number of connections a second each, whichever others come through the same controller", async () => {
        const one = { "X-Forwarded-For": "127.65.0.5, 192.0.2.1" };
        const answers: number[] = [];
        for (let count = 0; count < 8; count++) {
            answers.push(await upgrade(edge(), one));
        }
        assert.deepEqual(answers.slice(0, 5), [101, 101, 101, 101, 101]);
        assert.ok(answers.includes(429), answers.join(" "));
        assert.equal(await upgrade(edge(), { "X-Forwarded-For": "127.65.0.6, 192.0.2.1" }), 101);
    });
});
