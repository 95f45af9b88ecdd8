import { Socket } from "node:net";
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { isObject } from "../../components/common/is-object";
import { type Dial, dialledAt, trustOf } from "./dial";
import { within } from "./within";

export interface ConnectRequest extends Dial {
    /** `mqtts://host:8883`, `wss://host/mqtt`, `mqtt://...`, `ws://...`. */
    readonly url: string;
    readonly clientId: string;
    /** Default: 4, which is MQTT 3.1.1. */
    readonly protocolVersion?: 4 | 5;
    readonly username?: string;
    /** An empty text is sent as an empty password. */
    readonly password?: string;
    /** Connect even where the server's certificate does not verify. */
    readonly trustAnyway?: boolean;
}

/** The server answered the CONNECT with this code. */
export class ConnectRefused extends Error {
    constructor(
        /** Return code of MQTT 3.1.1, reason code of MQTT 5. */
        readonly code: number,
        readonly protocolVersion: 4 | 5,
    ) {
        super(`refused with CONNACK ${codeName(code, protocolVersion)}`);
        this.name = "ConnectRefused";
    }
}

/** The server ended the connection in place of answering the CONNECT. */
export class ConnectUnanswered extends Error {
    constructor() {
        super("the connection was closed without a CONNACK");
        this.name = "ConnectUnanswered";
    }
}

export interface Received {
    readonly topic: string;
    readonly payload: string;
    readonly qos: 0 | 1 | 2;
    readonly retain: boolean;
}

/** The session keeps alive by itself for as long as a check may take. */
const keepaliveSeconds = 30;

/** A real MQTT client that connects once, with a clean session, and never again by itself. */
export class Client {
    /** Everything that came, in order. */
    readonly received: Received[] = [];
    readonly #waiting = new Set<(message: Received) => void>();

    private constructor(
        private readonly client: MqttClient,
        private readonly timeoutMs: number,
    ) {
        client.on("message", (topic, payload, packet: IPublishPacket) => {
            const message = { topic, payload: payload.toString(), qos: packet.qos, retain: packet.retain };
            this.received.push(message);
            for (const take of [...this.#waiting]) {
                take(message);
            }
        });
    }

    /** Throws `ConnectRefused` for a CONNACK that says no, `ConnectUnanswered` for none, and an `Error` for everything else. */
    static connect(request: ConnectRequest): Promise<Client> {
        const { protocolVersion = 4, timeoutMs } = request;
        const raw = mqtt.connect(urlToDial(request), optionsOf(request));
        // Small packets one after the other would wait for each other's acknowledgement, 40 ms a time.
        if (raw.stream instanceof Socket) {
            raw.stream.setNoDelay(true);
        }
        return new Promise<Client>((resolve, reject) => {
            const fail = (error: Error) => {
                clearTimeout(timer);
                raw.end(true);
                reject(error);
            };
            const timer = setTimeout(() => {
                fail(new Error(`no CONNACK within ${timeoutMs} ms`));
            }, timeoutMs);
            raw.once("connect", () => {
                clearTimeout(timer);
                resolve(new Client(raw, timeoutMs));
            });
            // It stays for the life of the client: an error without a listener would end the process.
            raw.on("error", (error) => {
                fail(connackError(error, protocolVersion));
            });
            raw.once("close", () => {
                fail(new ConnectUnanswered());
            });
        });
    }

    async publish(topic: string, payload: string, qos: 0 | 1 | 2, retain = false): Promise<void> {
        await this.#inTime(this.client.publishAsync(topic, payload, { qos, retain }), `PUBLISH at QoS ${qos}`);
    }

    /** Throws where the broker does not grant it. */
    async subscribe(filter: string, qos: 0 | 1 | 2): Promise<void> {
        const [granted] = await this.#inTime(this.client.subscribeAsync(filter, { qos }), "SUBSCRIBE");
        if (granted === undefined || granted.qos > 2) {
            throw new SubscribeRefused(filter);
        }
    }

    async unsubscribe(filter: string): Promise<void> {
        await this.#inTime(this.client.unsubscribeAsync(filter), "UNSUBSCRIBE");
    }

    /** The first message that fits, of those that came and those to come; undefined where none comes in time. */
    next(fits: (message: Received) => boolean, withinMs: number): Promise<Received | undefined> {
        const before = this.received.find(fits);
        if (before !== undefined) {
            return Promise.resolve(before);
        }
        return new Promise((resolve) => {
            const settle = (message: Received | undefined) => {
                clearTimeout(timer);
                this.#waiting.delete(take);
                resolve(message);
            };
            const take = (message: Received) => {
                if (fits(message)) {
                    settle(message);
                }
            };
            const timer = setTimeout(() => {
                settle(undefined);
            }, withinMs);
            this.#waiting.add(take);
        });
    }

    /** Calls back for each message to come. */
    onMessage(take: (message: Received) => void): void {
        this.#waiting.add(take);
    }

    /** Says goodbye; a connection that does not end by itself is cut. */
    async close(): Promise<void> {
        const cut = setTimeout(() => this.client.end(true), 500);
        await this.client.endAsync().catch(() => undefined);
        clearTimeout(cut);
    }

    /** Ends the connection at once. */
    cut(): void {
        this.client.end(true);
    }

    async #inTime<T>(work: Promise<T>, what: string): Promise<T> {
        try {
            return await within(work, this.timeoutMs, `${what} was not acknowledged within ${this.timeoutMs} ms`);
        } catch (error) {
            if (isSubackFailure(error)) {
                throw new SubscribeRefused("");
            }
            const code = codeOf(error);
            throw code === undefined ? error : new Error(`${what} was refused with ${codeName(code, 5)}`);
        }
    }
}

/** The broker did not grant a subscription. */
export class SubscribeRefused extends Error {
    constructor(filter: string) {
        super(`the broker does not grant the subscription${filter === "" ? "" : ` ${filter}`}`);
        this.name = "SubscribeRefused";
    }
}

/** MQTT.js resolves the host of plain TCP by itself. */
function urlToDial({ url, address }: ConnectRequest): string {
    if (address === undefined || !url.startsWith("mqtt:")) {
        return url;
    }
    const dialled = new URL(url);
    dialled.hostname = address.includes(":") ? `[${address}]` : address;
    return dialled.href;
}

function optionsOf(request: ConnectRequest): IClientOptions & ReturnType<typeof dialledAt> {
    const { clientId, protocolVersion = 4, username, password, trustAnyway, timeoutMs } = request;
    const lookup = dialledAt(request.address);
    return {
        // MQTT.js hands options on to TLS and to WebSocket; for plain TCP the URL has the address itself.
        ...lookup,
        wsOptions: lookup,
        clientId,
        protocolVersion,
        clean: true,
        keepalive: keepaliveSeconds,
        reconnectPeriod: 0,
        // This client's timeout comes first: it says what was waited for.
        connectTimeout: 2 * timeoutMs,
        rejectUnauthorized: trustAnyway !== true,
        username,
        // As bytes, because an empty text would be left out.
        password: password === undefined ? undefined : Buffer.from(password),
        ...trustOf(request),
    };
}

function connackError(error: unknown, protocolVersion: 4 | 5): Error {
    const code = codeOf(error);
    if (code !== undefined) {
        return new ConnectRefused(code, protocolVersion);
    }
    if (error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE")) {
        return new ConnectUnanswered();
    }
    return error instanceof Error ? new Error(wordsOf(error)) : new Error(String(error));
}

/** The code of the broker's answer where the error stands for one. */
function codeOf(error: unknown): number | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** An AggregateError (several addresses were tried) has no message. */
function wordsOf(error: Error): string {
    return error.message !== "" ? error.message : "code" in error ? String(error.code) : error.name;
}

/** MQTT.js rejects with the SUBACK where a filter was not granted. */
function isSubackFailure(error: unknown): boolean {
    return error instanceof Error && "packet" in error && isObject(error.packet) && error.packet["cmd"] === "suback";
}

/** The names of MQTT 3.1.1 table 3.1 and of MQTT 5 section 3.2.2.2. */
const codeNames: Readonly<Record<4 | 5, Readonly<Record<number, string>>>> = {
    4: {
        1: "unacceptable protocol version",
        2: "identifier rejected",
        3: "server unavailable",
        4: "bad user name or password",
        5: "not authorized",
    },
    5: {
        0x84: "unsupported protocol version",
        0x85: "client identifier not valid",
        0x86: "bad user name or password",
        0x87: "not authorized",
        0x88: "server unavailable",
        0x89: "server busy",
        0x8a: "banned",
        0x97: "quota exceeded",
        0x9f: "connection rate exceeded",
    },
};

/** `5 (not authorized)`, `0x87 (not authorized)`. */
function codeName(code: number, protocolVersion: 4 | 5): string {
    const text = protocolVersion === 5 ? `0x${code.toString(16).padStart(2, "0")}` : code.toString();
    const name = codeNames[protocolVersion][code];
    return name === undefined ? text : `${text} (${name})`;
}

/** Whether the code says that it is about who the client is: not authorized, or a bad user name or password. */
export function isAuthenticationRefusal({ code, protocolVersion }: ConnectRefused): boolean {
    return protocolVersion === 5 ? code === 0x86 || code === 0x87 : code === 4 || code === 5;
}
