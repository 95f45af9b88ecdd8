import { findings, type Maybe } from "../../../components/common/compact";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../settings";

const key = "vernemq:edge.webSocket";

/** Settings of `edge.webSocket` that do not go together, beside what planEdge refuses. */
export function webSocketProblems(groups: ParsedGroups): Problem[] {
    return findings([parts, ownName], groups);
}

/** A part belongs to one route: missing with it, it fails; present without it, it does nothing. */
function parts({ edge: { webSocket } }: ParsedGroups): Problem[] {
    if (webSocket === undefined) {
        return [];
    }
    const { via } = webSocket;
    const named = [
        { name: "className", of: "ingress", required: true },
        { name: "controller", of: "ingress", required: true },
        { name: "tlsSecretName", of: "ingress", required: false },
        { name: "gateway", of: "gateway", required: true },
    ] as const;
    return named.flatMap(({ name, of, required }): Problem[] => {
        const value = webSocket[name];
        if (via === of && required && value === undefined) {
            return [{ key: `${key}.${name}`, rule: `via ${of} needs it`, remedy: `set ${key}.${name}` }];
        }
        return via !== of && value !== undefined
            ? [
                  {
                      key: `${key}.${name}`,
                      rule: `it has no effect with via ${via}`,
                      remedy: `remove it, or set ${key}.via to ${of}`,
                  },
              ]
            : [];
    });
}

/** One name leads to one address, and a load balancer's is not the ingress controller's. */
function ownName({ edge }: ParsedGroups): Maybe<Problem> {
    const { webSocket, host, exposure, listeners } = edge;
    const hasLoadBalancer = exposure === "public" || exposure === "internal";
    const shared = webSocket !== undefined && (webSocket.host ?? host) === host && host !== undefined;
    return shared && hasLoadBalancer && listeners.some((name) => name !== "wss")
        ? {
              key: `${key}.host`,
              value: webSocket.host,
              rule: "one name leads to one address, and the load balancer of the other listeners has another than the ingress controller or Gateway",
              remedy: `give it its own name, for example ws.${host}`,
          }
        : undefined;
}

/** What the user has to do for listener wss outside this program. */
export function webSocketWarnings({ edge }: ParsedGroups): string[] {
    const { webSocket } = edge;
    const host = webSocket?.host ?? edge.host;
    if (webSocket === undefined || host === undefined) {
        return [];
    }
    const where = webSocket.via === "ingress" ? "the ingress controller's address" : "the Gateway's address";
    return [`The name ${host} has to lead to ${where}: no DNS record is created for it.`];
}
