/** The value below which this share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
    const sorted = [...values].sort((a, b) => a - b);
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    if (value === undefined) {
        throw new Error("no values");
    }
    return value;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const upper = sorted[Math.floor(sorted.length / 2)];
    const lower = sorted[Math.floor((sorted.length - 1) / 2)];
    if (upper === undefined || lower === undefined) {
        throw new Error("no values");
    }
    return (upper + lower) / 2;
}

/** The median of each figure of the samples. */
export function medians<T extends Readonly<Record<keyof T, number>>>(samples: readonly T[]): T {
    const names = Object.keys(samples[0] ?? {}) as (keyof T)[];
    return Object.fromEntries(names.map((name) => [name, median(samples.map((each) => each[name]))])) as T;
}
