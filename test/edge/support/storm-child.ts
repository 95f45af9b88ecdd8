import { setTimeout as sleep } from "node:timers/promises";
import { Client, forEach } from "./client";

/** What the parent asks of this process. */
export interface StormOrder {
    readonly host: string;
    readonly port: number;
    readonly ca: string;
    readonly servername: string;
    readonly first: number;
    readonly count: number;
    /** How many dial at the same time. */
    readonly dialsAtOnce: number;
    /** How long a client waits for its CONNACK before it dials again, in ms. */
    readonly timeoutMs: number;
}

/** What it answers once every client is in. */
export interface StormReport {
    readonly connected: number;
    readonly attempts: number;
}

const clients: Client[] = [];

/** Connects as a device does: again after a pause that grows and is not the same for all. */
async function connectAtLast(order: StormOrder, index: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
        try {
            clients.push(
                await Client.connect({
                    host: order.host,
                    port: order.port,
                    from: `127.${40 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`,
                    tls: { ca: order.ca, servername: order.servername },
                    clientId: `storm-${index}`,
                    timeoutMs: order.timeoutMs,
                }),
            );
            return attempt;
        } catch {
            await sleep(Math.random() * Math.min(5_000, 250 * 2 ** attempt));
        }
    }
}

async function run(order: StormOrder): Promise<StormReport> {
    const indexes = Array.from({ length: order.count }, (_, index) => order.first + index);
    const attempts = await forEach(indexes, order.dialsAtOnce, (index) => connectAtLast(order, index));
    return {
        connected: clients.filter(({ alive }) => alive).length,
        attempts: attempts.reduce((sum, count) => sum + count, 0),
    };
}

process.once("message", (order: StormOrder) => {
    void run(order).then((report) => process.send?.(report));
});
// The parent is gone, or has seen enough.
process.once("disconnect", () => {
    process.exit();
});
