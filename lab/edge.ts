import { join } from "node:path";
import { listenerHealthPaths } from "../components/broker/names";
import { brokerPorts } from "../components/broker/ports";
import { haproxyConfig } from "../components/edge/haproxy/config";
import type { HaproxyConfigInput } from "../components/edge/haproxy/input";
import { certificateFolder, configFolder, files, runFolder } from "../components/edge/haproxy/folder";
import { haproxyPorts } from "../components/edge/haproxy/ports";
import { sessionTicketsLua } from "../components/edge/haproxy/session-tickets";
import { certificateRenewal } from "../components/edge/haproxy/tls";
import type { EdgePlan } from "../components/edge/plan";
import type { Certificate } from "./certificates";
import { Haproxy, type Replacement, rewrite } from "./haproxy";

/** HAProxy on loopback as it is deployed in a cluster: the same text, other addresses and paths. */
export interface LoopbackHaproxyOptions {
    readonly plan: EdgePlan;
    /** Address that HAProxy listens on, with the ports of its container. */
    readonly address: string;
    /** Addresses of the brokers by ordinal; their ports are VerneMQ's own. */
    readonly brokerAddresses: readonly string[];
    readonly certificate: Certificate;
    readonly maxConnections: number;
    readonly connectionsPerSourcePerSecond: number;
    /** TLS handshakes that it begins in a second. Default: follows from `maxConnections`. */
    readonly handshakesPerSecond?: number;
    /** How long a TLS session may be resumed at any HAProxy, in seconds. Default: not at all. */
    readonly sessionSeconds?: number;
    /** What is changed on purpose, before addresses and paths are put in. */
    readonly faults?: readonly Replacement[];
    /** PEM of the CA whose clients are let in; required where the plan asks for client certificates. */
    readonly clientCa?: string;
    /** File that its log of connections is added to. Default: kept by this process. */
    readonly logFile?: string;
}

const names = {
    namespace: "vernemq",
    release: "vernemq",
    headlessService: "vernemq-headless",
    healthPath: listenerHealthPaths.helm,
} as const;

/** Name of the broker with this ordinal: its pod's. */
export function brokerName(ordinal: number): string {
    return `${names.release}-${ordinal}`;
}

/** Starts HAProxy and waits until it serves and every broker has passed its health check. */
export async function startLoopbackHaproxy(options: LoopbackHaproxyOptions): Promise<Haproxy> {
    const { plan, address, certificate, clientCa } = options;
    const input: HaproxyConfigInput = {
        plan,
        broker: { ...names, maxReplicas: options.brokerAddresses.length },
        maxConnections: options.maxConnections,
        connectionsPerSourcePerSecond: options.connectionsPerSourcePerSecond,
        handshakesPerSecond: options.handshakesPerSecond,
        sessionSeconds: options.sessionSeconds,
        clientCertificates: clientCa === undefined ? undefined : { revocation: false, commonNameAsUser: false },
    };
    const config = rewrite(haproxyConfig(input), options.faults ?? []);
    const haproxy = await Haproxy.start({
        config,
        replacements: (directory) => replacements(config, options, directory),
        files: {
            [inFolder(certificateFolder, files.certificate)]: certificate.certificatePem,
            [inFolder(certificateFolder, files.privateKey)]: certificate.privateKeyPem,
            [inFolder(configFolder, files.certificateRenewal)]: certificateRenewal,
            [inFolder(configFolder, files.sessionTickets)]: sessionTicketsLua,
            [inFolder(runFolder, "README")]: "HAProxy makes the socket of its runtime API here.\n",
            ...(clientCa === undefined ? {} : { [inFolder(configFolder, files.clientCa)]: clientCa }),
        },
        endpoints: plan.listeners.map(({ name }) => ({ host: address, port: haproxyPorts[name] })),
        health: { host: address, port: haproxyPorts.health },
        logFile: options.logFile,
    });
    try {
        await haproxy.until(
            () => seesBrokers(address, options.brokerAddresses.length),
            "brokers pass their health checks",
        );
    } catch (error) {
        await haproxy.stop();
        throw error;
    }
    return haproxy;
}

function replacements(config: string, options: LoopbackHaproxyOptions, directory: string): readonly Replacement[] {
    const { headlessService, namespace } = names;
    return [
        ["    bind :", `    bind ${options.address}:`],
        ...options.brokerAddresses.map((address, ordinal): Replacement => {
            const host = `${brokerName(ordinal)}.${headlessService}.${namespace}.svc.cluster.local:`;
            return [host, `${address}:`];
        }),
        ...[certificateFolder, configFolder, runFolder]
            .filter((folder) => config.includes(`${folder}/`))
            .map((folder): Replacement => [`${folder}/`, `${join(directory, folder)}/`]),
    ];
}

function inFolder(folder: string, file: string): string {
    return join(".", folder, file);
}

/** HAProxy's own metrics tell how many servers it takes for up. */
async function seesBrokers(address: string, count: number): Promise<boolean> {
    const response = await fetch(`http://${address}:${haproxyPorts.health}/metrics`);
    const up = (await response.text()).match(/^haproxy_server_status\{[^}]*state="UP"[^}]*\} 1$/gm) ?? [];
    return new Set(up.map((line) => /server="([^"]+)"/.exec(line)?.[1])).size === count;
}

/** The ports that brokers on loopback listen on: VerneMQ's own, as the configuration names them. */
export const loopbackBrokerPorts = {
    mqtt: brokerPorts.mqtt,
    ws: brokerPorts.ws,
    internal: brokerPorts.internal,
    health: brokerPorts.http,
} as const;
