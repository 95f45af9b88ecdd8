import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { healthAnswer } from "./health";
import type { ProxyHeader } from "./proxy-header";
import { Router } from "./router";
import { type Peer, Session, type SessionContext, type Transport } from "./session";
import { readProxyHeader, tcpLink, webSocketServer } from "./transport";

export interface BrokerPorts {
    readonly mqtt: number;
    readonly ws: number;
    /** MQTT for clients inside the cluster: never with a PROXY header. */
    readonly internal: number;
    /** HTTP: /health and what is below it. */
    readonly health: number;
}

export interface BrokerOptions {
    /** What the broker is called in listings. Default: `broker`. */
    readonly name?: string;
    /** Loopback address to listen on. Default: 127.0.0.1. */
    readonly address?: string;
    /** Ports to listen on; 0 or absent is any free one, which a restart keeps. */
    readonly ports?: Partial<BrokerPorts>;
    /** `required` (default): every MQTT and WebSocket connection must begin with a PROXY header; `off`: none may. */
    readonly proxyProtocol?: "required" | "off";
    /** Brokers with the same router form a cluster. Default: its own router. */
    readonly router?: Router;
    /** Passwords by user name. Default: everyone may connect. */
    readonly users?: ReadonlyMap<string, string>;
    /** The plugin that checks passwords has died: every login is reset without a CONNACK, and health is as good as ever. Default: false. */
    readonly passwdPluginDied?: boolean;
    /** Of so many refusals over WebSocket one is reset before its CONNACK, as VerneMQ does now and then. Default: 0, none. */
    readonly cutsRefusal?: number;
    /** Whether a user may publish to a topic. Default: all may. */
    readonly mayPublish?: SessionContext["mayPublish"];
    /** How long a connection may take to its PROXY header. Default: 10 000 ms, VerneMQ's own. */
    readonly proxyHeaderTimeoutMs?: number;
    /** How long it may then take to its CONNECT. Default: 5 000 ms, VerneMQ's mqtt_connect_timeout. */
    readonly connectTimeoutMs?: number;
}

/** A connection that did not become a session. */
export interface Refusal {
    readonly transport: Transport;
    /** Address of the client where the PROXY header told it, else of the connection. */
    readonly peerAddress: string;
    readonly reason: string;
}

export interface BrokerEvents {
    connect: [session: Session];
    disconnect: [session: Session];
    refused: [refusal: Refusal];
}

const keepaliveCheckMs = 1000;
/** Linux cuts it to net.core.somaxconn. */
const backlog = 4096;

/**
 * An MQTT broker (3.1, 3.1.1 and 5; TCP and WebSocket) that treats PROXY headers, health checks and limits as VerneMQ does
 * and knows who is connected. Sessions live as long as their connection; there is no persistence.
 */
export class Broker extends EventEmitter<BrokerEvents> {
    readonly name: string;
    readonly address: string;
    readonly router: Router;
    /** What /health/listeners says while the listeners run. */
    healthy = true;
    /** The broker, as the router tells it from others. */
    readonly #home: symbol;
    readonly #sessions = new Set<Session>();
    readonly #sockets = new Set<Socket>();
    readonly #servers: {
        readonly mqtt: Server;
        readonly ws: Server;
        readonly internal: Server;
        readonly health: HttpServer;
    };
    readonly #webSockets: HttpServer;
    readonly #peers = new WeakMap<Socket, Peer>();
    /** What is left of the time until CONNECT. */
    readonly #connectTimers = new WeakMap<Peer, NodeJS.Timeout>();
    readonly #context: SessionContext;
    #ports: BrokerPorts | null = null;
    /** Refusals over WebSocket. */
    #refusals = 0;
    /** What came in while the broker stands still, to be done when it goes on; null while it runs. */
    #waiting: (() => void)[] | null = null;
    /** The connections that were open when it stopped. */
    readonly #held = new Set<Socket>();
    #keepaliveTimer: NodeJS.Timeout | null = null;

    constructor(private readonly options: BrokerOptions = {}) {
        super();
        this.name = options.name ?? "broker";
        this.address = options.address ?? "127.0.0.1";
        this.router = options.router ?? new Router();
        this.#home = Symbol(this.name);
        this.#context = this.#sessionContext();
        this.#webSockets = webSocketServer((client) => {
            const { socket } = client;
            const session = this.#session(socket, client.link, this.#peers.get(socket) ?? peerOf(socket, "ws"));
            client.onBytes((bytes) => {
                session.receive(bytes);
            });
        });
        const listener = (transport: Transport, proxyProtocol = options.proxyProtocol) =>
            createServer({ noDelay: true }, (socket) => {
                this.#accept(socket, transport, proxyProtocol);
            });
        this.#servers = {
            mqtt: listener("mqtt"),
            ws: listener("ws"),
            internal: listener("mqtt", "off"),
            health: createHttpServer((request, response) => {
                this.#whenRunning(() => {
                    this.#answerHealth(request.url ?? "/", response);
                });
            }),
        };
    }

    /** The ports that it listens on, or listened on before it stopped. */
    get ports(): BrokerPorts {
        if (this.#ports === null) {
            throw new Error(`${this.name} was not started yet`);
        }
        return this.#ports;
    }

    /** The clients that are connected, in the order in which they came. */
    get sessions(): readonly Session[] {
        return [...this.#sessions].filter((session) => session.online);
    }

    get listening(): boolean {
        return this.#servers.mqtt.listening;
    }

    /** Opens all ports; those of the last time if it ran before. */
    async start(): Promise<void> {
        const wanted = this.#ports ?? this.options.ports ?? {};
        this.#ports = {
            mqtt: await listen(this.#servers.mqtt, this.address, wanted.mqtt),
            ws: await listen(this.#servers.ws, this.address, wanted.ws),
            internal: await listen(this.#servers.internal, this.address, wanted.internal),
            health: await listen(this.#servers.health, this.address, wanted.health),
        };
        this.router.setRunning(this.#home, true);
        this.#keepaliveTimer = setInterval(() => {
            const now = Date.now();
            for (const session of this.#waiting === null ? this.#sessions : []) {
                session.checkKeepalive(now);
            }
        }, keepaliveCheckMs);
        this.#keepaliveTimer.unref();
    }

    /** Takes no new MQTT connections; clients stay, /health/listeners says 503 (`vmq-admin listener stop`). */
    async suspend(): Promise<void> {
        await Promise.all([stopListening(this.#servers.mqtt), stopListening(this.#servers.ws)]);
    }

    /** Takes connections again after `suspend`. */
    async resume(): Promise<void> {
        await listen(this.#servers.mqtt, this.address, this.ports.mqtt);
        await listen(this.#servers.ws, this.address, this.ports.ws);
    }

    /**
     * Stands still as a process does that gets SIGSTOP: the kernel goes on to accept connections and to take bytes, and nothing is answered
     * until `thaw`.
     */
    freeze(): void {
        if (this.#waiting !== null) {
            return;
        }
        this.#waiting = [];
        this.router.setRunning(this.#home, false);
        for (const socket of this.#sockets) {
            // Nothing is read from it, and what is written waits.
            socket.pause();
            socket.cork();
            this.#held.add(socket);
        }
    }

    /** Goes on after `freeze`. */
    thaw(): void {
        const waiting = this.#waiting ?? [];
        this.#waiting = null;
        this.router.setRunning(this.#home, true);
        for (const socket of this.#held) {
            socket.uncork();
            socket.resume();
        }
        this.#held.clear();
        for (const go of waiting) {
            go();
        }
    }

    /** Stops in good order: MQTT 5 clients get a DISCONNECT, all others a reset. */
    async stop(): Promise<void> {
        for (const session of [...this.#sessions]) {
            session.shutDown();
        }
        await new Promise((resolve) => setImmediate(resolve));
        await this.kill();
    }

    /** Stops as a process does that is killed: every connection is reset. */
    async kill(): Promise<void> {
        if (this.#keepaliveTimer !== null) {
            clearInterval(this.#keepaliveTimer);
        }
        this.#waiting = null;
        this.#held.clear();
        this.router.setRunning(this.#home, false);
        const closed = Object.values(this.#servers).map(stopListening);
        for (const session of [...this.#sessions]) {
            session.reset();
        }
        for (const socket of this.#sockets) {
            socket.resetAndDestroy();
        }
        this.#servers.health.closeAllConnections();
        await Promise.all(closed);
    }

    /** Does something now, or when the broker goes on. */
    #whenRunning(act: () => void): void {
        if (this.#waiting === null) {
            act();
        } else {
            this.#waiting.push(act);
        }
    }

    #accept(socket: Socket, transport: Transport, proxyProtocol: BrokerOptions["proxyProtocol"]): void {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => this.#sockets.delete(socket));
        this.#whenRunning(() => {
            this.#begin(socket, transport, proxyProtocol);
        });
    }

    #begin(socket: Socket, transport: Transport, proxyProtocol: BrokerOptions["proxyProtocol"]): void {
        if (proxyProtocol === "off") {
            this.#admit(socket, peerOf(socket, transport), Buffer.alloc(0));
            return;
        }
        readProxyHeader(
            socket,
            this.options.proxyHeaderTimeoutMs ?? 10_000,
            (header, rest) => {
                this.#admit(socket, peerOf(socket, transport, header), rest);
            },
            (reason) => {
                this.#refused(peerOf(socket, transport), reason);
                socket.resetAndDestroy();
            },
        );
    }

    #admit(socket: Socket, peer: Peer, first: Buffer): void {
        this.#limitTimeToConnect(socket, peer);
        if (peer.transport === "ws") {
            this.#peers.set(socket, peer);
            socket.unshift(first);
            this.#webSockets.emit("connection", socket);
            return;
        }
        const session = this.#session(socket, tcpLink(socket), peer);
        socket.on("data", (bytes) => {
            session.receive(bytes);
        });
        session.receive(first);
    }

    #session(socket: Socket, link: ReturnType<typeof tcpLink>, peer: Peer): Session {
        const session = new Session(link, peer, this.#context);
        socket.on("close", () => {
            session.closed();
        });
        return session;
    }

    #refused({ transport, address }: Peer, reason: string): void {
        this.emit("refused", { transport, peerAddress: address, reason });
    }

    #limitTimeToConnect(socket: Socket, peer: Peer): void {
        const timer = setTimeout(() => {
            this.#refused(peer, "no CONNECT in time");
            socket.resetAndDestroy();
        }, this.options.connectTimeoutMs ?? 5_000);
        this.#connectTimers.set(peer, timer);
        socket.on("close", () => {
            clearTimeout(timer);
        });
    }

    #sessionContext(): SessionContext {
        return {
            home: this.#home,
            router: this.router,
            authenticate: (username, password) => {
                const { users, passwdPluginDied } = this.options;
                if (passwdPluginDied === true) {
                    return "cut";
                }
                const expected = username === undefined ? undefined : users?.get(username);
                if (users === undefined) {
                    return 0;
                }
                return expected === undefined ? 5 : password?.toString() === expected ? 0 : 4;
            },
            mayPublish: this.options.mayPublish ?? (() => true),
            cutsRefusal: ({ transport }) => {
                const { cutsRefusal = 0 } = this.options;
                if (transport !== "ws" || cutsRefusal === 0) {
                    return false;
                }
                this.#refusals += 1;
                return this.#refusals % cutsRefusal === 0;
            },
            connected: (session) => {
                clearTimeout(this.#connectTimers.get(session.peer));
                this.#sessions.add(session);
                this.emit("connect", session);
            },
            disconnected: (session) => {
                this.#sessions.delete(session);
                this.emit("disconnect", session);
            },
            refused: ({ peer }, reason) => {
                this.#refused(peer, reason);
            },
        };
    }

    #answerHealth(path: string, response: ServerResponse): void {
        const { mqtt, ws } = this.#servers;
        const kinds = [
            ["mqtt", mqtt],
            ["mqttws", ws],
        ] as const;
        const suspended = kinds.filter(([, server]) => !this.healthy || !server.listening).map(([kind]) => kind);
        const { status, body } = healthAnswer(path, suspended, this.router.whole);
        response.writeHead(status, { "content-type": "application/json" }).end(body);
    }
}

function peerOf(socket: Socket, transport: Transport, header?: ProxyHeader): Peer {
    const { commonName, source } = header ?? {};
    return {
        address: source?.address ?? socket.remoteAddress ?? "",
        port: source?.port ?? socket.remotePort ?? 0,
        transport,
        // VerneMQ takes the common name as user name on TCP listeners, and never on WebSocket listeners.
        commonName: commonName === undefined || transport === "ws" ? undefined : commonName,
    };
}

async function listen(server: Server, address: string, port = 0): Promise<number> {
    server.listen({ host: address, port, backlog });
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
}

/** Takes no more connections; does not wait for those that are open. */
async function stopListening(server: Server): Promise<void> {
    if (!server.listening) {
        return;
    }
    await new Promise<void>((resolve) => {
        server.close();
        setImmediate(resolve);
    });
}
