/** A figure beside what it should be. */
export interface Ratio {
    readonly benchmark: string;
    readonly what: string;
    readonly value: number;
    readonly unit: string;
    readonly target: { readonly least: number } | { readonly most: number };
}

export function isMet({ value, target }: Ratio): boolean {
    return "most" in target ? value <= target.most : value >= target.least;
}

function targetText({ target, unit }: Ratio): string {
    return "most" in target ? `at most ${target.most}${unit}` : `at least ${target.least}${unit}`;
}

/** A line for each figure: what, value, target, verdict. */
export function ratioLines(ratios: readonly Ratio[]): readonly string[] {
    const width = Math.max(0, ...ratios.map(({ what }) => what.length));
    return ratios.map(
        (ratio) =>
            `${ratio.what.padEnd(width)}  ${`${ratio.value.toFixed(2)}${ratio.unit}`.padStart(12)}  ${targetText(ratio).padEnd(18)}  ${isMet(ratio) ? "met" : "missed"}`,
    );
}

const size = { width: 860, label: 400, row: 26, top: 60, full: 300 } as const;
const colors = { met: "#1a7f37", missed: "#cf222e", text: "#1f2328", line: "#59636e" } as const;

function escaped(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Bars, each relative to its target, which is the line in the middle; the picture stands by itself. */
export function ratioPlot(ratios: readonly Ratio[], subtitle: string): string {
    const middle = size.label + size.full / 2;
    const rows = ratios.map((ratio, index) => {
        const y = size.top + index * size.row;
        const goal = "most" in ratio.target ? ratio.target.most : ratio.target.least;
        const length = Math.min(size.full, (ratio.value / goal) * (size.full / 2));
        const verdict = isMet(ratio);
        return [
            `<text x="${size.label - 10}" y="${y + 14}" text-anchor="end" fill="${colors.text}">${escaped(ratio.what)}</text>`,
            `<rect x="${size.label}" y="${y}" width="${length.toFixed(1)}" height="18" fill="${verdict ? colors.met : colors.missed}"/>`,
            `<text x="${size.label + size.full + 10}" y="${y + 14}" fill="${colors.text}">${ratio.value.toFixed(2)}${escaped(ratio.unit)}</text>`,
        ].join("");
    });
    const height = size.top + ratios.length * size.row + 20;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
        `<rect width="100%" height="100%" fill="#ffffff"/>`,
        `<text x="20" y="24" font-size="17" font-weight="600" fill="${colors.text}">Figures beside their targets</text>`,
        `<text x="20" y="44" font-size="12" fill="${colors.line}">${escaped(subtitle)}</text>`,
        ...rows,
        `<line x1="${middle}" y1="${size.top - 6}" x2="${middle}" y2="${height - 14}" stroke="${colors.line}" stroke-dasharray="4 3"/>`,
        "</svg>",
        "",
    ].join("\n");
}
