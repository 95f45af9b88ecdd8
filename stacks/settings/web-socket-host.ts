import type { Settings } from "./settings";

/** Name that WebSocket clients dial where they come in through an ingress controller or a Gateway. */
export function webSocketHost({ edge }: Settings): string | undefined {
    return edge.webSocket?.host ?? edge.host;
}
