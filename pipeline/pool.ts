/**
 * Does a piece of work for each item, so many at a time, and gives the results in the items' order. The first error ends it: no further
 * item is begun, those under way come to their end, and the error is thrown.
 */
export async function inParallel<T, R>(
    items: readonly T[],
    atOnce: number,
    work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
    const results: R[] = [];
    const errors: unknown[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
        while (next < items.length && errors.length === 0) {
            const index = next++;
            try {
                results[index] = await work(items[index] as T);
            } catch (error) {
                errors.push(error);
            }
        }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(atOnce, items.length)) }, worker));
    if (errors.length > 0) {
        throw errors[0];
    }
    return results;
}
