import { cpus, release, totalmem, type as systemType } from "node:os";
import type { Ratio } from "../ratio";
import { compare, type Comparison, type Summary } from "./result";
import type { Outcome } from "./run";

/** What the figures were measured on. */
export interface Machine {
    readonly processor: string;
    readonly processors: number;
    readonly memoryGiB: number;
    readonly system: string;
    readonly node: string;
}

export function thisMachine(): Machine {
    const all = cpus();
    return {
        processor: all[0]?.model.trim() ?? "unknown",
        processors: all.length,
        memoryGiB: Math.round(totalmem() / 2 ** 30),
        system: `${systemType()} ${release()}`,
        node: process.versions.node,
    };
}

export function machineLine({ processor, processors, memoryGiB, system, node }: Machine): string {
    return `${processor}, ${processors} cores, ${memoryGiB} GiB, ${system}, Node.js ${node}`;
}

/** The proxies that stand before the same broker as HAProxy does. */
const proxies = ["nginx", "stunnel"] as const;

export interface Verdicts {
    /** Connections per second, end to end, against the best proxy before the same broker. */
    readonly connections: Comparison | null;
    /** Processor time of a connection against the cheapest of the proxies before the same broker. */
    readonly processor: Comparison | null;
    /** Latency added at the 99th percentile against the lowest of the proxies before the same broker. */
    readonly addedP99: Comparison | null;
}

export function verdicts(summaries: readonly Summary[]): Verdicts {
    return {
        connections: compare(summaries, proxies, (each) => each.connectionsPerSecond, "more"),
        processor: compare(summaries, proxies, (each) => each.tlsProcessorPerConnection, "less"),
        addedP99: compare(summaries, proxies, (each) => each.addedP99, "less"),
    };
}

/**
 * The verdicts beside their targets: at least as many connections, no more processor time, and hardly more latency than the best. Which proxy
 * is the best is known only of a run with all of them.
 */
export function verdictRatios(summaries: readonly Summary[]): readonly Ratio[] {
    const { connections, processor, addedP99 } = verdicts(summaries);
    const all = proxies.every((proxy) => summaries.some(({ key }) => key === proxy));
    const ratio = (what: string, comparison: Comparison | null, target: Ratio["target"]): Ratio => ({
        what,
        value: all && comparison !== null ? comparison.ratio : null,
        unit: " times",
        target,
    });
    return [
        ratio("TLS connections beside the best proxy", connections, { least: 1 }),
        ratio("processor time of a connection beside the cheapest proxy", processor, { most: 1 }),
        ratio("added p99 beside the best proxy", addedP99, { most: 1.1 }),
    ];
}

const columns: readonly (readonly [head: string, figure: (summary: Summary) => number | null, digits?: number])[] = [
    ["connections/s", (each) => each.connectionsPerSecond],
    ["CPU µs/connection", (each) => each.tlsProcessorPerConnection],
    ["QoS 0 msg/s", (each) => each.qos0PerSecond],
    ["QoS 1 msg/s", (each) => each.qos1PerSecond],
    ["CPU µs/message", (each) => each.tlsProcessorPerMessage, 1],
    ["added p50 µs", (each) => each.addedP50],
    ["added p99 µs", (each) => each.addedP99],
];

/** The table: each figure with its ratio to HAProxy's. Markdown that is readable as it is. */
export function markdownTable(summaries: readonly Summary[]): string {
    const haproxy = summaries.find(({ key }) => key === "haproxy");
    const cell = (summary: Summary, [, figure, digits = 0]: (typeof columns)[number]) => {
        const value = figure(summary);
        const own = haproxy === undefined ? null : figure(haproxy);
        if (value === null) {
            return "-";
        }
        const ratio = own === null || summary.key === "haproxy" ? "" : ` (${(value / own).toFixed(2)})`;
        return `${value.toFixed(digits)}${ratio}`;
    };
    const rows = [
        ["", ...columns.map(([head]) => head)],
        ...summaries.map((summary) => [summary.title, ...columns.map((column) => cell(summary, column))]),
    ];
    const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0))) ?? [];
    const line = (row: readonly string[]) =>
        `| ${row.map((text, index) => (index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0))).join(" | ")} |`;
    const rule = `| ${widths.map((width, index) => (index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
    return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join("\n");
}

export function verdictLines({ connections, processor, addedP99 }: Verdicts): readonly string[] {
    const sentence = (what: string, comparison: Comparison | null, unit: string) =>
        comparison === null
            ? `${what}: nothing to compare with.`
            : `${what}: ${comparison.haproxy.toFixed(0)} ${unit} against ${comparison.best.toFixed(0)} of ${comparison.bestTitle}, ratio ${comparison.ratio.toFixed(2)}.`;
    return [
        sentence(
            "TLS connections through HAProxy against the best proxy before the same broker",
            connections,
            "a second",
        ),
        sentence(
            "Processor time of a TLS connection against the cheapest proxy before the same broker",
            processor,
            "µs",
        ),
        sentence("p99 latency added against the best proxy before the same broker", addedP99, "µs"),
    ];
}

/** What the reader has to know to judge the figures. */
export function notes(
    { missing, busyWhileConnecting, busyBefore, generators }: Outcome,
    rounds: number,
): readonly string[] {
    const percent = (share: number) => `${Math.round(share * 100)} %`;
    return [
        `Medians of ${rounds} interleaved rounds; in parentheses the ratio to HAProxy. Load from ${generators} generator processes on the same machine, which was ${percent(busyWhileConnecting)} busy while connections were opened${busyWhileConnecting > 0.9 ? ": connections/s are bound by the processors that all share, so CPU µs/connection (the TLS end's own processes) tells more" : ""}.`,
        "mosquitto is a separate broker, in C and without a hop in between: its CPU figures and its added latency are the difference to mosquitto without TLS.",
        ...(busyBefore > 0.1
            ? [`Others used ${percent(busyBefore)} of the machine just before: run it again when it is quiet.`]
            : []),
        ...missing.map(({ title, reason }) => `Not measured: ${title}. ${reason}`),
    ];
}
