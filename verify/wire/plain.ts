import { connect } from "node:net";
import { generate } from "mqtt-packet";

/** What a port said to a CONNECT in plain text. */
export type PlainAnswer = "connack" | "closed" | "other" | "silence";

/** A clean session without client id, user and password. */
const connectPacket = generate({
    cmd: "connect",
    clientId: "",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    keepalive: 10,
});
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
