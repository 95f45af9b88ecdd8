/** What may be left out of a list. */
export type Maybe<T> = T | false | undefined;

/** The items of a list that are there: `compact([always, isPublic && rule])` leaves the rule out where nothing is public. */
export function compact<T>(items: readonly Maybe<T>[]): T[] {
    return items.filter((item): item is T => item !== false && item !== undefined);
}
