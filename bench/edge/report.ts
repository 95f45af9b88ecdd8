import type { Ratio } from "../ratio";
import type { Summary } from "./result";
import type { Outcome } from "./run";

/** The proxies that stand before the same broker as HAProxy does. */
const proxies = ["nginx", "stunnel"] as const;

/**
 * What HAProxy is beside the best of the proxies, with the targets: at least as many connections end to end, no more processor time, and hardly
 * more latency. Which proxy is the best is known only of a run with all of them.
 */
export function verdictRatios(summaries: readonly Summary[]): readonly Ratio[] {
    const rivals = proxies.flatMap((proxy) => summaries.find(({ key }) => key === proxy) ?? []);
    const haproxy = rivals.length < proxies.length ? undefined : summaries.find(({ key }) => key === "haproxy");
    const ratio = (what: string, figure: (of: Summary) => number | null, target: Ratio["target"]): Ratio => {
        const own = haproxy === undefined ? null : figure(haproxy);
        const others = rivals.map(figure).filter((each) => each !== null);
        const best = "least" in target ? Math.max(...others) : Math.min(...others);
        return { what, value: own === null || others.length === 0 ? null : own / best, unit: " times", target };
    };
    return [
        ratio("TLS connections beside the best proxy", (each) => each.connectionsPerSecond, { least: 1 }),
        ratio("processor time of a connection beside the cheapest proxy", (each) => each.tlsProcessorPerConnection, {
            most: 1,
        }),
        ratio("added p99 beside the best proxy", (each) => each.addedP99, { most: 1.1 }),
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
