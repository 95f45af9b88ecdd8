/** What a piece of work comes to, or an error with this message where it takes too long. What it comes to later is not missed. */
export async function within<T>(work: Promise<T>, timeoutMs: number, late: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            reject(new Error(late));
        }, timeoutMs);
    });
    try {
        return await Promise.race([work, limit]);
    } finally {
        clearTimeout(timer);
    }
}
