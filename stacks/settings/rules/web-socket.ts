import { compact } from "../../../components/common/compact";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../settings";

const key = "vernemq:edge.webSocket";

/** Settings of `edge.webSocket` that do not go together, beside what planEdge refuses. */
export function webSocketProblems({ edge }: ParsedGroups): Problem[] {
    const { webSocket, host, exposure, listeners } = edge;
    if (webSocket === undefined) {
        return [];
    }
    const hasLoadBalancer = exposure === "public" || exposure === "internal";
    return compact([
        ...parts(webSocket),
        // One name leads to one address, and a load balancer's is not the ingress controller's.
        host !== undefined &&
            (webSocket.host ?? host) === host &&
            hasLoadBalancer &&
            listeners.some((name) => name !== "wss") && {
                key: `${key}.host`,
                value: webSocket.host,
                rule: "a name has one address, and the load balancer of the other listeners has a different one from the ingress controller or Gateway",
                remedy: `give it its own name, for example ws.${host}`,
            },
    ]);
}

/** A part belongs to one route: missing with it, it fails; present without it, it does nothing. */
function parts(webSocket: NonNullable<ParsedGroups["edge"]["webSocket"]>): Problem[] {
    const { via } = webSocket;
    const named = [
        { name: "className", of: "ingress", required: true },
        { name: "controller", of: "ingress", required: true },
        { name: "tlsSecretName", of: "ingress", required: false },
        { name: "gateway", of: "gateway", required: true },
    ] as const;
    return compact(
        named.flatMap(({ name, of, required }) => {
            const setting = `${key}.${name}`;
            const isGiven = webSocket[name] !== undefined;
            return [
                via === of &&
                    required &&
                    !isGiven && { key: setting, rule: `via ${of} needs it`, remedy: `set ${setting}` },
                via !== of &&
                    isGiven && {
                        key: setting,
                        rule: `it has no effect with via ${via}`,
                        remedy: `remove it, or set ${key}.via to ${of}`,
                    },
            ];
        }),
    );
}

/** What the user has to do for listener wss outside this program. */
export function webSocketWarnings({ edge }: ParsedGroups): string[] {
    const { webSocket } = edge;
    const host = webSocket?.host ?? edge.host;
    if (webSocket === undefined || host === undefined) {
        return [];
    }
    const where = webSocket.via === "ingress" ? "the ingress controller's address" : "the Gateway's address";
    return [`The name ${host} has to resolve to ${where}: no DNS record is created for it.`];
}
