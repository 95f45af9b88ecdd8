/** The known word that is meant by a misspelt one; undefined where none is near: a far one would mislead. */
export function closest(word: string, known: readonly string[]): string | undefined {
    const written = word.toLowerCase();
    const ranked = known
        .map((candidate) => ({ candidate, distance: distance(written, candidate.toLowerCase()) }))
        .filter(({ distance: found }) => found !== undefined);
    ranked.sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0));
    return ranked[0]?.candidate;
}

/** Letters that differ; undefined where too many do. A word that only lacks its end (`keepalive`) is near. */
function distance(word: string, candidate: string): number | undefined {
    if (word.length >= 4 && candidate.startsWith(word)) {
        return 1;
    }
    const limit = Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 3));
    const found = Math.abs(word.length - candidate.length) > limit ? Infinity : editDistance(word, candidate);
    return found <= limit ? found : undefined;
}

/** `did you mean X? `, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
    const found = closest(word, known);
    return found === undefined ? "" : `did you mean ${found}? `;
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
