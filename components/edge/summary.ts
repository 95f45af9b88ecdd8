import { compact } from "../common/compact";
import { type EdgePlan, type Hop, listenerPorts } from "./plan";

/** The ways that connections take: the edge's own chain, and the one of WebSocket clients where they come in through an ingress or gateway. */
export function chainsOf(plan: EdgePlan): readonly { readonly listeners: string; readonly hops: readonly Hop[] }[] {
    const listeners = plan.listeners.map(({ name, port }) => `${name}:${port}`).join(" ");
    const { webSocket } = plan;
    return [
        ...(webSocket !== undefined && plan.listeners.length === 0 ? [] : [{ listeners, hops: plan.hops }]),
        ...(webSocket === undefined ? [] : [{ listeners: `wss:${listenerPorts.wss}`, hops: webSocket.hops }]),
    ];
}

/** What a hop tells the next one of the client's address, in words; empty where it tells nothing. */
export function headerSent(hop: Hop): string {
    if (hop.kind === "ingress-controller" || hop.kind === "gateway") {
        return "X-Forwarded-For";
    }
    return hop.sends === "none" ? "" : `PROXY ${hop.sends}`;
}

/** One line: the way of a connection, who terminates TLS and who keeps affinity. */
export function summarizeEdge(plan: EdgePlan): string {
    return chainsOf(plan)
        .map(({ listeners, hops }) => `${listeners} -> ${summarizeHops(hops)}`)
        .join("; ");
}

function summarizeHops(hops: readonly Hop[]): string {
    const steps = hops.map((hop, index) => {
        const duties = compact([
            hop.terminatesTls && "terminates TLS",
            hop.affinity !== "none" && `${hop.affinity} affinity`,
        ]);
        const header = headerSent(hop);
        const arrow = header === "" ? " -> " : ` -(${header})-> `;
        const duty = duties.length === 0 ? "" : ` [${duties.join(", ")}]`;
        return `${hop.title}${duty}${index === hops.length - 1 ? "" : arrow}`;
    });
    return steps.join("");
}
