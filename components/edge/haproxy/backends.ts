import { brokerPorts } from "../../broker/ports";
import { type Affinity, brokerListeners, type EdgeListener, type EdgePlan } from "../plan";
import type { HaproxyConfigInput } from "./input";
import { hopBeforeHaproxy } from "./ports";
import { connectSeconds } from "./timeouts";

type BrokerListener = EdgeListener["broker"];

/** HAProxy 3.3 and newer want backends and frontends to differ in name. */
export function backendName(kind: BrokerListener): string {
    return `brokers-${kind}`;
}

/** The brokers behind one of their listeners, one line per ordinal of the StatefulSet whether its pod runs or not. */
export function brokerBackend(kind: BrokerListener, input: HaproxyConfigInput): string[] {
    const { plan } = input;
    const { namespace, release, headlessService, healthPath, maxReplicas } = input.broker;
    // Both listeners are up or down together, so each broker is checked once.
    const follows = kind === "ws" && brokerListeners(plan).includes("mqtt");
    const header =
        kind === "mqtt" && input.clientCertificates?.commonNameAsUser === true
            ? "send-proxy-v2-ssl-cn"
            : "send-proxy-v2";
    const servers = Array.from({ length: maxReplicas }, (_, ordinal) => {
        const pod = `${release}-${ordinal}`;
        const address = `${pod}.${headlessService}.${namespace}.svc.cluster.local:${brokerPorts[kind]}`;
        return `    server ${pod} ${address} id ${ordinal + 1}${follows ? ` track ${backendName("mqtt")}/${pod}` : ""}`;
    });
    return [
        `backend ${backendName(kind)}`,
        ...(kind === "ws" ? ["    mode http", "    http-reuse never"] : connackWait(connectSeconds(input))),
        ...balance(affinityOf(kind, plan)),
        ...(follows ? [] : healthCheck(healthPath)),
        `    default-server${follows ? "" : ` check port ${brokerPorts.http} inter 2s fastinter 500ms downinter 1s fall 3 rise 2`} ${header} weight ${ringWeight} resolvers cluster resolve-prefer ipv4 init-addr none`,
        ...servers,
    ];
}

/**
 * A server has 16 points on the ring for each unit of weight, and the more there are the more even the shares: of 2,000 addresses the
 * fullest of four brokers got 1.17 times its part with weight 1, 1.08 with 16 and 1.04 with 256, the highest, which is 4096 points.
 */
const ringWeight = 256;

/**
 * The affinity that HAProxy itself can keep. A WebSocket client sends its CONNECT only after a broker has answered the upgrade, so its
 * client id is not known when the broker is chosen; its address is, unless a gateway hides it.
 */
function affinityOf(kind: BrokerListener, plan: EdgePlan): Affinity {
    if (kind === "mqtt" || plan.affinity !== "client-id") {
        return plan.affinity;
    }
    // Through an ingress or gateway the address comes with each request.
    return plan.webSocket !== undefined || seesClients(plan) ? "source-ip" : "none";
}

/** Whether addresses are the clients' own: with a gateway's in their place, a rule per source would treat all clients as one. */
export function seesClients(plan: EdgePlan): boolean {
    return hopBeforeHaproxy(plan)?.keepsClientAddress ?? true;
}

/**
 * Bounds the wait for a CONNACK. A broker that is frozen takes connections and says nothing, and without a look at its first bytes the client
 * would be held until the tunnel's timeout. A WebSocket client's upgrade is bounded by `timeout server` alone; once it is answered, HAProxy
 * cannot see the packets in it.
 */
function connackWait(seconds: number): string[] {
    return [
        `    tcp-response inspect-delay ${seconds}s`,
        "    tcp-response content accept if { res.len gt 0 }",
        "    tcp-response content reject",
    ];
}

function balance(affinity: Affinity): string[] {
    const ring = [
        "    # Fixed ids give every HAProxy the same ring; a broker that comes or goes moves its own share and no more.",
        "    hash-type consistent",
    ];
    switch (affinity) {
        case "source-ip":
            return ["    balance source", ...ring];
        case "client-id":
            return ["    balance hash var(txn.client_id)", ...ring];
        case "none":
            return ["    balance leastconn"];
    }
}

function healthCheck(path: string): string[] {
    return [
        "    # 503 while a listener is suspended or down; /health/ping would not tell.",
        "    option httpchk",
        `    http-check send meth GET uri ${path}`,
        "    http-check expect status 200",
    ];
}

/** How pods are found: by name through the headless Service. A name that does not resolve is a server that is down. */
export function resolvers(): string[] {
    return [
        "resolvers cluster",
        "    parse-resolv-conf",
        "    accepted_payload_size 8192",
        "    resolve_retries 3",
        "    timeout resolve 1s",
        "    timeout retry 1s",
        "    # How soon a new or moved pod is seen, and how soon a name that is gone counts as gone.",
        "    hold valid 5s",
        "    hold obsolete 10s",
        "    hold nx 10s",
        "    # A DNS server in trouble says nothing about the brokers; their health checks do.",
        "    hold timeout 1h",
        "    hold refused 1h",
        "    hold other 1h",
    ];
}
