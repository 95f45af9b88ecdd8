/** Whether a terminal is there to see and to answer; a pipeline's runner may give its commands a terminal too. */
export function isWatched(): boolean {
    return process.stdout.isTTY && process.stdin.isTTY && !process.env["CI"];
}

/** Aborted by the first Ctrl-C or SIGTERM. */
export function interruptSignal(): AbortSignal {
    const interrupt = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            interrupt.abort();
        });
    }
    return interrupt.signal;
}
