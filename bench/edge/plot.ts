import { svgColors, svgFile, svgText } from "../svg";
import type { Summary } from "./result";

interface Panel {
    readonly title: string;
    readonly unit: string;
    readonly better: "more" | "less";
    readonly bars: readonly { readonly label: string; readonly value: number; readonly own: boolean }[];
}

const size = { width: 860, label: 190, bar: 22, gap: 8, head: 46, margin: 20, value: 90 } as const;
const color = { own: "#1f6feb", other: "#9aa7b4" } as const;

/** A figure of which there are bars: what it is, in what unit, and whether more or less of it is better. */
const figures: readonly (readonly [string, string, Panel["better"], (each: Summary) => number | null])[] = [
    ["Connections per second (TCP, TLS handshake, CONNECT)", "", "more", (each) => each.connectionsPerSecond],
    ["CPU time of the TLS termination per connection", "µs", "less", (each) => each.tlsProcessorPerConnection],
    ["QoS 1 messages per second", "", "more", (each) => each.qos1PerSecond],
    ["CPU time of the TLS termination per message at QoS 1", "µs", "less", (each) => each.tlsProcessorPerMessage],
    ["latency added, median", "µs", "less", (each) => each.addedP50],
    ["latency added, 99th percentile", "µs", "less", (each) => each.addedP99],
];

/** Bars side by side, panel below panel, as a self-contained SVG. */
export function plot(summaries: readonly Summary[], title: string, subtitle: string): string {
    const drawn: string[] = [];
    let y = 66;
    for (const [heading, unit, better, figure] of figures) {
        const bars = summaries.flatMap((summary) => {
            const value = figure(summary);
            return value === null ? [] : [{ label: summary.title, value, own: summary.key === "haproxy" }];
        });
        if (bars.length > 0) {
            drawn.push(drawPanel({ title: heading, unit, better, bars }, y));
            y += size.head + bars.length * (size.bar + size.gap);
        }
    }
    return svgFile({ width: size.width, height: y + size.margin }, title, subtitle, drawn);
}

function drawPanel({ title, unit, better, bars }: Panel, top: number): string {
    const longest = Math.max(...bars.map(({ value }) => value), 1);
    const room = size.width - size.label - size.value - 2 * size.margin;
    const left = size.margin + size.label;
    return [
        svgText(size.margin, top + 28, title, { weight: 600 }),
        svgText(size.width - size.margin, top + 28, `${better} is better`, {
            fill: svgColors.faint,
            anchor: "end",
            size: 12,
        }),
        ...bars.flatMap(({ label, value, own }, index) => {
            const y = top + size.head - 6 + index * (size.bar + size.gap);
            // A difference may be below zero by chance; it then has no bar.
            const width = Math.max(0, (value / longest) * room);
            const shown = `${value < 100 && unit !== "" ? value.toFixed(1) : Math.round(value).toLocaleString("en")}${unit === "" ? "" : ` ${unit}`}`;
            return [
                svgText(left - 8, y + 16, label, { anchor: "end", weight: own ? 600 : 400 }),
                `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${size.bar}" rx="2" fill="${own ? color.own : color.other}"/>`,
                svgText(left + width + 6, y + 16, shown),
            ];
        }),
    ].join("\n");
}
