import { forEach } from "./client";

/** What became of the connections that one source opened as fast as it could. */
export interface Flood {
    readonly attempts: number;
    readonly refused: number;
    readonly admitted: number;
    /** How many a limit lets in at most in the time that they took. */
    readonly most: number;
}

/** So many waves without a refusal, and there is no limit. */
const waves = 50;

/**
 * Opens connections, all of a wave at once, wave after wave until some are refused. A busy machine needs more waves or seconds, but what a
 * limit lets in follows from the seconds that it took.
 *
 * @param dial whether a connection was let in
 */
export async function flood(limit: number, wave: number, dial: (index: number) => Promise<boolean>): Promise<Flood> {
    const begun = performance.now();
    let [attempts, admitted] = [0, 0];
    for (let turn = 0; turn < waves && attempts === admitted; turn++) {
        const results = await forEach(Array.from({ length: wave }), wave, (_, index) => dial(attempts + index));
        attempts += wave;
        admitted += results.filter(Boolean).length;
    }
    // HAProxy counts in a period that slides: a second's worth may be in before the first second is over.
    const most = limit * (2 + (performance.now() - begun) / 1000);
    return { attempts, admitted, refused: attempts - admitted, most };
}
