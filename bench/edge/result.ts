import type { ContestantKey } from "./contestants";
import { median } from "../statistics";

/** What one round found of one contestant. Processor times are null where the contestant has no process, or no /proc is there. */
export interface Sample {
    /** Full TLS handshake, CONNECT and CONNACK; end to end, with load generators and broker on the same processors. */
    readonly connectionsPerSecond: number;
    /** Processor microseconds of the contestant's own processes for each of these connections. */
    readonly processorPerConnection: number | null;
    readonly qos0PerSecond: number;
    readonly qos1PerSecond: number;
    /** Processor microseconds of the contestant's own processes for each message at QoS 1. */
    readonly processorPerMessage: number | null;
    /** Round trip of a lone PUBLISH at QoS 1 to its PUBACK, in microseconds. */
    readonly latencyP50: number;
    readonly latencyP99: number;
}

export interface Measured {
    readonly key: ContestantKey;
    readonly title: string;
    readonly version: string;
    readonly baseline?: ContestantKey;
    readonly rounds: readonly Sample[];
}

/** The medians over the rounds, and what TLS adds to the baseline. */
export interface Summary extends Sample {
    readonly key: ContestantKey;
    readonly title: string;
    readonly version: string;
    /** Processor time that terminating TLS costs: the contestant's, less the baseline's where the baseline is a process too. */
    readonly tlsProcessorPerConnection: number | null;
    readonly tlsProcessorPerMessage: number | null;
    /** Latency over the baseline's in the same round. Null for a baseline. */
    readonly addedP50: number | null;
    readonly addedP99: number | null;
}

export function summarize(all: readonly Measured[]): readonly Summary[] {
    return all.map((measured) => {
        const { key, title, version, rounds } = measured;
        const base = all.find((other) => other.key === measured.baseline);
        const middle = (field: keyof Sample) => medianOf(rounds.map((round) => round[field]));
        const added = (field: keyof Sample, fromNothing: boolean) =>
            base === undefined
                ? null
                : medianOf(
                      rounds.map((round, index) => {
                          const value = round[field];
                          const baseValue = base.rounds[index]?.[field] ?? (fromNothing ? 0 : null);
                          return value === null || baseValue === null ? null : value - baseValue;
                      }),
                  );
        return {
            key,
            title,
            version,
            connectionsPerSecond: middle("connectionsPerSecond") ?? 0,
            processorPerConnection: middle("processorPerConnection"),
            qos0PerSecond: middle("qos0PerSecond") ?? 0,
            qos1PerSecond: middle("qos1PerSecond") ?? 0,
            processorPerMessage: middle("processorPerMessage"),
            latencyP50: middle("latencyP50") ?? 0,
            latencyP99: middle("latencyP99") ?? 0,
            tlsProcessorPerConnection: added("processorPerConnection", true),
            tlsProcessorPerMessage: added("processorPerMessage", true),
            addedP50: added("latencyP50", false),
            addedP99: added("latencyP99", false),
        };
    });
}

function medianOf(values: readonly (number | null)[]): number | null {
    const known = values.filter((value) => value !== null);
    return known.length === 0 || known.length < values.length ? null : median(known);
}
