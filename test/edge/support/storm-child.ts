import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { Client, forEach } from "./client";

/** What the parent asks of this process. */
export interface StormOrder {
    readonly host: string;
    readonly port: number;
    readonly ca: string;
    readonly servername: string;
    readonly first: number;
    readonly count: number;
    /** A HAProxy that each visits before, to come with its ticket. Default: none. */
    readonly ticketsFrom?: string;
    /** How many dial at the same time. */
    readonly dialsAtOnce: number;
    /** How long a client waits for its CONNACK before it dials again, in ms. */
    readonly timeoutMs: number;
}

/** What it answers once every client is in. */
export interface StormReport {
    readonly connected: number;
    readonly attempts: number;
    /** Clients whose TLS session was resumed. */
    readonly resumed: number;
}

const clients: Client[] = [];

/** Connects as a device does: again after a pause that grows and is not the same for all. */
async function connectAtLast(order: StormOrder, index: number, session?: Buffer): Promise<number> {
    for (let attempt = 1; ; attempt++) {
        try {
            clients.push(
                await Client.connect({
                    host: order.host,
                    port: order.port,
                    from: `127.${40 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`,
                    tls: { ca: order.ca, servername: order.servername, session },
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

/** One ticket for each client. */
async function tickets({ ticketsFrom, ...order }: StormOrder, count: number): Promise<readonly Buffer[]> {
    if (ticketsFrom === undefined) {
        return [];
    }
    return forEach(Array.from({ length: count }), 4, async (_, index) => {
        const client = await Client.connect({
            host: ticketsFrom,
            port: order.port,
            tls: { ca: order.ca, servername: order.servername },
            clientId: `ticket-${index}`,
            timeoutMs: order.timeoutMs,
        });
        // Complete: HAProxy sends the ticket before it forwards the CONNACK.
        const session = client.socket instanceof TLSSocket ? client.socket.getSession() : undefined;
        await client.close();
        return session ?? Buffer.alloc(0);
    });
}

async function run(order: StormOrder): Promise<StormReport> {
    const sessions = await tickets(order, order.count);
    const indexes = Array.from({ length: order.count }, (_, index) => order.first + index);
    const attempts = await forEach(indexes, order.dialsAtOnce, (index) =>
        connectAtLast(order, index, sessions[index - order.first]),
    );
    return {
        resumed: clients.filter(({ socket }) => socket instanceof TLSSocket && socket.isSessionReused()).length,
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
