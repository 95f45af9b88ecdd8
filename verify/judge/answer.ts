import { failed, type Finding, ok } from "../report";
import type { PlainAnswer } from "../wire/plain";
import type { Upgrade } from "../wire/upgrade";

/** Judges what a port for TLS said to a CONNECT in plain text. */
export function judgePlain(answer: PlainAnswer): Finding {
    if (answer === "connack") {
        return failed(
            "a CONNECT in plain text was answered with a CONNACK",
            "terminate TLS at this port (vernemq:edge): passwords would cross the network in plain text",
        );
    }
    const words = {
        closed: "a CONNECT in plain text was answered by closing the connection",
        other: "a CONNECT in plain text was answered with something that is not MQTT",
        silence: "a CONNECT in plain text got no answer",
    };
    return ok(words[answer]);
}

/** Judges a WebSocket handshake: MQTT goes over the subprotocol `mqtt` (MQTT 3.1.1 section 6). */
export function judgeUpgrade(answer: Upgrade, path: string): Finding {
    if (answer.kind === "upgraded" && answer.subprotocol === "mqtt") {
        return ok(`${path} upgrades to WebSocket with the subprotocol mqtt`);
    }
    const seen =
        answer.kind === "upgraded"
            ? `${path} upgrades to WebSocket with the subprotocol ${answer.subprotocol ?? "(none)"} in place of mqtt`
            : answer.kind === "answered"
              ? `${path} answers with HTTP ${answer.status} instead of 101`
              : `${path} does not answer: ${answer.reason}`;
    return failed(
        seen,
        "VerneMQ serves WebSocket at /mqtt only; make sure that the edge passes on the upgrade and its headers",
    );
}
