import { randomInt } from "node:crypto";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import { brokerPorts } from "../../../components/broker/ports";
import { haproxyConfig } from "../../../components/edge/haproxy/config";
import type { HaproxyConfigInput } from "../../../components/edge/haproxy/input";
import {
    certificateFolder,
    certificatePath,
    configFolder,
    files,
    onlyCertificate,
    runFolder,
    type ServedCertificateFiles,
} from "../../../components/edge/haproxy/folder";
import { haproxyPorts } from "../../../components/edge/haproxy/ports";
import { sessionTicketsLua } from "../../../components/edge/haproxy/session-tickets";
import { certificateRenewal } from "../../../components/edge/haproxy/tls";
import {
    defaultRequirements,
    type EdgePlan,
    type EdgeRequirements,
    type ListenerName,
} from "../../../components/edge/plan";
import { planEdge } from "../../../components/edge/planner";
import { targetOf } from "../../../stacks/targets/registry";
import { Broker } from "../../../lab/broker";
import {
    type Certificate,
    CertificateAuthority,
    type CertificateRequest,
    type KeyKind,
} from "../../../lab/certificates";
import { Haproxy, type Replacement } from "../../../lab/haproxy";
import { Router } from "../../../lab/router";
import { Dns } from "./dns";

/** What a test asks of its edge, beside the requirements. */
export interface EdgeOptions {
    readonly target?: string;
    readonly requirements?: Partial<EdgeRequirements>;
    readonly brokers?: number;
    readonly maxReplicas?: number;
    readonly replicas?: number;
    readonly maxConnections?: number;
    readonly connectionsPerSourcePerSecond?: number;
    readonly handshakesPerSecond?: number;
    readonly sessionSeconds?: number;
    readonly signInSeconds?: number;
    /** Kind of the server certificate's key. */
    readonly key?: KeyKind;
    /** Kind of the CA's key. Default: ecdsa. */
    readonly caKey?: KeyKind;
    /** Certificates beside the first one, by folder. */
    readonly furtherCertificates?: Readonly<Record<string, CertificateRequest & { readonly isDefault?: boolean }>>;
    readonly clientCertificates?: HaproxyConfigInput["clientCertificates"];
    /** Certificates that the revocation list names, made with the client CA. */
    readonly revoked?: (ca: CertificateAuthority) => Promise<readonly Certificate[]>;
}

/** The name that the certificates are issued for. */
export const host = "mqtt.example.com";

const requirements: EdgeRequirements = {
    ...defaultRequirements,
    listeners: ["mqtts", "wss", "mqtt"],
    certificateSource: "self-signed",
};

/** The plan of an edge, or a failed test where the requirements cannot be met. */
export function planOfEdge(target: string, changes: Partial<EdgeRequirements> = {}): EdgePlan {
    const decision = planEdge(targetOf(target), { ...requirements, ...changes });
    if (!decision.ok) {
        throw new Error(JSON.stringify(decision.problems));
    }
    return decision.plan;
}

/**
 * All that differs between the deployed text and the one that runs on loopback: the address to listen on, the DNS server in place of
 * the cluster's, and the folder of the mounted files.
 */
export function loopbackReplacements(
    config: string,
    address: string,
    dns: string,
    directory: string,
): readonly Replacement[] {
    return [
        ["    bind :", `    bind ${address}:`],
        ["    parse-resolv-conf\n", `    nameserver test ${dns}\n`],
        ...[configFolder, certificateFolder, runFolder]
            .filter((folder) => config.includes(`${folder}/`))
            .map((folder): Replacement => [`${folder}/`, `${directory}${folder}/`]),
    ];
}

/** Brokers, their DNS server and HAProxy replicas in front of them, all on loopback addresses of this edge alone. */
export class Edge {
    readonly brokers: Broker[] = [];
    readonly haproxies: Haproxy[] = [];
    /** The generator's text, before addresses and paths are replaced. */
    readonly config: string;
    /** Broker name by client id, of the clients that are connected now. */
    readonly places = new Map<string, string>();
    /** Client address that the broker saw, by client id. */
    readonly addresses = new Map<string, string>();
    readonly #prefix: string;
    readonly #router = new Router();

    private constructor(
        readonly plan: EdgePlan,
        readonly dns: Dns,
        readonly ca: CertificateAuthority,
        /** What the generator was given. */
        readonly input: HaproxyConfigInput,
        prefix: string,
    ) {
        this.#prefix = prefix;
        this.config = haproxyConfig(input);
    }

    static async start(options: EdgeOptions = {}): Promise<Edge> {
        const plan = planOfEdge(options.target ?? "existing", options.requirements);
        const { prefix, dns } = await freeNetwork();
        const edge = new Edge(
            plan,
            dns,
            await CertificateAuthority.create("VerneMQ lab CA", 7, options.caKey),
            {
                plan,
                broker: {
                    namespace: "vernemq",
                    release: "vernemq",
                    headlessService: "vernemq-headless",
                    healthPath: "/health/listeners",
                    maxReplicas: options.maxReplicas ?? 9,
                },
                maxConnections: options.maxConnections ?? 9000,
                connectionsPerSourcePerSecond: options.connectionsPerSourcePerSecond ?? 100_000,
                handshakesPerSecond: options.handshakesPerSecond,
                sessionSeconds: options.sessionSeconds,
                signInSeconds: options.signInSeconds,
                certificates: servedFiles(options),
                ...(options.clientCertificates === undefined ? {} : { clientCertificates: options.clientCertificates }),
            },
            prefix,
        );
        try {
            for (let ordinal = 0; ordinal < (options.brokers ?? 4); ordinal++) {
                await edge.addBroker();
            }
            const revoked = await options.revoked?.(edge.ca);
            const more: Record<string, string> = {};
            if (revoked !== undefined) {
                more[`.${configFolder}/${files.clientCrl}`] = await edge.ca.revoke(revoked);
            }
            for (const [folder, request] of Object.entries(options.furtherCertificates ?? {})) {
                const issued = await edge.ca.issue(request);
                more[`.${certificatePath(folder, files.certificate)}`] = issued.certificatePem;
                more[`.${certificatePath(folder, files.privateKey)}`] = issued.privateKeyPem;
            }
            const certificate = await edge.ca.issue({ commonName: host, dnsNames: [host], key: options.key });
            for (let replica = 0; replica < (options.replicas ?? 1); replica++) {
                await edge.#addHaproxy(certificate, more);
            }
            return edge;
        } catch (error) {
            await edge.stop();
            throw error;
        }
    }

    /** What a client needs to trust this edge. */
    get tls(): ConnectionOptions {
        return { ca: this.ca.pem, servername: host };
    }

    /** Where a client dials for a listener. */
    endpoint(listener: ListenerName, replica = 0): { host: string; port: number; tls?: ConnectionOptions } {
        const encrypted =
            listener !== "mqtt" && this.plan.hops.some((hop) => hop.kind === "haproxy" && hop.terminatesTls);
        return {
            host: this.address(replica),
            port: haproxyPorts[listener],
            ...(encrypted ? { tls: this.tls } : {}),
        };
    }

    /** The DNS server that HAProxy asks, in place of the cluster's. */
    get dnsServer(): string {
        return `${this.#prefix}.1:${this.dns.port}`;
    }

    /** The address of a HAProxy replica, the first unless told. */
    address(replica = 0): string {
        return `${this.#prefix}.${100 + replica}`;
    }

    /** Starts the broker with the next ordinal and gives it its name. */
    addBroker(): Promise<Broker> {
        return this.#startBroker(this.brokers.length, 10 + this.brokers.length);
    }

    /** Starts a broker that was killed anew, at another address, as a pod that is recreated. */
    moveBroker(ordinal: number): Promise<Broker> {
        return this.#startBroker(ordinal, 60 + ordinal);
    }

    /** The name by which HAProxy looks for a broker. */
    brokerHost(ordinal: number): string {
        const { release, headlessService, namespace } = this.input.broker;
        return `${release}-${ordinal}.${headlessService}.${namespace}.svc.cluster.local`;
    }

    async #startBroker(ordinal: number, lastByte: number): Promise<Broker> {
        const name = `${this.input.broker.release}-${ordinal}`;
        const broker = new Broker({
            name,
            address: `${this.#prefix}.${lastByte}`,
            ports: { mqtt: brokerPorts.mqtt, ws: brokerPorts.ws, health: brokerPorts.http },
            router: this.#router,
        });
        broker.on("connect", (session) => {
            this.places.set(session.clientId, name);
            this.addresses.set(session.clientId, session.peer.address);
        });
        broker.on("disconnect", (session) => {
            // A client that has moved on is at its new broker already.
            if (this.places.get(session.clientId) === name) {
                this.places.delete(session.clientId);
            }
        });
        await broker.start();
        this.brokers[ordinal] = broker;
        this.dns.set(this.brokerHost(ordinal), broker.address);
        return broker;
    }

    async #addHaproxy(certificate: Certificate, more: Readonly<Record<string, string>>): Promise<void> {
        const replica = this.haproxies.length;
        const address = this.address(replica);
        const dns = this.dnsServer;
        const health = { host: address, port: haproxyPorts.health };
        const haproxy = await Haproxy.start({
            config: this.config,
            replacements: (directory) => loopbackReplacements(this.config, address, dns, directory),
            files: {
                [`.${certificateFolder}/${files.certificate}`]: certificate.certificatePem,
                [`.${certificateFolder}/${files.privateKey}`]: certificate.privateKeyPem,
                [`.${configFolder}/${files.certificateRenewal}`]: certificateRenewal,
                [`.${configFolder}/${files.sessionTickets}`]: sessionTicketsLua,
                [`.${configFolder}/${files.clientCa}`]: this.ca.pem,
                [`.${runFolder}/README`]: "The socket of the runtime API is created here.\n",
                ...more,
            },
            endpoints: [health],
            health,
        });
        this.haproxies.push(haproxy);
        await this.waitForBrokers(this.brokers.length, replica);
    }

    /** How many brokers a HAProxy takes for up. */
    async brokersUp(replica = 0): Promise<number> {
        const { body } = await get(this.address(replica), haproxyPorts.health, "/metrics");
        const proxy = this.plan.listeners.some(({ broker }) => broker === "mqtt") ? "brokers-mqtt" : "brokers-ws";
        return body
            .split("\n")
            .filter((line) => line.startsWith("haproxy_server_status{") && line.includes(`proxy="${proxy}"`))
            .filter((line) => line.includes('state="UP"') && line.endsWith(" 1")).length;
    }

    async waitForBrokers(count: number, replica = 0): Promise<void> {
        await until(async () => (await this.brokersUp(replica)) === count, `${count} brokers up`);
    }

    async stop(): Promise<void> {
        await Promise.all(this.haproxies.map((haproxy) => haproxy.stop()));
        await Promise.all(this.brokers.filter(({ listening }) => listening).map((broker) => broker.kill()));
        await this.dns.stop();
    }
}

/** The certificates of an edge in the order that the deployed one has them. */
function servedFiles({ furtherCertificates = {} }: EdgeOptions): readonly ServedCertificateFiles[] {
    const further = Object.entries(furtherCertificates).map(([folder, { isDefault = false }]) => ({
        folder,
        isDefault,
    }));
    return [
        ...further.filter(({ isDefault }) => isDefault),
        ...onlyCertificate,
        ...further.filter(({ isDefault }) => !isDefault),
    ];
}

/** The first three bytes of loopback addresses that no other edge of this machine has, and the DNS server that claims them. */
async function freeNetwork(): Promise<{ readonly prefix: string; readonly dns: Dns }> {
    for (;;) {
        const prefix = `127.${randomInt(100, 250)}.${randomInt(1, 250)}`;
        try {
            return { prefix, dns: await Dns.start(`${prefix}.1`) };
        } catch (error) {
            if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) {
                throw error;
            }
        }
    }
}

/** Waits for a condition. The timeout ends only what will never come: it is many times what a busy machine takes. */
export async function until(
    condition: () => boolean | Promise<boolean>,
    what: string,
    timeoutMs = 180_000,
): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await condition())) {
        if (Date.now() > deadline) {
            throw new Error(`${what}: not within ${timeoutMs} ms`);
        }
        await sleep(50);
    }
}

export function get(address: string, port: number, path: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
        request({ host: address, port, path, agent: false }, (response) => {
            let body = "";
            response.setEncoding("utf8").on("data", (text: string) => {
                body += text;
            });
            response.on("end", () => {
                resolve({ status: response.statusCode ?? 0, body });
            });
        })
            .on("error", reject)
            .end();
    });
}
