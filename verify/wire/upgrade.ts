import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type Dial, dialledAt, serverNameOf, trustOf } from "./dial";

export interface UpgradeRequest extends Dial {
    readonly tls: boolean;
    readonly host: string;
    readonly port: number;
    readonly path: string;
}

/** What a server said to a WebSocket handshake. */
export type Upgrade =
    | { readonly kind: "upgraded"; readonly subprotocol: string | undefined }
    | { readonly kind: "answered"; readonly status: number }
    | { readonly kind: "failed"; readonly reason: string };

/** Any 16 bytes will do (RFC 6455 section 1.3): nothing is sent over the connection. */
const key = Buffer.alloc(16, "verify").toString("base64");

/** Asks for a WebSocket with the subprotocol `mqtt` and hangs up. It never rejects. */
export function upgrade(request: UpgradeRequest): Promise<Upgrade> {
    const { tls, host, port, path, timeoutMs } = request;
    const headers = {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Protocol": "mqtt",
    };
    return new Promise((resolve) => {
        const common = {
            host,
            port,
            path,
            headers,
            agent: false as const,
            timeout: timeoutMs,
            ...dialledAt(request.address),
        };
        const call = tls
            ? httpsRequest({
                  ...common,
                  // No secret is sent; whether the certificate verifies is another check.
                  rejectUnauthorized: false,
                  servername: serverNameOf(host),
                  ...trustOf(request),
              })
            : httpRequest(common);
        call.on("upgrade", ({ headers: answer }, socket) => {
            socket.destroy();
            resolve({ kind: "upgraded", subprotocol: answer["sec-websocket-protocol"] });
        });
        call.on("response", (answer) => {
            answer.resume();
            call.destroy();
            resolve({ kind: "answered", status: answer.statusCode ?? 0 });
        });
        call.on("timeout", () => {
            resolve({ kind: "failed", reason: "no answer in time" });
            call.destroy();
        });
        call.on("error", (error) => {
            resolve({ kind: "failed", reason: "code" in error ? String(error.code) : error.message });
        });
        call.end();
    });
}
