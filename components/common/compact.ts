/** The items of a list that are there: `compact([always, isPublic && rule])` leaves the rule out where nothing is public. */
export function compact<T>(items: readonly (T | false | undefined)[]): T[] {
    return items.filter((item): item is T => item !== false && item !== undefined);
}
