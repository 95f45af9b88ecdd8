import { wrap } from "../common/width";
import { escapeHtml } from "../leaks";
import { topologyStyle } from "./page";
import type { Station, Topology } from "./topology";

/** `row` for wide pages; `column` for phones, where a row would need sideways scrolling. */
export type Direction = "row" | "column";

const boxWidth = 196;
const rowGap = 116;
const columnGap = 74;
const brokerHeight = 52;
const brokerGap = 14;
const lineHeight = 23;
/** Letters of a title that fit into a box. */
const titleWidth = 20;

interface Box {
    readonly x: number;
    readonly y: number;
    readonly height: number;
}

/** A topology as an SVG that takes its colors from the page. */
export function renderSvg(topology: Topology, direction: Direction): string {
    const { height, width, content } = drawing(topology, direction);
    return `<svg class="topology ${direction}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(topology.inWords)}">${content}</svg>`;
}

/** A topology as a separate SVG file, which follows the reader's light or dark colors. */
export function renderSvgFile(topology: Topology): string {
    const { height, width, content } = drawing(topology, "row");
    const title = escapeHtml(topology.inWords);
    return (
        `<svg xmlns="http://www.w3.org/2000/svg" class="topology" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">` +
        `<title>${title}</title><style>${topologyStyle}</style>${content}</svg>\n`
    );
}

interface Drawing {
    readonly width: number;
    readonly height: number;
    readonly content: string;
}

function drawing(topology: Topology, direction: Direction): Drawing {
    const { hops, brokers } = topology;
    const heights = [72, ...hops.map(hopHeight), brokersHeight(brokers.length) + 64];
    const boxes = direction === "row" ? boxesInRow(heights) : boxesInColumn(heights);
    const last = boxes[boxes.length - 1] ?? { x: 0, y: 0, height: 0 };
    const tip = `tip-${direction}`;
    return {
        width: last.x + boxWidth + (direction === "row" ? 4 : rowGap + 4),
        height: Math.max(...boxes.map(({ y, height }) => y + height)) + 12,
        content: [
            `<defs><marker id="${tip}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0L10 5L0 10z"/></marker></defs>`,
            ...boxes.map((box, index) => boxContent(topology, box, index)),
            ...boxes.slice(1).map((to, index) => {
                const from = boxes[index] ?? to;
                const text = index === 0 ? topology.listeners : (hops[index - 1]?.sends ?? "");
                return direction === "row" ? arrowRight(from, text, tip) : arrowDown(from, to, text, tip);
            }),
        ].join(""),
    };
}

function boxContent({ hops, brokers }: Topology, box: Box, index: number): string {
    const hop = hops[index - 1];
    if (index === 0) {
        return stationBox(box, "box devices", "Devices", []);
    }
    return hop === undefined
        ? [
              rect(box, "group"),
              label(box.x + boxWidth / 2, box.y + 28, "title", "VerneMQ"),
              ...brokers.map((name, each) => broker(box, each, name)),
          ].join("")
        : stationBox(
              box,
              `box${hop.terminatesTls ? " tls" : ""}${hop.keepsAffinity ? " affinity" : ""}`,
              hop.title,
              hop.duties,
          );
}

function hopHeight(hop: Station): number {
    return 32 + (wrap(hop.title, titleWidth).length + hop.duties.length) * lineHeight;
}

function brokersHeight(count: number): number {
    return count * brokerHeight + (count - 1) * brokerGap;
}

/** Side by side, with their middles on one line. */
function boxesInRow(heights: readonly number[]): readonly Box[] {
    const middle = Math.max(...heights, 120) / 2 + 12;
    return heights.map((height, index) => ({ x: 4 + index * (boxWidth + rowGap), y: middle - height / 2, height }));
}

/** One below the other, with room for labels on the right of the arrows. */
function boxesInColumn(heights: readonly number[]): readonly Box[] {
    return heights.map((height, index) => ({
        x: 4,
        y: 12 + heights.slice(0, index).reduce((sum, each) => sum + each + columnGap, 0),
        height,
    }));
}

function rect({ x, y, height }: Box, kind: string, inset = 0): string {
    return `<rect class="${kind}" x="${x + inset}" y="${y}" width="${boxWidth - inset * 2}" height="${height}" rx="10"/>`;
}

function label(x: number, y: number, kind: string, text: string): string {
    return `<text class="${kind}" x="${x}" y="${y}">${escapeHtml(text)}</text>`;
}

function stationBox(box: Box, kind: string, title: string, duties: readonly string[]): string {
    const center = box.x + boxWidth / 2;
    const lines = [
        ...wrap(title, titleWidth).map((line) => ({ kind: "title", line })),
        ...duties.map((line) => ({ kind: "duty", line })),
    ];
    const first = box.y + (box.height - (lines.length - 1) * lineHeight) / 2 + 5;
    return [
        rect(box, kind),
        ...lines.map(({ kind: style, line }, index) => label(center, first + lineHeight * index, style, line)),
    ].join("");
}

function broker(group: Box, index: number, name: string): string {
    const y = group.y + 48 + index * (brokerHeight + brokerGap);
    return (
        rect({ x: group.x, y, height: brokerHeight }, "box", 14) +
        label(group.x + boxWidth / 2, y + brokerHeight / 2 + 5, "pod", name)
    );
}

function arrowRight(from: Box, text: string, tip: string): string {
    const middle = from.y + from.height / 2;
    const start = from.x + boxWidth + 6;
    const end = start + rowGap - 12;
    const lines = labelLines(text);
    return [
        `<path class="arrow" d="M${start} ${middle}H${end}" marker-end="url(#${tip})"/>`,
        ...lines.map((line, index) =>
            label((start + end) / 2, middle - 10 - (lines.length - 1 - index) * 18, "note", line),
        ),
    ].join("");
}

function arrowDown(from: Box, to: Box, text: string, tip: string): string {
    const x = from.x + boxWidth / 2;
    const start = from.y + from.height + 6;
    const end = to.y - 6;
    const lines = labelLines(text);
    const first = (start + end) / 2 + 5 - ((lines.length - 1) * 18) / 2;
    return [
        `<path class="arrow" d="M${x} ${start}V${end}" marker-end="url(#${tip})"/>`,
        ...lines.map((line, index) => label(x + 12, first + index * 18, "note beside", line)),
    ].join("");
}

function labelLines(text: string): readonly string[] {
    return text === "" ? [] : text.split(", ");
}
