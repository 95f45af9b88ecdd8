import { setTimeout as sleep } from "node:timers/promises";
import { ownProcessorSeconds } from "../../../bench/edge/processor-time";
import type { Edge } from "./edge";

/** What was left unused may be used for so long, in seconds. Kubernetes counts CPU limits in periods of 0.1 s. */
const periodSeconds = 0.1;
const lookMs = 5;

/**
 * Lets each HAProxy worker of an edge have only so much processor time, as on a crowded node: it is stopped while it has used its part. What else
 * a busy machine does takes nothing from that part. Ends when the function that it gives is called.
 *
 * @param cores processor seconds a second
 */
export async function throttle(edge: Edge, cores: number): Promise<() => Promise<void>> {
    const workers = (await Promise.all(edge.haproxies.map((haproxy) => haproxy.workers()))).flat();
    const end = new AbortController();
    const turns = workers.map(async ({ pid }) => {
        let [time, used, left, isStopped] = [performance.now(), ownProcessorSeconds(pid), 0, false];
        while (!end.signal.aborted) {
            const [now, usedNow] = [performance.now(), ownProcessorSeconds(pid)];
            left = Math.min(periodSeconds * cores, left + (cores * (now - time)) / 1000 - (usedNow - used));
            [time, used] = [now, usedNow];
            if (left < 0 !== isStopped) {
                isStopped = !isStopped;
                process.kill(pid, isStopped ? "SIGSTOP" : "SIGCONT");
            }
            await sleep(lookMs);
        }
        process.kill(pid, "SIGCONT");
    });
    return async () => {
        end.abort();
        await Promise.all(turns);
    };
}
