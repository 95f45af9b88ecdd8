/** What a broker was measured to take, of clean sessions with one subscription each. The machine was shared: the processor's figures are upper bounds. */
export const measured = {
    /** A broker without clients. */
    idleMiB: 108,
    /** From 2,000 to 15,000 connections. */
    bytesPerConnection: 29 * 1024,
    /** A message of 64 bytes, in and out again to one subscriber, at QoS 0 and QoS 1 alike. */
    microsecondsPerMessage: 127,
    microsecondsPerPing: 47,
    source: "measured, VerneMQ 2.1.1, open-source build on OTP 25, three real brokers behind HAProxy",
    asOf: "2026-11",
} as const;

/** Of a message's time the share of each further subscriber: its way out. Taken as half, which was not measured. */
const shareOfWayOut = 0.5;

/** What clients ask of one broker. */
export interface Load {
    readonly connections: number;
    /** Messages that come in each second. */
    readonly messagesPerSecond: number;
    /** Clients that each message goes out to. Default: 1. */
    readonly subscribersPerMessage?: number;
    readonly keepaliveSeconds: number;
}

/** What a broker needs for a load: an estimate from what was measured. */
export function estimate({ connections, messagesPerSecond, subscribersPerMessage = 1, keepaliveSeconds }: Load): {
    readonly millicores: number;
    readonly memoryMiB: number;
} {
    const pings = (connections / keepaliveSeconds) * measured.microsecondsPerPing;
    const perMessage = measured.microsecondsPerMessage * (1 + shareOfWayOut * (subscribersPerMessage - 1));
    return {
        millicores: (pings + messagesPerSecond * perMessage) / 1000,
        memoryMiB: measured.idleMiB + (connections * measured.bytesPerConnection) / 2 ** 20,
    };
}

/** Connections that so much memory holds. */
export function connectionsIn(memoryMiB: number): number {
    return Math.max(0, Math.floor(((memoryMiB - measured.idleMiB) * 2 ** 20) / measured.bytesPerConnection));
}

/** Messages in a second, in and out again to one subscriber, that so much of a processor carries. */
export function messagesIn(millicores: number): number {
    return Math.max(0, Math.floor((millicores * 1000) / measured.microsecondsPerMessage));
}
