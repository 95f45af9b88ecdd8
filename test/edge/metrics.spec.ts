import assert from "node:assert/strict";
import { connect } from "node:net";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { edgeMetrics } from "../../components/observability/metrics";
import { type Edge, get, until } from "./support/edge";
import { useEdge } from "./support/run";

/** The samples of HAProxy's metrics: name and labels with their value. */
async function metricsOf(edge: Edge): Promise<ReadonlyMap<string, number>> {
    const { body } = await get(edge.address(), haproxyPorts.health, "/metrics");
    const lines = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
        lines.map((line) => {
            const space = line.lastIndexOf(" ");
            return [line.slice(0, space), Number(line.slice(space + 1))] as const;
        }),
    );
}

/** Connects and sends some bytes; HAProxy closes what it turns away. */
function knock(edge: Edge, bytes: string): Promise<void> {
    return new Promise((resolve) => {
        const socket = connect(haproxyPorts.mqtt, edge.address(), () => socket.write(bytes));
        socket
            .on("error", () => undefined)
            .on("close", () => {
                resolve();
            });
    });
}

const elsewhere = { allowedCidrs: ["203.0.113.0/24"] };

describe("metrics of the edge", () => {
    const edge = useEdge();

    it("are there under the names that alerts and dashboard read", async () => {
        const names = new Set([...(await metricsOf(edge())).keys()].map((sample) => sample.split("{")[0]));
        assert.deepEqual(
            edgeMetrics.filter((name) => !names.has(`haproxy_${name}`)),
            [],
        );
    });

    it("count the brokers in service, and tell the listeners of devices from the probe", async () => {
        const samples = await metricsOf(edge());
        assert.equal(samples.get('haproxy_backend_active_servers{proxy="brokers-mqtt"}'), 4);
        assert.equal(samples.get('haproxy_backend_active_servers{proxy="brokers-ws"}'), 4);
        assert.deepEqual(
            [...samples.keys()]
                .filter((sample) => sample.startsWith("haproxy_frontend_current_sessions{"))
                .map((sample) => /proxy="(.+)"/.exec(sample)?.[1])
                .sort(),
            ["mqtt", "mqtts", "probe", "wss"],
        );
    });
});

describe("metrics of an edge that lets others in", () => {
    const edge = useEdge({ requirements: elsewhere, brokers: 1 });

    it("count a connection that is turned away by its address", async () => {
        await knock(edge(), "");
        const denied = 'haproxy_frontend_denied_connections_total{proxy="mqtt"}';
        await until(async () => (await metricsOf(edge())).get(denied) === 1, "one connection is counted as denied");
    });
});

describe("metrics of an edge behind PROXY headers that lets others in", () => {
    const edge = useEdge({
        target: "eks",
        requirements: { ...elsewhere, terminateTls: "cloud", certificateSource: "cloud" },
        brokers: 1,
    });

    it("count a connection that is turned away once its header is known", async () => {
        await knock(edge(), "PROXY TCP4 198.51.100.7 192.0.2.1 40000 1883\r\n");
        const denied = 'haproxy_frontend_denied_sessions_total{proxy="mqtt"}';
        await until(async () => (await metricsOf(edge())).get(denied) === 1, "one session is counted as denied");
    });
});
