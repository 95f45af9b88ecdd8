import type { Settings } from "./parse";

/** Name that WebSocket clients dial where they come in through an ingress controller or a Gateway. */
export function webSocketHost({ edge }: Settings): string | undefined {
    return edge.webSocket?.host ?? edge.host;
}
