import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { svgColors, svgFile, svgText } from "./svg";

/** Where benchmarks leave their figures. */
export const figuresFolder = join(__dirname, "..", "build", "bench");

/** What the figures were measured on. */
export const machine = [
    cpus()[0]?.model.trim() ?? "unknown processor",
    `${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()}`,
    `Node.js ${process.versions.node}`,
].join(", ");

/** A figure beside what it should be. */
export interface Ratio {
    readonly what: string;
    /** Null where it could not be measured here, which meets no target. */
    readonly value: number | null;
    readonly unit: string;
    readonly target: { readonly least: number } | { readonly most: number };
}

export function atMost(most: number, what: string, value: Ratio["value"], unit: string): Ratio {
    return { what, value, unit, target: { most } };
}

/** Leaves what a benchmark has measured in build/bench/NAME.json, for `npm run bench`, beside the figures that have targets. */
export function leaveFigures(name: string, measured: object, ratios: readonly Ratio[]): void {
    mkdirSync(figuresFolder, { recursive: true });
    const file = join(figuresFolder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify({ machine, ...measured, ratios }, null, 2)}\n`);
}

/** Prints the figures that have targets, leaves them, and lets the process end with 1 where one is missed. */
export function conclude(name: string, measured: object, ratios: readonly Ratio[]): void {
    console.log(ratioLines(ratios).join("\n"));
    leaveFigures(name, measured, ratios);
    process.exitCode = ratios.every(isMet) ? 0 : 1;
}

export function isMet({ value, target }: Ratio): boolean {
    return value !== null && ("most" in target ? value <= target.most : value >= target.least);
}

function verdict(ratio: Ratio): "met" | "missed" | "not measured" {
    return ratio.value === null ? "not measured" : isMet(ratio) ? "met" : "missed";
}

function valueText({ value, unit }: Ratio): string {
    return value === null ? "-" : `${value.toFixed(2)}${unit}`;
}

/** How many of the targets are met, and how many of the others nothing is known of. */
export function tally(ratios: readonly Ratio[]): string {
    const unknown = ratios.filter(({ value }) => value === null).length;
    const met = `${ratios.filter(isMet).length} of ${ratios.length} targets met`;
    return unknown === 0 ? met : `${met}, ${unknown} not measured`;
}

function targetText({ target, unit }: Ratio): string {
    return "most" in target ? `at most ${target.most}${unit}` : `at least ${target.least}${unit}`;
}

/** A line for each figure: what, value, target, verdict. */
export function ratioLines(ratios: readonly Ratio[]): readonly string[] {
    const width = Math.max(0, ...ratios.map(({ what }) => what.length));
    return ratios.map(
        (ratio) =>
            `${ratio.what.padEnd(width)}  ${valueText(ratio).padStart(12)}  ${targetText(ratio).padEnd(18)}  ${verdict(ratio)}`,
    );
}

const size = { width: 860, label: 400, row: 26, top: 60, full: 300 } as const;

/** Bars, each relative to its target, which is the line in the middle. */
export function ratioPlot(ratios: readonly Ratio[], subtitle: string): string {
    const middle = size.label + size.full / 2;
    const height = size.top + ratios.length * size.row + 20;
    const rows = ratios.flatMap((ratio, index) => {
        const y = size.top + index * size.row;
        const goal = "most" in ratio.target ? ratio.target.most : ratio.target.least;
        const length = Math.min(size.full, ((ratio.value ?? 0) / goal) * (size.full / 2));
        return [
            svgText(size.label - 10, y + 14, ratio.what, { anchor: "end" }),
            `<rect x="${size.label}" y="${y}" width="${length.toFixed(1)}" height="18" fill="${isMet(ratio) ? "#1a7f37" : "#cf222e"}"/>`,
            svgText(size.label + size.full + 10, y + 14, ratio.value === null ? verdict(ratio) : valueText(ratio)),
        ];
    });
    const line = `<line x1="${middle}" y1="${size.top - 6}" x2="${middle}" y2="${height - 14}" stroke="${svgColors.faint}" stroke-dasharray="4 3"/>`;
    return svgFile({ width: size.width, height }, "Figures beside their targets", subtitle, [...rows, line]);
}
