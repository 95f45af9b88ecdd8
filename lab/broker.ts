import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { ProxyHeader } from "./proxy-header";
import { Router } from "./router";
import { type Peer, Session, type SessionContext, type Transport } from "./session";
import { readProxyHeader, tcpLink, webSocketServer } from "./transport";

export interface BrokerPorts {
    readonly mqtt: number;
    readonly ws: number;
    /** MQTT for clients inside the cluster: never with a PROXY header. */
    readonly internal: number;
    /** HTTP: /health/listeners and /health/ping. */
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
    /** Brokers with the same router form a cluster. Default: a router of its own. */
    readonly router?: Router;
    /** Passwords by user name. Default: everyone may connect. */
    readonly users?: ReadonlyMap<string, string>;
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
    readonly #options: BrokerOptions;
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
    #keepaliveTimer: NodeJS.Timeout | null = null;

    constructor(options: BrokerOptions = {}) {
        super();
        this.#options = options;
        this.name = options.name ?? "broker";
        this.address = options.address ?? "127.0.0.1";
        this.router = options.router ?? new Router();
        this.#context = this.#sessionContext();
        this.#webSockets = webSocketServer((client) => {
            const { socket } = client;
            const session = this.#session(socket, client.link, this.#peers.get(socket) ?? peerOf(socket, "ws"));
            client.onBytes((bytes) => {
                session.receive(bytes);
            });
        });
        this.#servers = {
            mqtt: createServer({ noDelay: true }, (socket) => {
                this.#accept(socket, "mqtt");
            }),
            ws: createServer({ noDelay: true }, (socket) => {
                this.#accept(socket, "ws");
            }),
            internal: createServer({ noDelay: true }, (socket) => {
                this.#accept(socket, "mqtt", "off");
            }),
            health: createHttpServer((request, response) => {
                this.#answerHealth(request.url ?? "/", response);
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
        const wanted = this.#ports ?? this.#options.ports ?? {};
        this.#ports = {
            mqtt: await listen(this.#servers.mqtt, this.address, wanted.mqtt),
            ws: await listen(this.#servers.ws, this.address, wanted.ws),
            internal: await listen(this.#servers.internal, this.address, wanted.internal),
            health: await listen(this.#servers.health, this.address, wanted.health),
        };
        this.#keepaliveTimer = setInterval(() => {
            const now = Date.now();
            for (const session of this.#sessions) {
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

    #accept(socket: Socket, transport: Transport, proxyProtocol = this.#options.proxyProtocol): void {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => this.#sockets.delete(socket));
        if (proxyProtocol === "off") {
            this.#admit(socket, peerOf(socket, transport), Buffer.alloc(0));
            return;
        }
        readProxyHeader(
            socket,
            this.#options.proxyHeaderTimeoutMs ?? 10_000,
            (header, rest) => {
                this.#admit(socket, peerOf(socket, transport, header), rest);
            },
            (reason) => {
                this.emit("refused", { transport, peerAddress: peerOf(socket, transport).address, reason });
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

    #limitTimeToConnect(socket: Socket, peer: Peer): void {
        const timer = setTimeout(() => {
            this.emit("refused", {
                transport: peer.transport,
                peerAddress: peer.address,
                reason: "no CONNECT in time",
            });
            socket.resetAndDestroy();
        }, this.#options.connectTimeoutMs ?? 5_000);
        this.#connectTimers.set(peer, timer);
        socket.on("close", () => {
            clearTimeout(timer);
        });
    }

    #sessionContext(): SessionContext {
        return {
            home: Symbol(this.name),
            router: this.router,
            authenticate: (username, password) => {
                const { users } = this.#options;
                const expected = username === undefined ? undefined : users?.get(username);
                if (users === undefined) {
                    return 0;
                }
                return expected === undefined ? 5 : password?.toString() === expected ? 0 : 4;
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
                this.emit("refused", { transport: peer.transport, peerAddress: peer.address, reason });
            },
        };
    }

    #answerHealth(path: string, response: ServerResponse): void {
        const answers: Readonly<Record<string, boolean | undefined>> = {
            "/health/ping": true,
            "/health/listeners": this.healthy && this.listening,
        };
        const up = answers[path];
        response.writeHead(up === undefined ? 404 : up ? 200 : 503, { "content-type": "application/json" });
        response.end(JSON.stringify({ status: up === true ? "OK" : "DOWN" }));
    }
}

function peerOf(socket: Socket, transport: Transport, header?: ProxyHeader): Peer {
    const { commonName, source } = header ?? {};
    return {
        address: source?.address ?? socket.remoteAddress ?? "",
        port: source?.port ?? socket.remotePort ?? 0,
        transport,
        // VerneMQ takes the common name as user name on TCP listeners, and never on WebSocket listeners.
        ...(commonName === undefined || transport === "ws" ? {} : { commonName }),
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
