import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cipherList } from "../../components/edge/haproxy/tls";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { defaultSessionHours } from "../../components/edge/haproxy/session-tickets";
import { defaultRequirements, type EdgePlan } from "../../components/edge/plan";
import { planEdge } from "../../components/edge/planner";
import { existing } from "../../stacks/targets/existing";
import { Child } from "../../lab/child";
import type { Certificate } from "../../lab/certificates";
import { loopbackBrokerPorts, startLoopbackHaproxy } from "../../lab/edge";
import { MissingToolError, need, type Tool, tools } from "../../lab/tools";
import type { Endpoint } from "./protocol";

interface Ground {
    /** A folder for configurations; certificate and key are in it as tls.crt and tls.key. */
    readonly folder: string;
    readonly certificate: Certificate;
    /** Address of the broker that demands PROXY headers, and of the one that takes none. */
    readonly brokerBehindEdge: string;
    readonly plainBroker: string;
    /** Loopback address for this contestant alone. */
    readonly address: string;
}

/** A server that runs and can be measured. */
export interface Running {
    readonly endpoint: Endpoint;
    /** The process (with its children) whose processor time is the contestant's; null where it is the broker's. */
    readonly pid: number | null;
    readonly version: string;
    stop(): Promise<void>;
}

export interface Contestant {
    readonly key: ContestantKey;
    readonly title: string;
    /** Without TLS: what the added latency and the price of TLS are counted from. */
    readonly baseline?: ContestantKey;
    start(ground: Ground): Promise<Running>;
}

export type ContestantKey = "plain" | "haproxy" | "nginx" | "stunnel" | "mosquitto-plain" | "mosquitto";

/** Worker processes or threads, wherever they can be set. */
const workers = availableParallelism();
/** Twice this in file descriptors has to be allowed. */
const maxConnections = 4000;
/** Handshakes a second beyond any processor, so that HAProxy begins each at once, as the others do. */
export const withoutPace = 1_000_000;
const mqttsPort = haproxyPorts.mqtts;
const tls12 = cipherList.tls12.join(":");
const tls13 = cipherList.tls13.join(":");

export const contestants: readonly Contestant[] = [
    {
        key: "plain",
        title: "broker without TLS",
        start: ({ plainBroker }) =>
            Promise.resolve({
                endpoint: { host: plainBroker, port: loopbackBrokerPorts.mqtt, tls: false },
                pid: null,
                version: "embedded",
                stop: () => Promise.resolve(),
            }),
    },
    { key: "haproxy", title: "HAProxy (as deployed)", baseline: "plain", start: startHaproxy },
    { key: "nginx", title: "nginx stream", baseline: "plain", start: startNginx },
    { key: "stunnel", title: "stunnel", baseline: "plain", start: startStunnel },
    {
        key: "mosquitto-plain",
        title: "mosquitto without TLS",
        start: (ground) => startMosquitto(ground, false),
    },
    {
        key: "mosquitto",
        title: "mosquitto terminates TLS itself",
        baseline: "mosquitto-plain",
        start: (ground) => startMosquitto(ground, true),
    },
];

/** The edge of an existing cluster whose HAProxy terminates TLS. */
export function existingEdge(): EdgePlan {
    const decision = planEdge(existing, {
        ...defaultRequirements,
        listeners: ["mqtts"],
        terminateTls: "haproxy",
        certificateSource: "self-signed",
    });
    if (!decision.ok) {
        throw new Error(JSON.stringify(decision.problems));
    }
    return decision.plan;
}

async function startHaproxy({ address, brokerBehindEdge, certificate, folder }: Ground): Promise<Running> {
    const haproxy = await startLoopbackHaproxy({
        plan: existingEdge(),
        address,
        brokerAddresses: [brokerBehindEdge],
        certificate,
        maxConnections,
        connectionsPerSourcePerSecond: 100_000,
        handshakesPerSecond: withoutPace,
        sessionSeconds: defaultSessionHours * 3600,
        logFile: join(folder, "haproxy.log"),
    });
    return {
        endpoint: { host: address, port: mqttsPort, tls: true },
        pid: haproxy.pid,
        version: versionOf(tools.haproxy, ["-v"], /version (\S+)/),
        stop: () => haproxy.stop(),
    };
}

/**
 * nginx with HAProxy's duties as far as it has them: affinity by source address, PROXY header, a log line for each connection, a limit for
 * each source (of open connections; it has none for their rate), TCP keepalives towards the broker, and sessions that resume for as
 * long, by tickets of a key that pods could share or, as many as HAProxy's default of 20,000, from a cache (1 MB is 4,000).
 */
async function startNginx({ address, brokerBehindEdge, folder }: Ground): Promise<Running> {
    const command = need(tools.nginx);
    const ticketKey = join(folder, "ticket.key");
    await writeFile(ticketKey, randomBytes(80));
    const config = `
daemon off;
user root;
worker_processes ${workers};
pid ${folder}/nginx.pid;
${nginxStreamModule(command)}
events {
    worker_connections ${maxConnections * 2};
}
stream {
    log_format edge '$remote_addr:$remote_port [$time_local] $upstream_addr $upstream_connect_time $session_time $bytes_received/$bytes_sent $status $ssl_protocol';
    access_log ${folder}/nginx.log edge;
    limit_conn_zone $binary_remote_addr zone=sources:10m;
    upstream brokers {
        hash $remote_addr consistent;
        server ${brokerBehindEdge}:${loopbackBrokerPorts.mqtt};
    }
    server {
        listen ${address}:${mqttsPort} ssl backlog=4096;
        ssl_certificate ${folder}/tls.crt;
        ssl_certificate_key ${folder}/tls.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_ciphers ${tls12};
        ssl_conf_command Ciphersuites ${tls13};
        ssl_session_ticket_key ${ticketKey};
        ssl_session_cache shared:sessions:5m;
        ssl_session_timeout ${defaultSessionHours}h;
        ssl_handshake_timeout 10s;
        limit_conn sources ${maxConnections};
        proxy_connect_timeout 5s;
        proxy_timeout 120s;
        proxy_socket_keepalive on;
        proxy_protocol on;
        proxy_pass brokers;
    }
}
`;
    const file = join(folder, "nginx.conf");
    await writeFile(file, config);
    return run(
        command,
        ["-e", "stderr", "-p", folder, "-c", file],
        address,
        versionOf(tools.nginx, ["-v"], /nginx\/(\S+)/),
    );
}

/** Where the stream module is built as a separate file, as Debian does, it has to be loaded. */
function nginxStreamModule(command: string): string {
    const { stdout, stderr } = spawnSync(command, ["-V"], { encoding: "utf8" });
    const file = "/usr/lib/nginx/modules/ngx_stream_module.so";
    if (existsSync(file)) {
        return `load_module ${file};`;
    }
    if (/--with-stream(?!=dynamic|_)/.test(stdout + stderr)) {
        return "";
    }
    throw new MissingToolError({ command: "nginx's stream module", debianPackage: "libnginx-mod-stream" });
}

async function startStunnel({ address, brokerBehindEdge, folder }: Ground): Promise<Running> {
    const command = need(tools.stunnel);
    const config = `
foreground = yes
pid =
syslog = no
output = ${folder}/stunnel.log
sslVersionMin = TLSv1.2
ciphers = ${tls12}
ciphersuites = ${tls13}
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
socket = r:SO_KEEPALIVE=1
[mqtts]
accept = ${address}:${mqttsPort}
connect = ${brokerBehindEdge}:${loopbackBrokerPorts.mqtt}
protocol = proxy
cert = ${folder}/tls.crt
key = ${folder}/tls.key
`;
    const file = join(folder, "stunnel.conf");
    await writeFile(file, config);
    return run(command, [file], address, versionOf(tools.stunnel, ["-version"], /stunnel (\S+)/));
}

/** mosquitto is a broker: it terminates TLS itself, on one thread, and sends nothing on. */
async function startMosquitto({ address, folder }: Ground, tls: boolean): Promise<Running> {
    const command = need(tools.mosquitto);
    const port = tls ? mqttsPort : haproxyPorts.mqtt;
    const config = `
user root
persistence false
log_dest file ${folder}/mosquitto-${port}.log
allow_anonymous true
set_tcp_nodelay true
listener ${port} ${address}
${tls ? `certfile ${folder}/tls.crt\nkeyfile ${folder}/tls.key\nciphers ${tls12}\nciphers_tls1.3 ${tls13}` : ""}
`;
    const file = join(folder, `mosquitto-${port}.conf`);
    await writeFile(file, config);
    const version = versionOf(tools.mosquitto, ["-h"], /version (\S+)/);
    const running = await run(command, ["-c", file], address, version, port);
    return { ...running, endpoint: { host: address, port, tls } };
}

async function run(
    command: string,
    args: readonly string[],
    address: string,
    version: string,
    port: number = mqttsPort,
): Promise<Running> {
    const child = new Child(command, args);
    try {
        await child.ready([{ host: address, port }]);
    } catch (error) {
        await child.stop();
        throw error;
    }
    return {
        endpoint: { host: address, port, tls: true },
        pid: child.pid,
        version,
        stop: () => child.stop(),
    };
}

/** What the program says of its version; some say it on standard error, some with exit code 3. */
function versionOf(tool: Tool, args: readonly string[], pattern: RegExp): string {
    const { stdout, stderr } = spawnSync(need(tool), args, { encoding: "utf8" });
    return pattern.exec(stdout + stderr)?.[1] ?? "unknown";
}
