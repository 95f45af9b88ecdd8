import { addressAfter } from "../components/common/addresses";
import { EventEmitter } from "node:events";
import { defaultSessionHours } from "../components/edge/haproxy/session-tickets";
import { type Affinity, defaultRequirements, type EdgePlan } from "../components/edge/plan";
import { planEdge } from "../components/edge/planner";
import { existing } from "../stacks/targets/existing";
import { Broker, type BrokerOptions } from "./broker";
import { type Breakage, certificateDays, certificateDates, haproxyFaults } from "./broken";
import { type Certificate, CertificateAuthority } from "./certificates";
import { brokerName, loopbackBrokerPorts, startLoopbackHaproxy } from "./edge";
import type { Haproxy } from "./haproxy";
import { Router } from "./router";
import type { Session } from "./session";

export interface LabOptions {
    readonly brokers: number;
    readonly replicas: number;
    readonly affinity: Affinity;
    /** Address of the first HAProxy; the next ones follow, and the brokers are in the /24 after it. */
    readonly address: string;
    /** Passwords by user name. Default: everyone may connect. */
    readonly users?: ReadonlyMap<string, string>;
    /** Whether a user may publish to a topic. Default: all may. */
    readonly mayPublish?: BrokerOptions["mayPublish"];
    readonly clientCertificates: boolean;
    /** What is wrong with it, on purpose. Default: nothing. */
    readonly broken?: Breakage;
}

/** A client and the broker that it sits on. */
export interface Place {
    readonly broker: string;
    readonly session: Session;
}

/** Connections that one HAProxy takes: with two file descriptors each it stays under the common limit of 4,096 a process. */
const maxConnections = 1500;
/** Of so many refusals over WebSocket a broker cuts one short: VerneMQ does so now and then, whatever is wrong or right with it. */
const someRefusals = 4;
/** All clients of a lab come from few addresses. */
const connectionsPerSourcePerSecond = 1000;

/** The edge of an existing cluster as it is deployed, with brokers, HAProxy replicas and its own certificates, on loopback. */
export class LabCluster extends EventEmitter<{ connect: [place: Place]; disconnect: [place: Place] }> {
    readonly plan: EdgePlan;
    readonly brokers: readonly Broker[];
    readonly #haproxies: Haproxy[] = [];

    private constructor(
        options: LabOptions,
        /** PEM of the CA that signed the server's certificate. */
        readonly caPem: string,
        /** For clients, where the edge asks for certificates. */
        readonly clientCertificate: Certificate | null,
    ) {
        super();
        this.plan = edgePlan(options);
        const { broken, users, mayPublish } = options;
        const router = new Router();
        const isAlone = (ordinal: number) => broken === "broker-alone" && ordinal === options.brokers - 1;
        this.brokers = Array.from({ length: options.brokers }, (_, ordinal) => {
            const broker = new Broker({
                name: brokerName(ordinal),
                address: addressAfter(`${addressAfter(options.address, 256)}/24`, ordinal + 1),
                ports: loopbackBrokerPorts,
                router: isAlone(ordinal) ? new Router() : router,
                users: broken === "anonymous-open" ? undefined : users,
                passwdPluginDied: broken === "passwd-plugin-died",
                cutsRefusal: broken === "refusals-cut" ? 1 : someRefusals,
                mayPublish,
            });
            broker.on("connect", (session) => this.emit("connect", { broker: broker.name, session }));
            broker.on("disconnect", (session) => this.emit("disconnect", { broker: broker.name, session }));
            return broker;
        });
    }

    static async start(options: LabOptions): Promise<LabCluster> {
        const { broken } = options;
        const ca = await CertificateAuthority.create(undefined, 2 * certificateDays);
        const given = broken === "unknown-ca" ? await CertificateAuthority.create("Another CA") : ca;
        const client = options.clientCertificates ? await ca.issue({ commonName: "device", usage: "client" }) : null;
        const lab = new LabCluster(options, given.pem, client);
        const addresses = Array.from({ length: options.replicas }, (_, replica) =>
            addressAfter(options.address, replica),
        );
        const host =
            broken === "wrong-host"
                ? { commonName: "elsewhere.example.com", dnsNames: ["elsewhere.example.com"] }
                : { commonName: "localhost", dnsNames: ["localhost"], addresses };
        const certificate = await ca.issue({ ...host, ...certificateDates(broken, new Date()) });
        try {
            for (const broker of lab.brokers) {
                await broker.start();
            }
            for (const address of addresses) {
                lab.#haproxies.push(
                    await startLoopbackHaproxy({
                        plan: lab.plan,
                        address,
                        brokerAddresses: lab.brokers.map((broker) => broker.address),
                        certificate,
                        maxConnections,
                        connectionsPerSourcePerSecond,
                        sessionSeconds: client === null ? defaultSessionHours * 3600 : undefined,
                        faults: haproxyFaults(broken, lab.plan),
                        clientCa: client === null ? undefined : ca.pem,
                    }),
                );
            }
        } catch (error) {
            await lab.stop();
            throw error;
        }
        return lab;
    }

    /** Who is connected, broker by broker. */
    get places(): readonly Place[] {
        return this.brokers.flatMap((broker) => broker.sessions.map((session) => ({ broker: broker.name, session })));
    }

    async stop(): Promise<void> {
        await Promise.all(this.#haproxies.map((haproxy) => haproxy.stop()));
        await Promise.all(this.brokers.map((broker) => broker.stop()));
    }
}

function edgePlan({ affinity, clientCertificates }: LabOptions): EdgePlan {
    const decision = planEdge(existing, {
        ...defaultRequirements,
        affinity,
        terminateTls: "haproxy",
        certificateSource: "self-signed",
        clientCertificates,
    });
    if (!decision.ok) {
        throw new Error(decision.problems.map(({ rule, remedy }) => `${rule}: ${remedy}`).join("\n"));
    }
    return decision.plan;
}
