import { escapeHtml } from "../plan/leaks";

export const svgColors = { text: "#1f2328", faint: "#59636e" } as const;

export interface TextStyle {
    readonly fill?: string;
    readonly anchor?: "end";
    readonly weight?: number;
    readonly size?: number;
}

export function svgText(x: number, y: number, content: string, style: TextStyle = {}): string {
    const { fill = svgColors.text, anchor = "start", weight = 400, size = 13 } = style;
    return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}" font-size="${size}">${escapeHtml(content)}</text>`;
}

/** A picture that stands by itself, with its title and a line below it. */
export function svgFile(
    { width, height }: { readonly width: number; readonly height: number },
    title: string,
    subtitle: string,
    drawn: readonly string[],
): string {
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
        `<rect width="100%" height="100%" fill="#ffffff"/>`,
        svgText(20, 30, title, { weight: 600, size: 17 }),
        svgText(20, 50, subtitle, { fill: svgColors.faint, size: 12 }),
        ...drawn,
        "</svg>",
        "",
    ].join("\n");
}
