import { generate, type IConnectPacket } from "mqtt-packet";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";

/** Where a client dials and what it says. */
export interface Dial {
    readonly host: string;
    readonly port: number;
    /** Its own address; any of 127.0.0.0/8. */
    readonly from?: string;
    /** PROXY header that it sends first, as a load balancer would. */
    readonly header?: Buffer;
    /** Absent: no TLS. */
    readonly tls?: ConnectionOptions;
    readonly clientId: string;
    readonly connect?: Partial<IConnectPacket>;
    readonly timeoutMs?: number;
}

/** How often a client pings, in ms: within its keepalive of a minute, however long a busy machine takes over the rest of a test. */
const pingIntervalMs = 25_000;

/** A small MQTT client of which thousands fit into one process. */
export class Client {
    readonly clientId: string;
    readonly socket: Socket;
    /** Why the connection ended; null while it lives. */
    ended: string | null = null;
    #waiting: ((first: number) => void)[] = [];
    #pinging: Promise<void> | undefined;

    private constructor(clientId: string, socket: Socket) {
        this.clientId = clientId;
        this.socket = socket;
        socket.on("data", (bytes: Buffer) => {
            this.#waiting.shift()?.(bytes[0] ?? 0);
        });
    }

    /** Connects and waits for the CONNACK. Rejects with what went wrong. */
    static connect(dial: Dial): Promise<Client> {
        return new Promise((resolve, reject) => {
            const socket = open(dial);
            const client = new Client(dial.clientId, socket);
            const timer = setTimeout(() => {
                socket.destroy(new Error("no CONNACK in time"));
            }, dial.timeoutMs ?? 120_000);
            socket.on("error", (error) => {
                client.ended ??= error.message;
            });
            socket.on("close", () => {
                client.ended ??= "closed";
                clearTimeout(timer);
                reject(new Error(client.ended));
            });
            client.#waiting.push((first) => {
                clearTimeout(timer);
                if (first >> 4 === 2) {
                    client.#keepAlive();
                    resolve(client);
                } else {
                    socket.destroy(new Error(`not a CONNACK: ${first.toString(16)}`));
                }
            });
            socket.write(connectPacket(dial));
        });
    }

    get alive(): boolean {
        return this.ended === null;
    }

    #keepAlive(): void {
        const timer = setInterval(() => {
            this.ping().catch(() => undefined);
        }, pingIntervalMs).unref();
        this.socket.once("close", () => {
            clearInterval(timer);
        });
    }

    /** Sends a PINGREQ and waits for the PINGRESP. One at a time: the answers of two could arrive as one piece. */
    ping(): Promise<void> {
        this.#pinging ??= this.#pingOnce().finally(() => {
            this.#pinging = undefined;
        });
        return this.#pinging;
    }

    async #pingOnce(): Promise<void> {
        if (this.ended !== null) {
            throw new Error(this.ended);
        }
        const answer = new Promise<number>((resolve, reject) => {
            const onClose = () => {
                reject(new Error(this.ended ?? "closed"));
            };
            this.socket.once("close", onClose);
            this.#waiting.push((first) => {
                this.socket.off("close", onClose);
                resolve(first);
            });
        });
        this.socket.write(Buffer.from([0xc0, 0]));
        if ((await answer) >> 4 !== 13) {
            throw new Error("not a PINGRESP");
        }
    }

    /** Says goodbye and waits until the connection is closed. */
    async close(): Promise<void> {
        if (this.ended === null) {
            const closed = new Promise<void>((resolve) => {
                this.socket.once("close", () => {
                    resolve();
                });
            });
            this.socket.end(Buffer.from([0xe0, 0]));
            await closed;
        }
    }
}

/** A connection with TLS and PROXY header as told, to which nothing else was written. */
export function open({ host, port, from, header, tls, timeoutMs }: Omit<Dial, "clientId" | "connect">): Socket {
    const address = { host, port, ...(from === undefined ? {} : { localAddress: from }) };
    if (tls === undefined || header !== undefined) {
        const socket = connectTcp({ ...address, noDelay: true });
        if (header !== undefined) {
            socket.write(header);
        }
        return tls === undefined ? socket : connectTls({ ...tls, socket });
    }
    return connectTls({ ...address, ...tls, timeout: timeoutMs ?? 0 });
}

export function connectPacket({ clientId, connect }: Pick<Dial, "clientId" | "connect">): Buffer {
    const protocolVersion = connect?.protocolVersion ?? 4;
    return generate(
        {
            cmd: "connect",
            protocolId: protocolVersion === 3 ? "MQIsdp" : "MQTT",
            protocolVersion,
            clean: true,
            keepalive: 60,
            clientId,
            ...connect,
        },
        { protocolVersion },
    );
}

/** Does something for each item, so many at a time. */
export async function forEach<T, R>(
    items: readonly T[],
    atOnce: number,
    action: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
    const results: R[] = [];
    let next = 0;
    const worker = async () => {
        for (let index = next++; index < items.length; index = next++) {
            results[index] = await action(items[index] as T, index);
        }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
    return results;
}
