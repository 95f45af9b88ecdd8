/** What may be left out of a list. */
export type Maybe<T> = T | false | undefined;

/** The items of a list that are there: `compact([always, isPublic && rule])` leaves the rule out where nothing is public. */
export function compact<T>(items: readonly Maybe<T>[]): T[] {
    return items.filter((item): item is T => item !== false && item !== undefined);
}

/** The items where the condition is true, else none. They are put together in either case, so they hold nothing that creates a resource. */
export function when<T>(condition: boolean, ...items: T[]): T[] {
    return condition ? items : [];
}

/** What rules find of something, in the order of the rules; each finds one thing, several or nothing. */
export function findings<T, S>(rules: readonly ((subject: S) => Maybe<T> | readonly T[])[], subject: S): T[] {
    return compact(rules.flatMap((rule) => rule(subject)));
}
