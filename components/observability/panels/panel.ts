/** A panel before it has its place and the form that Grafana wants. */
export interface Panel {
    readonly kind: "timeseries" | "stat";
    readonly title: string;
    /** What it shows, and what is good. */
    readonly description: string;
    readonly queries: readonly Query[];
    /** A unit of Grafana's, for example `short`, `cps`, `Bps`, `bytes`, `percent`. */
    readonly unit: string;
    /** In columns of 24. */
    readonly width: number;
    readonly height: number;
    /** Colors by value, from below. */
    readonly thresholds?: readonly { readonly color: string; readonly value: number | null }[];
}

export interface Query {
    readonly expression: string;
    readonly legend: string;
}

/** Panels under a heading. */
export interface Row {
    readonly title: string;
    readonly panels: readonly Panel[];
}

/** A graph of a third of the width, or of `width`. */
export function graph(
    title: string,
    description: string,
    unit: string,
    queries: readonly Query[],
    width: 8 | 12 = 8,
): Panel {
    return { kind: "timeseries", title, description, unit, queries, width, height: 8 };
}

/** One figure, red below or above what is right. */
export function figure(
    title: string,
    description: string,
    query: string,
    colors:
        { readonly unit?: string; readonly redBelow: number } | { readonly unit?: string; readonly redFrom: number },
): Panel {
    return {
        kind: "stat",
        title,
        description,
        unit: colors.unit ?? "short",
        queries: [{ expression: query, legend: "" }],
        width: 6,
        height: 4,
        thresholds:
            "redBelow" in colors
                ? [
                      { color: "red", value: null },
                      { color: "green", value: colors.redBelow },
                  ]
                : [
                      { color: "green", value: null },
                      { color: "red", value: colors.redFrom },
                  ],
    };
}
