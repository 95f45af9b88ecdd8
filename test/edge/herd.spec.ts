import assert from "node:assert/strict";
import { processorSeconds } from "../../bench/edge/processor-time";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { type Edge, get, host } from "./support/edge";
import { figure, rounded, useEdge } from "./support/run";
import { useStorms } from "./support/storm";
import { throttle } from "./support/throttle";

const clients = 600;
/** Those that come with a ticket. */
const returning = 200;
const handshakesPerSecond = 20;
/** Of a core, with a key of 4,096 bits: some 50 handshakes a second, so that the whole herd takes longer than a handshake may. */
const cores = 0.3;

/** TLS handshakes that HAProxy has begun. */
async function handshakes(edge: Edge): Promise<number> {
    const { body } = await get(edge.address(), haproxyPorts.health, "/metrics");
    return Number(/^haproxy_process_ssl_connections_total (\d+)$/m.exec(body)?.[1]);
}

describe("a herd that reconnects at the same moment", () => {
    const edge = useEdge({ key: "rsa-4096", handshakesPerSecond, replicas: 2, sessionSeconds: 3600 });
    const storm = useStorms();
    const processorTime = () => processorSeconds(edge().haproxies[0]?.pid ?? 0) ?? 0;
    let fullSeconds = 0;

    it("is let in with one TLS handshake for each client, though all of them take longer than one may", async () => {
        const before = await handshakes(edge());
        const release = await throttle(edge(), cores);
        const processorBefore = processorTime();
        const begun = Date.now();
        const report = await storm({
            host: edge().address(),
            port: haproxyPorts.mqtts,
            ca: edge().ca.pem,
            servername: host,
            first: 0,
            count: clients,
            dialsAtOnce: clients,
            // A device that gives up does so rather late: what HAProxy cuts is what counts here.
            timeoutMs: 120_000,
        }).finally(release);
        const made = (await handshakes(edge())) - before;
        figure("seconds until all were in", rounded((Date.now() - begun) / 1000, 1));
        figure("TLS handshakes", made, clients.toString());
        fullSeconds = processorTime() - processorBefore;
        figure("processor seconds of HAProxy", rounded(fullSeconds));
        assert.equal(report.connected, clients);
        assert.equal(report.resumed, 0);
        assert.equal(made, clients);
    });

    it("resumes at a pod that never saw it, for less than half the processor time", async () => {
        const before = processorTime();
        const report = await storm({
            host: edge().address(0),
            port: haproxyPorts.mqtts,
            ca: edge().ca.pem,
            servername: host,
            first: clients,
            count: returning,
            ticketsFrom: edge().address(1),
            dialsAtOnce: returning,
            timeoutMs: 120_000,
        });
        const milliseconds = ((processorTime() - before) / returning) * 1000;
        const full = (fullSeconds / clients) * 1000;
        figure(`resumed of ${returning}`, report.resumed, returning.toString());
        figure("processor ms of HAProxy each", rounded(milliseconds), `${rounded(full)} with full handshakes`);
        assert.equal(report.connected, returning);
        assert.equal(report.resumed, returning);
        assert.ok(milliseconds < full / 2);
    });
});
