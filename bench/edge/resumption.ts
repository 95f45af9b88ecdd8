import { randomInt } from "node:crypto";
import { defaultSessionHours } from "../../components/edge/haproxy/session-tickets";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { CertificateAuthority } from "../../lab/certificates";
import { startLoopbackHaproxy } from "../../lab/edge";
import { existingEdge } from "./contestants";
import { Device } from "./device";
import { processorSeconds } from "./processor-time";
import type { Endpoint } from "./protocol";
import { BrokerProcess, Generators } from "./worker";

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
export async function measureResumption(ended: Promise<never>): Promise<readonly Resumption[]> {
    const started: { stop(): Promise<void> }[] = [];
    try {
        return await Promise.race([measure(started), ended]);
    } finally {
        await Promise.all(started.map((each) => each.stop()));
    }
}

async function measure(started: { stop(): Promise<void> }[]): Promise<readonly Resumption[]> {
    const network = `127.${randomInt(20, 99)}.${randomInt(1, 250)}`;
    const [behindEdge, plain] = [`${network}.1`, `${network}.2`];
    started.push(await BrokerProcess.start(behindEdge, plain));
    const generators = Generators.start(2);
    started.push(generators);
    const ca = await CertificateAuthority.create();
    const results: Resumption[] = [];
    for (const [index, key] of (["ecdsa", "rsa-2048"] as const).entries()) {
        const certificate = await ca.issue({ commonName: "localhost", dnsNames: ["localhost"], key });
        const start = async (pod: number) => {
            const haproxy = await startLoopbackHaproxy({
                plan: existingEdge(),
                address: `${network}.${10 * (index + 1) + pod}`,
                brokerAddresses: [behindEdge],
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
            const before = processorSeconds(other.pid);
            const { count, perSecond, resumed } = await generators.rate({
                kind: "connect",
                endpoint: { ...endpoint(1), session: given },
                seconds,
                concurrency,
            });
            const after = processorSeconds(other.pid);
            const processorEach = before === null || after === null ? null : ((after - before) / count) * 1e6;
            return { cost: { connectionsPerSecond: perSecond, processorEach }, share: resumed / count };
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
