/** The known word with the smallest edit distance. */
export function closest(word: string, known: readonly string[]): string {
    const ranked = known.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
    ranked.sort((a, b) => a.distance - b.distance);
    return ranked[0]?.candidate ?? "one of the keys in docs/configuration.md";
}

function editDistance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
        }
        row = next;
    }
    return row[b.length] ?? 0;
}
