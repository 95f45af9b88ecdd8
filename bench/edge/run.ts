import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { writeCertificate } from "../../lab/certificates";
import { removeFolder, temporaryFolder } from "../../lab/temporary";
import { MissingToolError } from "../../lab/tools";
import { type Contestant, contestants, type Running } from "./contestants";
import { busyDuring, withProcessor } from "./processor-time";
import type { Measured, Sample } from "./result";
import { quantile } from "../statistics";
import { onStage, type Stage } from "./stage";
import type { Generators } from "./worker";

/** How long each measurement of a round takes, in seconds, and with how many connections. */
export const plan = {
    connect: { seconds: 1.4, concurrency: 32 },
    publish: { seconds: 0.8, connections: 50 },
    latency: { seconds: 4, connections: 10 },
    warmUpSeconds: 0.4,
} as const;

export interface Outcome {
    readonly measured: readonly Measured[];
    /** Contestants that are not installed here. */
    readonly missing: readonly { readonly title: string; readonly reason: string }[];
    /** Share of the machine that was busy while connections were opened: near 1, the figure is bound by the processors. */
    readonly busyWhileConnecting: number;
    /** Share of the machine that others used just before. */
    readonly busyBefore: number;
    readonly generators: number;
}

interface Entry {
    readonly contestant: Contestant;
    readonly running: Running;
    readonly rounds: Sample[];
}

/** Starts everything, measures round by round, and ends everything, also when it fails or `ended` comes first. */
export async function runBenchmark(
    rounds: number,
    ended: Promise<never>,
    say: (text: string) => void,
): Promise<Outcome> {
    const folder = await temporaryFolder("bench");
    try {
        const { busy: busyBefore } = await Promise.race([busyDuring(() => sleep(1000)), ended]);
        const count = Math.min(availableParallelism(), 4);
        const measured = await onStage(count, (stage) => measure(stage, rounds, folder, say), ended);
        return { ...measured, busyBefore, generators: count };
    } finally {
        await removeFolder(folder);
    }
}

async function measure(
    { network, brokerBehindEdge, plainBroker, generators, ca, started }: Stage,
    rounds: number,
    folder: string,
    say: (text: string) => void,
): Promise<Omit<Outcome, "busyBefore" | "generators">> {
    const certificate = await ca.issue({ commonName: "localhost", dnsNames: ["localhost"] });
    await writeCertificate(folder, certificate);
    const entries: Entry[] = [];
    const missing: { title: string; reason: string }[] = [];
    for (const [index, contestant] of contestants.entries()) {
        const address = `${network}.${10 + index}`;
        try {
            const ground = { folder, certificate, brokerBehindEdge, plainBroker, address };
            const running = await contestant.start(ground);
            started.push(running);
            await generators.check(running.endpoint, ca.pem);
            entries.push({ contestant, running, rounds: [] });
        } catch (error) {
            if (!(error instanceof MissingToolError)) {
                throw error;
            }
            missing.push({ title: contestant.title, reason: error.message });
        }
    }
    say("warming up");
    for (const { running } of entries) {
        await load(generators, running, plan.warmUpSeconds, plan.warmUpSeconds);
    }
    const busy: number[] = [];
    for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        busy.push(...(await playRound(generators, entries, round)));
    }
    return {
        measured: entries.map(({ contestant, running, rounds: samples }) => ({
            key: contestant.key,
            title: contestant.title,
            version: running.version,
            baseline: contestant.baseline,
            rounds: samples,
        })),
        missing,
        busyWhileConnecting: quantile(busy, 0.5),
    };
}

/** Every contestant once, each round beginning with another one. Gives back how busy the machine was during connects. */
async function playRound(generators: Generators, entries: readonly Entry[], round: number): Promise<readonly number[]> {
    const shift = round % entries.length;
    const order = [...entries.slice(shift), ...entries.slice(0, shift)];
    const loads = new Map<Entry, Load>();
    for (const entry of order) {
        loads.set(entry, await load(generators, entry.running, plan.connect.seconds, plan.publish.seconds));
    }
    const endpoints = order.map(({ running }) => running.endpoint);
    const latencies = await generators.latency({ kind: "latency", endpoints, ...plan.latency });
    for (const [index, entry] of order.entries()) {
        const measured = loads.get(entry);
        const trips = latencies[index] ?? [];
        if (measured !== undefined) {
            const latency = { latencyP50: quantile(trips, 0.5), latencyP99: quantile(trips, 0.99) };
            entry.rounds.push({ ...measured.sample, ...latency });
        }
    }
    return [...loads.values()].map(({ busy }) => busy);
}

interface Load {
    readonly sample: Omit<Sample, "latencyP50" | "latencyP99">;
    readonly busy: number;
}

async function load(
    generators: Generators,
    { endpoint, pid }: Running,
    connectSeconds: number,
    publishSeconds: number,
): Promise<Load> {
    const { concurrency } = plan.connect;
    const { connections } = plan.publish;
    const connects = await withProcessor(pid, () =>
        generators.rate({ kind: "connect", endpoint, seconds: connectSeconds, concurrency }),
    );
    const publish = { kind: "publish", endpoint, seconds: publishSeconds, connections } as const;
    const qos0 = await generators.rate({ ...publish, qos: 0 });
    const qos1 = await withProcessor(pid, () => generators.rate({ ...publish, qos: 1 }));
    return {
        sample: {
            connectionsPerSecond: connects.perSecond,
            processorPerConnection: connects.microsecondsEach,
            qos0PerSecond: qos0.perSecond,
            qos1PerSecond: qos1.perSecond,
            processorPerMessage: qos1.microsecondsEach,
        },
        busy: connects.busy,
    };
}
