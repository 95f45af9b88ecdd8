import { setTimeout as sleep } from "node:timers/promises";
import type { Edge } from "./edge";

/** Length of a turn, in ms: Kubernetes' CPU limits are counted in periods as long. */
const periodMs = 100;

/** Lets the HAProxy processes of an edge run only for a share of the time, as on a crowded node. Ends when the function that it gives is called. */
export async function throttle(edge: Edge, share: number): Promise<() => Promise<void>> {
    const workers = (await Promise.all(edge.haproxies.map((haproxy) => haproxy.workers()))).flat();
    const signal = (name: "SIGSTOP" | "SIGCONT") => {
        for (const { pid } of workers) {
            process.kill(pid, name);
        }
    };
    const end = new AbortController();
    const turns = (async () => {
        while (!end.signal.aborted) {
            signal("SIGSTOP");
            await sleep(periodMs * (1 - share));
            signal("SIGCONT");
            await sleep(periodMs * share);
        }
    })();
    return () => {
        end.abort();
        return turns;
    };
}
