import { escapeHtml } from "../leaks";
import type { Station, Topology } from "./topology";

const boxWidth = 196;
const gap = 116;
const rowHeight = 52;
const rowGap = 14;
const lineHeight = 23;
/** Letters of a title that fit into a box. */
const titleWidth = 20;

interface Box {
    readonly x: number;
    readonly y: number;
    readonly height: number;
}

/** A topology as an SVG that takes its colours from the page. */
export function renderSvg(topology: Topology): string {
    const { hops, brokers, entrances, inWords } = topology;
    const hopHeight = (hop: Station) => 32 + (titleLines(hop.title).length + hop.duties.length) * lineHeight;
    const brokersHeight = brokers.length * rowHeight + (brokers.length - 1) * rowGap;
    const height = Math.max(brokersHeight + 76, ...hops.map(hopHeight), 120) + 24;
    const middle = height / 2;
    const columns = hops.length + 2;
    const width = columns * boxWidth + (columns - 1) * gap + 8;
    const boxAt = (column: number, boxHeight: number): Box => ({
        x: 4 + column * (boxWidth + gap),
        y: middle - boxHeight / 2,
        height: boxHeight,
    });
    const brokerBox = boxAt(columns - 1, brokersHeight + 64);
    const labels = [entrances, ...hops.map((hop) => hop.sends)];
    return [
        `<svg class="topology" viewBox="0 0 ${width.toString()} ${height.toString()}" style="min-width:${Math.round(width * 0.62).toString()}px" role="img" aria-label="${escapeHtml(inWords)}">`,
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0L10 5L0 10z"/></marker></defs>',
        ...labels.map((label, column) => arrow(column, middle, label)),
        stationBox(boxAt(0, 72), "box devices", "Devices", []),
        ...hops.map((hop, index) =>
            stationBox(
                boxAt(index + 1, hopHeight(hop)),
                `box${hop.terminatesTls ? " tls" : ""}${hop.keepsAffinity ? " affinity" : ""}`,
                hop.title,
                hop.duties,
            ),
        ),
        rect(brokerBox, "group"),
        label(brokerBox.x + boxWidth / 2, brokerBox.y + 28, "title", "VerneMQ"),
        ...brokers.map((name, index) => broker(brokerBox, index, name)),
        "</svg>",
    ].join("");
}

function rect({ x, y, height }: Box, kind: string, inset = 0): string {
    return `<rect class="${kind}" x="${(x + inset).toString()}" y="${y.toString()}" width="${(boxWidth - inset * 2).toString()}" height="${height.toString()}" rx="10"/>`;
}

function label(x: number, y: number, kind: string, text: string): string {
    return `<text class="${kind}" x="${x.toString()}" y="${y.toString()}">${escapeHtml(text)}</text>`;
}

function stationBox(box: Box, kind: string, title: string, duties: readonly string[]): string {
    const center = box.x + boxWidth / 2;
    const lines = [
        ...titleLines(title).map((line) => ({ kind: "title", line })),
        ...duties.map((line) => ({ kind: "duty", line })),
    ];
    const first = box.y + (box.height - (lines.length - 1) * lineHeight) / 2 + 5;
    return [
        rect(box, kind),
        ...lines.map(({ kind: style, line }, index) => label(center, first + lineHeight * index, style, line)),
    ].join("");
}

/** A title in lines that fit into a box. */
function titleLines(title: string): readonly string[] {
    return title.split(" ").reduce<readonly string[]>((lines, word) => {
        const last = lines.at(-1);
        return last !== undefined && last.length + 1 + word.length <= titleWidth
            ? [...lines.slice(0, -1), `${last} ${word}`]
            : [...lines, word];
    }, []);
}

function broker(group: Box, index: number, name: string): string {
    const y = group.y + 48 + index * (rowHeight + rowGap);
    return (
        rect({ x: group.x, y, height: rowHeight }, "box", 14) +
        label(group.x + boxWidth / 2, y + rowHeight / 2 + 5, "pod", name)
    );
}

function arrow(column: number, middle: number, text: string): string {
    const start = 4 + column * (boxWidth + gap) + boxWidth + 6;
    const end = start + gap - 12;
    const center = (start + end) / 2;
    const lines = text === "" ? [] : text.split(", ");
    return [
        `<path class="arrow" d="M${start.toString()} ${middle.toString()}H${end.toString()}" marker-end="url(#tip)"/>`,
        ...lines.map((line, index) => label(center, middle - 10 - (lines.length - 1 - index) * 18, "note", line)),
    ].join("");
}
