import type { IncomingMessage, Server } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { Socket } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { parseProxyHeader, type ProxyHeader } from "./proxy-header";
import type { Link } from "./session";

/** VerneMQ's only WebSocket path, and the subprotocols that it speaks. */
const webSocketPath = "/mqtt";
const subprotocols = ["mqtt", "mqttv3.1"];

/** Waits for the PROXY header of a new connection. `accept` gets the header and the bytes of the client behind it. */
export function readProxyHeader(
    socket: Socket,
    timeoutMs: number,
    accept: (header: ProxyHeader, rest: Buffer) => void,
    refuse: (reason: string) => void,
): void {
    let received: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => {
        settle();
        refuse("no PROXY header in time");
    }, timeoutMs);
    const settle = () => {
        clearTimeout(timer);
        socket.off("data", onData);
        socket.off("close", settle);
    };
    const onData = (bytes: Buffer) => {
        received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
        const parsed = parseProxyHeader(received);
        if (parsed.state === "incomplete") {
            return;
        }
        settle();
        if (parsed.state === "invalid") {
            refuse(parsed.reason);
        } else if (parsed.header.command === "PROXY" && parsed.header.source === undefined) {
            // VerneMQ's connection process crashes on version 1 UNKNOWN.
            refuse("the PROXY header names no client");
        } else {
            accept(parsed.header, received.subarray(parsed.length));
        }
    };
    socket.on("data", onData);
    socket.on("close", settle);
}

/** Packets that are written in one turn of the event loop leave in one system call. */
export function tcpLink(socket: Socket): Link {
    let corked = false;
    return {
        write(bytes) {
            if (!corked) {
                corked = true;
                socket.cork();
                process.nextTick(() => {
                    corked = false;
                    socket.uncork();
                });
            }
            socket.write(bytes);
        },
        end() {
            socket.end();
        },
        reset() {
            socket.resetAndDestroy();
        },
    };
}

function webSocketLink(webSocket: WebSocket, socket: Socket): Link {
    return {
        write(bytes) {
            webSocket.send(bytes);
        },
        end() {
            webSocket.close();
        },
        reset() {
            socket.resetAndDestroy();
        },
    };
}

/** A client that came through the WebSocket handshake. */
export interface WebSocketClient {
    readonly socket: Socket;
    readonly link: Link;
    onBytes(receive: (bytes: Buffer) => void): void;
}

/** Speaks HTTP on connections that are handed to it (`emit("connection", socket)`) and upgrades them to WebSocket. */
export function webSocketServer(accept: (client: WebSocketClient) => void): Server {
    const webSockets = new WebSocketServer({
        noServer: true,
        perMessageDeflate: false,
        handleProtocols: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
    });
    const server = createHttpServer((_, response) => {
        response.writeHead(400).end();
    });
    server.on("upgrade", (request: IncomingMessage, _socket, head) => {
        const { socket } = request;
        const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
        if (request.url?.split("?")[0] !== webSocketPath || !offered.some((name) => subprotocols.includes(name))) {
            socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        webSockets.handleUpgrade(request, socket, head, (webSocket) => {
            webSocket.on("error", () => {
                socket.resetAndDestroy();
            });
            accept({
                socket,
                link: webSocketLink(webSocket, socket),
                onBytes(receive) {
                    webSocket.on("message", (data) => {
                        receive(bytesOf(data));
                    });
                },
            });
        });
    });
    return server;
}

function bytesOf(data: RawData): Buffer {
    if (Array.isArray(data)) {
        return Buffer.concat(data);
    }
    return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
