import type { Summary } from "./result";

interface Panel {
    readonly title: string;
    readonly unit: string;
    readonly better: "more" | "less";
    readonly bars: readonly { readonly label: string; readonly value: number; readonly own: boolean }[];
}

const size = { width: 860, label: 190, bar: 22, gap: 8, head: 46, margin: 20, value: 90 } as const;
const color = { own: "#1f6feb", other: "#9aa7b4", text: "#1f2328", faint: "#59636e", ground: "#ffffff" } as const;

/** Bars side by side, panel below panel, as a self-contained SVG. */
export function plot(summaries: readonly Summary[], title: string, subtitle: string): string {
    const panels = [
        panel(
            "Connections per second (TCP, TLS handshake, CONNECT)",
            "",
            "more",
            summaries,
            (each) => each.connectionsPerSecond,
        ),
        panel(
            "CPU time of the TLS termination per connection",
            "µs",
            "less",
            summaries,
            (each) => each.tlsProcessorPerConnection,
        ),
        panel("QoS 1 messages per second", "", "more", summaries, (each) => each.qos1PerSecond),
        panel(
            "CPU time of the TLS termination per message at QoS 1",
            "µs",
            "less",
            summaries,
            (each) => each.tlsProcessorPerMessage,
        ),
        panel("latency added, median", "µs", "less", summaries, (each) => each.addedP50),
        panel("latency added, 99th percentile", "µs", "less", summaries, (each) => each.addedP99),
    ].filter(({ bars }) => bars.length > 0);
    const top = 66;
    const drawn: string[] = [];
    let y = top;
    for (const each of panels) {
        drawn.push(drawPanel(each, y));
        y += size.head + each.bars.length * (size.bar + size.gap);
    }
    const height = y + size.margin;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
        `<rect width="100%" height="100%" fill="${color.ground}"/>`,
        text(size.margin, 30, title, { weight: 600, size: 17 }),
        text(size.margin, 50, subtitle, { fill: color.faint, size: 12 }),
        ...drawn,
        "</svg>",
        "",
    ].join("\n");
}

function panel(
    title: string,
    unit: string,
    better: "more" | "less",
    summaries: readonly Summary[],
    figure: (summary: Summary) => number | null,
): Panel {
    const bars = summaries.flatMap((summary) => {
        const value = figure(summary);
        return value === null ? [] : [{ label: summary.title, value, own: summary.key === "haproxy" }];
    });
    return { title, unit, better, bars };
}

function drawPanel({ title, unit, better, bars }: Panel, top: number): string {
    const longest = Math.max(...bars.map(({ value }) => value), 1);
    const room = size.width - size.label - size.value - 2 * size.margin;
    const left = size.margin + size.label;
    return [
        text(size.margin, top + 28, title, { weight: 600 }),
        text(size.width - size.margin, top + 28, `${better} is better`, {
            fill: color.faint,
            anchor: "end",
            size: 12,
        }),
        ...bars.flatMap(({ label, value, own }, index) => {
            const y = top + size.head - 6 + index * (size.bar + size.gap);
            // A difference may be below zero by chance; it then has no bar.
            const width = Math.max(0, (value / longest) * room);
            const shown = `${value < 100 && unit !== "" ? value.toFixed(1) : Math.round(value).toLocaleString("en")}${unit === "" ? "" : ` ${unit}`}`;
            return [
                text(left - 8, y + 16, label, { anchor: "end", weight: own ? 600 : 400 }),
                `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${size.bar}" rx="2" fill="${own ? color.own : color.other}"/>`,
                text(left + width + 6, y + 16, shown, {}),
            ];
        }),
    ].join("\n");
}

function text(
    x: number,
    y: number,
    content: string,
    style: { readonly fill?: string; readonly anchor?: "end"; readonly weight?: number; readonly size?: number },
): string {
    const attributes = [
        `x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${style.fill ?? color.text}"`,
        ...(style.anchor === undefined ? [] : [`text-anchor="${style.anchor}"`]),
        ...(style.weight === undefined ? [] : [`font-weight="${style.weight}"`]),
        ...(style.size === undefined ? [] : [`font-size="${style.size}"`]),
    ].join(" ");
    const escaped = content.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    return `<text ${attributes}>${escaped}</text>`;
}
