import { defaultSessionHours } from "../../components/edge/haproxy/session-tickets";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { startLoopbackHaproxy } from "../../lab/edge";
import { existingEdge } from "./contestants";
import { Device } from "./device";
import { withProcessor } from "./processor-time";
import type { Endpoint } from "./protocol";
import { onStage, type Stage } from "./stage";

/** What a device pays for with its first handshake and saves with a ticket, by the kind of the certificate's key. */
export interface Resumption {
    readonly key: "ecdsa" | "rsa-2048";
    readonly full: Cost;
    readonly resumed: Cost;
    /** Share of the connections with a ticket of one pod that the other one resumed. */
    readonly share: number;
}

interface Cost {
    /** Handshake, CONNECT and CONNACK, end to end: generators and broker share the processors. */
    readonly connectionsPerSecond: number;
    /** Processor microseconds of HAProxy for each; null where the system has no /proc. */
    readonly processorEach: number | null;
}

const seconds = 3;
const concurrency = 32;
/** Twice this in file descriptors has to be allowed. */
const maxConnections = 4000;

/** Two HAProxy pods as deployed: tickets of the first are presented to the second. Ends everything, also when `ended` comes first. */
export function measureResumption(ended: Promise<never>): Promise<readonly Resumption[]> {
    return onStage(2, measure, ended);
}

async function measure({ network, brokerBehindEdge, generators, ca, started }: Stage): Promise<readonly Resumption[]> {
    const results: Resumption[] = [];
    for (const [index, key] of (["ecdsa", "rsa-2048"] as const).entries()) {
        const certificate = await ca.issue({ commonName: "localhost", dnsNames: ["localhost"], key });
        const start = async (pod: number) => {
            const haproxy = await startLoopbackHaproxy({
                plan: existingEdge(),
                address: `${network}.${10 * (index + 1) + pod}`,
                brokerAddresses: [brokerBehindEdge],
                certificate,
                maxConnections,
                connectionsPerSourcePerSecond: 100_000,
                handshakesPerSecond: 100_000,
                sessionSeconds: defaultSessionHours * 3600,
            });
            started.push(haproxy);
            return haproxy;
        };
        const endpoint = (pod: number): Endpoint => ({
            host: `${network}.${10 * (index + 1) + pod}`,
            port: haproxyPorts.mqtts,
            tls: true,
        });
        await start(0);
        const other = await start(1);
        const first = await Device.open(endpoint(0));
        const { session } = first;
        first.close();
        const run = async (given?: string) => {
            const endpointOfOther = { ...endpoint(1), session: given };
            const { count, perSecond, resumed, microsecondsEach } = await withProcessor(other.pid, () =>
                generators.rate({ kind: "connect", endpoint: endpointOfOther, seconds, concurrency }),
            );
            const cost = { connectionsPerSecond: perSecond, processorEach: microsecondsEach };
            return { cost, share: resumed / count };
        };
        const full = await run();
        const resumed = await run(session);
        results.push({ key, full: full.cost, resumed: resumed.cost, share: resumed.share });
    }
    return results;
}

export function resumptionLines(all: readonly Resumption[]): readonly string[] {
    return all.map(({ key, full, resumed, share }) => {
        const processor =
            full.processorEach === null || resumed.processorEach === null
                ? ""
                : `, processor time ${resumed.processorEach.toFixed(0)} against ${full.processorEach.toFixed(0)} µs, ratio ${(resumed.processorEach / full.processorEach).toFixed(2)}`;
        return `Sessions of one HAProxy pod at another, ${key}: ${(100 * share).toFixed(1)} % resumed; ${resumed.connectionsPerSecond.toFixed(0)} connections a second against ${full.connectionsPerSecond.toFixed(0)} in full, ratio ${(resumed.connectionsPerSecond / full.connectionsPerSecond).toFixed(2)}${processor}.`;
    });
}
