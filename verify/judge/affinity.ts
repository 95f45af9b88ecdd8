/**
 * Which clients sit on the same broker, as far as links tell: a link says that two of them do. Groups are in the order of their first member.
 *
 * @param count clients, numbered from 0
 * @param links pairs of clients on the same broker
 * @returns the number of the group of each client
 */
export function groupsOf(count: number, links: readonly (readonly [number, number])[]): readonly number[] {
    const parent = Array.from({ length: count }, (_, index) => index);
    const root = (index: number): number => {
        const up = parent[index] ?? index;
        return up === index ? index : root(up);
    };
    for (const [a, b] of links) {
        const [low, high] = [Math.min(root(a), root(b)), Math.max(root(a), root(b))];
        parent[high] = low;
    }
    const numbers = new Map<number, number>();
    return parent.map((_, index) => {
        const number = numbers.get(root(index)) ?? numbers.size;
        numbers.set(root(index), number);
        return number;
    });
}

/**
 * An upper bound for the chance that clients of ONE broker are taken for several: each publishes `messages` to the shared subscription
 * that all of them are in, each message goes to one of them at random, and some part of them gets none from the others (union bound over
 * the smaller parts).
 */
export function chanceOfFalseSplit(clients: number, messages: number): number {
    let chance = 0;
    for (let part = 1; part <= clients / 2; part += 1) {
        const rest = clients - part;
        const inside = (part / clients) ** (messages * part) * (rest / clients) ** (messages * rest);
        chance += binomial(clients, part) * inside;
    }
    return chance;
}

function binomial(n: number, k: number): number {
    return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}

/** How often each place was reached, most often first: `vernemq-0 (18), vernemq-2 (2)`. */
export function tally(places: readonly string[]): string {
    const counts = new Map<string, number>();
    for (const place of places) {
        counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    return [...counts]
        .sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1))
        .map(([place, times]) => `${place} (${times})`)
        .join(", ");
}
