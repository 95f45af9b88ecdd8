import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { type Edge, host } from "./support/edge";
import { figure, rounded, useEdge } from "./support/run";
import { useStorms } from "./support/storm";

const clients = 10_000;
const replicas = 2;

/** Resident memory of a process in KiB. */
function residentKiB(pid: number): number {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

async function workerMemory(edge: Edge): Promise<number> {
    const workers = await Promise.all(edge.haproxies.map((haproxy) => haproxy.workers()));
    return workers.flat().reduce((sum, { pid }) => sum + residentKiB(pid), 0);
}

describe("a storm of 10,000 clients", () => {
    const edge = useEdge({ replicas, maxConnections: 6_000 });
    const storm = useStorms();

    it("ends with every client connected over TLS through two HAProxies", async () => {
        const before = await workerMemory(edge());
        const begun = Date.now();
        const reports = await Promise.all(
            Array.from({ length: replicas }, (_, replica) =>
                storm({
                    host: edge().address(replica),
                    port: haproxyPorts.mqtts,
                    ca: edge().ca.pem,
                    servername: host,
                    first: (replica * clients) / replicas,
                    count: clients / replicas,
                    dialsAtOnce: 1000,
                    timeoutMs: 30_000,
                }),
            ),
        );
        const seconds = (Date.now() - begun) / 1000;
        const attempts = reports.reduce((sum, report) => sum + report.attempts, 0);
        const perConnection = ((await workerMemory(edge())) - before) / clients;
        const online = edge().brokers.map((broker) => broker.sessions.length);
        figure("clients by broker", online.join(" "));
        figure("seconds until all were in", rounded(seconds, 1));
        figure("attempts", attempts);
        figure("memory of HAProxy per connection, KiB", rounded(perConnection, 1), "below 48");
        assert.equal(
            reports.reduce((sum, report) => sum + report.connected, 0),
            clients,
        );
        assert.equal(
            online.reduce((sum, count) => sum + count, 0),
            clients,
        );
        assert.ok(Math.max(...online) / (clients / online.length) < 1.25);
        assert.ok(perConnection < 48);
    });
});
