import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { need, tools } from "../../lab/tools";
import { removeFolder, temporaryFolder } from "../../lab/temporary";
import { Client, forEach } from "./support/client";
import { get, until } from "./support/edge";
import { needs, useEdge } from "./support/run";
import { tlsClient } from "./support/web-socket";

describe("brokers behind the edge", () => {
    const edge = useEdge({ brokers: 2, maxReplicas: 4 });

    const connect = (count: number, prefix: string) =>
        forEach(Array.from({ length: count }), 20, (_, index) =>
            Client.connect({
                ...edge().endpoint("mqtts"),
                from: `127.50.1.${index + 1}`,
                clientId: `${prefix}-${index}`,
            }),
        );

    it("are down while their names do not resolve, and the edge is ready with those that do", async () => {
        const { body } = await get(edge().address(), haproxyPorts.health, "/metrics");
        const states = [
            ...body.matchAll(/^haproxy_server_status\{proxy="brokers-mqtt",server="([^"]+)",state="([^"]+)"\} 1$/gm),
        ];
        assert.deepEqual(
            states.map(([, server, state]) => `${server ?? ""} ${state ?? ""}`),
            ["vernemq-0 UP", "vernemq-1 UP", "vernemq-2 MAINT", "vernemq-3 MAINT"],
        );
        assert.equal((await get(edge().address(), haproxyPorts.health, "/healthz")).status, 200);
    });

    it("get no new clients while a listener is suspended, and keep those that they have", async () => {
        const [suspended] = edge().brokers;
        assert.ok(suspended !== undefined);
        const before = await connect(40, "early");
        const staying = before.filter(({ clientId }) => edge().places.get(clientId) === suspended.name);
        assert.ok(staying.length > 0);
        suspended.healthy = false;
        await edge().waitForBrokers(1);
        const later = await connect(40, "late");
        assert.ok(later.every(({ clientId }) => edge().places.get(clientId) !== suspended.name));
        await forEach(staying, 20, (client) => client.ping());
        suspended.healthy = true;
        await edge().waitForBrokers(2);
        await forEach([...before, ...later], 40, (client) => client.close());
    });

    it("that are all down make the edge unready, and alive still", async () => {
        for (const broker of edge().brokers) {
            broker.healthy = false;
        }
        await edge().waitForBrokers(0);
        assert.equal((await get(edge().address(), haproxyPorts.health, "/healthz")).status, 503);
        assert.equal((await get(edge().address(), haproxyPorts.health, "/livez")).status, 200);
        await assert.rejects(Client.connect({ ...edge().endpoint("mqtts"), clientId: "nobody-home" }));
        for (const broker of edge().brokers) {
            broker.healthy = true;
        }
        await edge().waitForBrokers(2);
    });

    it("are reached by mosquitto's own clients through TLS", async function () {
        needs(this, tools.mosquittoPublish, tools.mosquittoSubscribe);
        const folder = await temporaryFolder("mosquitto");
        const subscriber = await tlsClient(edge(), { clientId: "listener" });
        try {
            await writeFile(join(folder, "ca.pem"), edge().ca.pem);
            const heard = new Promise<string>((resolve) => {
                subscriber.on("message", (topic, payload) => {
                    resolve(`${topic} ${payload.toString()}`);
                });
            });
            await subscriber.subscribeAsync("from/mosquitto", { qos: 1 });
            const target = [
                "-h",
                edge().address(),
                "-p",
                haproxyPorts.mqtts.toString(),
                "--cafile",
                join(folder, "ca.pem"),
            ];
            // The certificate is issued for a name, and no DNS on this machine knows it.
            await promisify(execFile)(need(tools.mosquittoPublish), [
                ...target,
                "--insecure",
                "-q",
                "1",
                "-t",
                "from/mosquitto",
                "-m",
                "hello",
            ]);
            assert.equal(await heard, "from/mosquitto hello");
        } finally {
            await subscriber.endAsync(true);
            await removeFolder(folder);
        }
    });

    it("keep their clients while HAProxy drains: it takes no new client and closes none yet", async () => {
        const clients = await connect(40, "draining");
        const master = edge().haproxies[0]?.pid ?? 0;
        process.kill(master, "SIGUSR1");
        const refused = async () => {
            try {
                const client = await Client.connect({ ...edge().endpoint("mqtts"), clientId: "too-late" });
                await client.close();
                return false;
            } catch {
                return true;
            }
        };
        await until(refused, "HAProxy takes no new client");
        await sleep(2_000);
        await forEach(clients, 20, (client) => client.ping());
        assert.ok(clients.every(({ alive }) => alive));
    });
});
