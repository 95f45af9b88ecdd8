import { connect } from "node:net";

/** What a port said to a CONNECT in plain text. */
export type PlainAnswer = "connack" | "closed" | "other" | "silence";

/**
 * CONNECT of MQTT 3.1.1, a clean session without client id, user and password (section 3.1). It is written by hand because no TLS and no
 * client library may come between.
 */
const connectPacket = Buffer.from([0x10, 12, 0, 4, ...Buffer.from("MQTT"), 4, 0x02, 0, 10, 0, 0]);
const connackType = 0x20;

/** Sends a CONNECT in plain text and tells what came back. It never rejects. An address is dialled in place of what the host resolves to. */
export function plainConnect(host: string, port: number, timeoutMs: number, address?: string): Promise<PlainAnswer> {
    return new Promise((resolve) => {
        const socket = connect({ host: address ?? host, port }, () => {
            socket.write(connectPacket);
        });
        const settle = (answer: PlainAnswer) => {
            clearTimeout(timer);
            socket.destroy();
            resolve(answer);
        };
        const timer = setTimeout(() => {
            settle("silence");
        }, timeoutMs);
        socket.once("data", (bytes) => {
            settle(bytes[0] === connackType ? "connack" : "other");
        });
        socket.on("error", () => {
            settle("closed");
        });
        socket.once("close", () => {
            settle("closed");
        });
    });
}
