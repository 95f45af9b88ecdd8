/** The numbers of a Kubernetes version: `1.35` or `1.35.1-do.0`. */
function numbersOf(version: unknown): readonly number[] {
    return typeof version === "string" ? version.split(/[.-]/).map(Number).filter(Number.isFinite) : [];
}

/** Whether the second version is lower. Versions of different lengths count by what both name. */
export function isLower(before: unknown, after: unknown): boolean {
    const [old, fresh] = [numbersOf(before), numbersOf(after)];
    const at = fresh.findIndex((number, index) => old[index] !== undefined && old[index] !== number);
    return at >= 0 && (fresh[at] ?? 0) < (old[at] ?? 0);
}

/** Minor versions between the two: 1 for the next one. */
export function minorSteps(before: unknown, after: unknown): number {
    return (numbersOf(after)[1] ?? Number.NaN) - (numbersOf(before)[1] ?? Number.NaN);
}
