import type { HaproxyConfigInput } from "./input";
import { keepsNobodyOut } from "../../common/addresses";
import {
    brokerListeners,
    type EdgeListener,
    type EdgePlan,
    type Hop,
    keepaliveIntervalFor,
    shortestTrackingSeconds,
    type WebSocketRoute,
} from "../plan";
import { summarizeEdge } from "../summary";
import { backendName, brokerBackend, resolvers, seesClients } from "./backends";
import { drain } from "./drain";
import { onlyCertificate } from "./folder";
import { haproxyPorts, hopBeforeHaproxy } from "./ports";
import { defaultHandshakesPerSecond } from "./resources";
import { connectSeconds, handshakeSeconds } from "./timeouts";
import { handshakePace, type TlsBind, tlsBind, tlsPolicy } from "./tls";

/** Connections beyond `maxConnections` that are kept for probes: a full HAProxy is busy, not dead. */
const connectionsForProbes = 64;

/** Who, where to, how long and why it ended. No user name, no client id, no payload. */
const logFormat =
    '    log-format "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt bytes=%U/%B end=%ts tls=%sslv connections=%ac/%fc/%bc/%sc retries=%rc"';

/** Sources whose connection rate is remembered. The oldest make room for new ones. */
const rememberedSources = "200k";

/** A line of HAProxy's configuration has at most 64 words. */
const networksPerLine = 32;

/** The configuration of HAProxy 2.6 or newer. Pure: the deployed ConfigMap and the tests that run HAProxy use the same text. */
export function haproxyConfig(input: HaproxyConfigInput): string {
    const { plan } = input;
    const haproxy = plan.hops.find((hop) => hop.kind === "haproxy");
    if (haproxy === undefined) {
        throw new Error("this edge plan has no HAProxy hop");
    }
    const edge: Edge = { ...input, haproxy, before: hopBeforeHaproxy(plan) };
    const sections = [
        [`# ${summarizeEdge(plan)}`, "# Generated; a change is lost at the next update."],
        global(edge),
        [...defaults(edge), ...keepalives(plan)],
        probe(edge),
        ...plan.listeners.map((listener) => frontend(listener, edge)),
        ...(plan.webSocket === undefined ? [] : [webFrontend(plan.webSocket, edge)]),
        ...(seesClients(plan) || plan.webSocket !== undefined ? [sources()] : []),
        ...brokerListeners(plan).map((kind) => brokerBackend(kind, input)),
        resolvers(),
    ];
    return sections.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

interface Edge extends HaproxyConfigInput {
    readonly haproxy: Hop;
    /** The hop that hands connections to HAProxy. */
    readonly before: Hop | undefined;
}

function expectsProxyHeader({ before }: Edge): boolean {
    return before !== undefined && before.sends !== "none";
}

function handshakesPerSecond({ handshakesPerSecond: chosen, maxConnections }: HaproxyConfigInput): number {
    return chosen ?? defaultHandshakesPerSecond(maxConnections);
}

function global(edge: Edge): string[] {
    const { haproxy, maxConnections, plan } = edge;
    return [
        "global",
        "    log stdout format raw local0 info",
        `    # ${maxConnections} for clients; the others keep probes answered when HAProxy is full.`,
        `    maxconn ${maxConnections + connectionsForProbes}`,
        "    # What is left of the clients when a pod has stopped accepting.",
        `    hard-stop-after ${drain.softStopSeconds}s`,
        "    spread-checks 10",
        ...(haproxy.terminatesTls
            ? [...handshakePace(handshakesPerSecond(edge)), ...tlsPolicy(plan.minimumTlsVersion, edge)]
            : []),
    ];
}

function defaults(edge: Edge): string[] {
    const seconds = connectSeconds(edge).toString();
    return [
        "defaults",
        "    log global",
        "    mode tcp",
        "    option dontlognull",
        "    # Until a broker has answered, a silent peer has this long (handshakes included: HAProxy 2.6 has no timeout for them alone).",
        `    timeout client ${seconds}s`,
        `    timeout server ${seconds}s`,
        "    # From then on 1.5 keepalives and some more, so that the broker is the one who gives up a silent client.",
        `    timeout tunnel ${edge.haproxy.idleTimeoutSeconds ?? 0}s`,
        "    timeout client-fin 10s",
        "    timeout server-fin 10s",
        "    timeout connect 5s",
        "    timeout check 5s",
        `    timeout http-request ${handshakeSeconds}s`,
        "    timeout http-keep-alive 1s",
        "    # A broker that has just died: try again, and then the next one on the ring.",
        "    retries 3",
        "    option redispatch",
    ];
}

/**
 * TCP keepalives towards brokers, always: connection tracking forgets a silent connection (after 350 s on AWS Nitro v6 instances, 24 h
 * elsewhere), and a node that died tells no connection so. Those towards devices cost radio traffic, so they are a choice.
 */
function keepalives({ tcpKeepaliveSeconds }: EdgePlan): string[] {
    return [
        ...tcpKeepalive("srv", keepaliveIntervalFor(shortestTrackingSeconds)),
        ...(tcpKeepaliveSeconds === null ? [] : tcpKeepalive("cli", tcpKeepaliveSeconds)),
    ];
}

function tcpKeepalive(side: "srv" | "cli", seconds: number): string[] {
    return [
        `    option ${side}tcpka`,
        `    ${side}tcpka-idle ${seconds}s`,
        `    ${side}tcpka-intvl ${seconds}s`,
        `    ${side}tcpka-cnt 3`,
    ];
}

/** Health and metrics on their own ports. */
function probe(edge: Edge): string[] {
    const [first] = brokerListeners(edge.plan).map(backendName);
    return [
        "frontend probe",
        "    mode http",
        "    no log",
        `    bind :${haproxyPorts.health} name probe`,
        ...(edge.before?.sends === "v2"
            ? [
                  "    # A load balancer that sends PROXY v2 may send it with health checks too.",
                  `    bind :${haproxyPorts.healthBehindProxyHeader} name behind-proxy-header accept-proxy`,
              ]
            : []),
        `    acl has_broker nbsrv(${first ?? ""}) ge 1`,
        '    http-request return status 200 content-type text/plain string "ready" if { path /healthz } has_broker',
        '    http-request return status 503 content-type text/plain string "no broker" if { path /healthz }',
        '    http-request return status 200 content-type text/plain string "alive" if { path /livez } { so_name probe }',
        "    http-request use-service prometheus-exporter if { path /metrics } { so_name probe }",
        "    http-request return status 404",
    ];
}

function frontend(listener: EdgeListener, edge: Edge): string[] {
    const bind = `bind :${haproxyPorts[listener.name]}${expectsProxyHeader(edge) ? " accept-proxy" : ""}`;
    const terminatesTls = listener.tls && edge.haproxy.terminatesTls;
    return [
        `frontend ${listener.name}`,
        ...(terminatesTls ? handshakeQueue(handshakesPerSecond(edge)) : []),
        ...(listener.broker === "ws" ? ["    mode http"] : []),
        ...(terminatesTls ? tlsBind(bind, tlsOptions(listener, edge)) : [`    ${bind}`]),
        logFormat,
        ...connectionLimit(edge),
        ...sourceRules(edge),
        ...(listener.broker === "ws" ? webSocketRules() : mqttRules(edge.plan)),
        `    default_backend ${backendName(listener.broker)}`,
    ];
}

function tlsOptions({ broker }: EdgeListener, edge: Edge): TlsBind {
    const { certificates, clientCertificates, plan, sessionSeconds } = edge;
    return {
        certificates: certificates ?? onlyCertificate,
        tickets: sessionSeconds !== undefined,
        ...(plan.clientCertificates ? { clients: { revocation: clientCertificates?.revocation ?? false } } : {}),
        ...(broker === "ws" ? { alpn: "http/1.1" } : {}),
    };
}

/**
 * How many clients wait for their handshake: as many as get their turn within the time that a handshake may take. Those beyond dial again by
 * themselves (TCP). In a longer queue each would have given up before its turn, and HAProxy would shake hands with the dead.
 */
function handshakeQueue(perSecond: number): string[] {
    return [`    backlog ${perSecond * handshakeSeconds}`];
}

/** Name of the frontend for an ingress controller or Gateway. */
const webName = "web";

/**
 * WebSocket clients as an ingress controller or Gateway hands them over, without TLS and with the client's address in X-Forwarded-For.
 * From here on that address is the client's, for rules, affinity and the PROXY header alike; a request without it would be taken for one
 * of the controller's own, so it is refused. Who may write the header is the NetworkPolicy's affair.
 */
function webFrontend({ forwardedHops }: WebSocketRoute, edge: Edge): string[] {
    const address = `req.hdr_ip(x-forwarded-for,-${forwardedHops})`;
    const rate = edge.connectionsPerSourcePerSecond.toString();
    return [
        `frontend ${webName}`,
        "    mode http",
        `    bind :${haproxyPorts.web}`,
        logFormat,
        ...connectionLimit(edge),
        `    http-request deny deny_status 400 unless { ${address} -m found }`,
        `    http-request set-src ${address}`,
        ...(keepsNobodyOut(edge.plan.allowedCidrs)
            ? []
            : [...allowedNetworks(edge.plan), "    http-request deny deny_status 403 unless is_allowed"]),
        "    # An IPv6 client owns its /64, so that counts as one source.",
        "    http-request track-sc0 src,ipmask(32,64) table sources",
        `    http-request deny deny_status 429 if { sc0_conn_rate gt ${rate} }`,
        ...webSocketRules(),
        `    default_backend ${backendName("ws")}`,
    ];
}

function allowedNetworks({ allowedCidrs }: EdgePlan): string[] {
    return Array.from({ length: Math.ceil(allowedCidrs.length / networksPerLine) }, (_, line) => {
        const networks = allowedCidrs.slice(line * networksPerLine, (line + 1) * networksPerLine);
        return `    acl is_allowed src ${networks.join(" ")}`;
    });
}

/** The limit counts all listeners together, before anything is spent on the connection. */
function connectionLimit({ plan, maxConnections }: Edge): string[] {
    const names = [...plan.listeners.map(({ name }) => name), ...(plan.webSocket === undefined ? [] : [webName])];
    const counts = names.map(
        (name, index) =>
            `    tcp-request connection set-var(sess.clients) fe_conn(${name})${index === 0 ? "" : ",add(sess.clients)"}`,
    );
    return [...counts, `    tcp-request connection reject if { var(sess.clients) -m int gt ${maxConnections} }`];
}

/** What an address may do. Behind a PROXY header the client's address is known only once the header (and the handshake) is in. */
function sourceRules(edge: Edge): string[] {
    if (!seesClients(edge.plan)) {
        return ["    # Addresses here are a gateway's, so no rule goes by them."];
    }
    const moment = expectsProxyHeader(edge) ? "session" : "connection";
    return [
        ...(keepsNobodyOut(edge.plan.allowedCidrs)
            ? []
            : [...allowedNetworks(edge.plan), `    tcp-request ${moment} reject unless is_allowed`]),
        "    # An IPv6 client owns its /64, so that counts as one source.",
        `    tcp-request ${moment} track-sc0 src,ipmask(32,64) table sources`,
        `    tcp-request ${moment} reject if { sc0_conn_rate gt ${edge.connectionsPerSourcePerSecond} }`,
    ];
}

function sources(): string[] {
    return ["backend sources", `    stick-table type ipv6 size ${rememberedSources} expire 10s store conn_rate(1s)`];
}

/** Only a whole CONNECT of MQTT 3.1, 3.1.1 or 5 gets through to a broker. It has to fit HAProxy's buffer: 15 KiB, last will included. */
function mqttRules(plan: EdgePlan): string[] {
    return [
        `    tcp-request inspect-delay ${handshakeSeconds}s`,
        "    tcp-request content reject unless { req.payload(0,0),mqtt_field_value(connect,protocol_name) -m found }",
        ...(plan.affinity === "client-id"
            ? [
                  "    # An empty client id leaves this unset, and the brokers take turns.",
                  "    tcp-request content set-var(txn.client_id) req.payload(0,0),mqtt_field_value(connect,client_identifier)",
              ]
            : []),
    ];
}

/** VerneMQ's only WebSocket path and its two subprotocols. What follows the upgrade is the broker's to check. */
function webSocketRules(): string[] {
    return [
        "    http-request deny deny_status 404 unless { path /mqtt }",
        "    http-request deny deny_status 400 unless { hdr(upgrade) -i websocket }",
        "    http-request deny deny_status 400 unless { hdr(sec-websocket-protocol) -i mqtt mqttv3.1 }",
    ];
}
