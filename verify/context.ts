import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CertificateLimits } from "./judge/certificate";
import { judgeUpgrade } from "./judge/answer";
import { type BrokerDoor, type Endpoint, hasTls, isWebSocket, urlOf, type VerifyTarget } from "./target";
import { Client, type ConnectRequest } from "./wire/client";
import type { Dial } from "./wire/dial";
import { type Handshake, handshake } from "./wire/tls";
import { type Upgrade, upgrade } from "./wire/upgrade";

/**
 * How often VerneMQ spreads changes to retained messages to the other brokers, in ms (retain_persist_interval, which no key of vernemq.conf
 * changes).
 */
export const retainedIntervalMs = 1000;

/** How the checks go about it. */
export interface Settings extends CertificateLimits {
    readonly reconnects: number;
    /** How long an answer or a message may take, in ms. */
    readonly timeoutMs: number;
    /** How long one check may take, in ms. */
    readonly checkTimeoutMs: number;
    /** Connections that are opened to one endpoint in a second, at most: the edge turns a source away that opens more than it may. */
    readonly connectionsPerSecond: number;
    /** Sign in even where the certificate does not verify. */
    readonly trustAnyway: boolean;
    readonly now: Date;
}

/** How a client signs in; left out is as the target says. */
export interface SignIn {
    readonly clientId?: string;
    readonly protocolVersion?: 4 | 5;
    /** In place of the target's user; `anonymous` sends none. Neither is a secret, so the certificate does not matter. */
    readonly as?: "anonymous" | { readonly username: string; readonly password: string };
}

/** One broker does not take a client, whatever the edge makes of the others. */
export class BrokerUnreachable extends Error {
    override readonly name = "BrokerUnreachable";
    readonly todo =
        "see that its pod runs and may be reached, and its log; `vmq-admin cluster show` of another broker says what the cluster knows about it";
}

export class Obstacle extends Error {
    override readonly name = "Obstacle";
}

/** What is found out once for all checks of a run. */
class Findings {
    readonly tag = randomBytes(4).toString("hex");
    readonly handshakes = new Map<Endpoint, Promise<Handshake>>();
    readonly upgrades = new Map<Endpoint, Promise<Upgrade>>();
    readonly signIns = new Map<Endpoint, Promise<void>>();
    /** When the next connection may be opened, in ms since 1970. */
    nextConnectionAt = 0;
    /** Unique texts that were given out. */
    count = 0;
}

/** What a check works with: the target, what was found out about its endpoints, and clients that are closed when it ends. */
export class Context {
    readonly #clients = new Set<Client>();
    readonly #retained = new Map<string, { readonly endpoint: Endpoint; readonly writer: Client }>();
    #cancelled = false;

    constructor(
        readonly target: VerifyTarget,
        readonly settings: Settings,
        private readonly run = new Findings(),
    ) {}

    /** A context for the next check of the same run. */
    next(): Context {
        return new Context(this.target, this.settings, this.run);
    }

    /** Eight characters that no other run has. */
    get tag(): string {
        return this.run.tag;
    }

    /** A topic of this run. */
    topic(...levels: readonly string[]): string {
        return [this.target.topicPrefix, this.tag, ...levels].join("/");
    }

    /** A text that was not there before. */
    unique(): string {
        this.run.count += 1;
        return `${this.tag}-${this.run.count}`;
    }

    /** Waits for the turn of one more connection to an endpoint. Endpoints have the same edge, so they take turns too. */
    async turn(): Promise<void> {
        const limit = this.target.connectionsPerSourcePerSecond ?? Infinity;
        // A fifth stays for the clocks, and for others that have the same address.
        const perSecond = Math.min(this.settings.connectionsPerSecond, Math.max(1, Math.floor(0.8 * limit)));
        const at = Math.max(Date.now(), this.run.nextConnectionAt);
        this.run.nextConnectionAt = at + 1000 / perSecond;
        if (at > Date.now()) {
            await sleep(at - Date.now());
        }
    }

    handshake(endpoint: Endpoint): Promise<Handshake> {
        return cached(this.run.handshakes, endpoint, () => this.handshakeAt(endpoint));
    }

    /** Its own handshake, with one TLS version where it is named. */
    async handshakeAt(endpoint: Endpoint, version?: Parameters<typeof handshake>[0]["version"]): Promise<Handshake> {
        await this.turn();
        return handshake({ ...this.#edge(endpoint), host: endpoint.host, port: endpoint.port, version });
    }

    upgrade(endpoint: Endpoint): Promise<Upgrade> {
        const { host, port, path } = endpoint;
        return cached(this.run.upgrades, endpoint, async () => {
            await this.turn();
            return upgrade({ ...this.#edge(endpoint), tls: hasTls(endpoint), host, port, path });
        });
    }

    /** @throws Obstacle where there should be TLS and is none. */
    async secured(endpoint: Endpoint): Promise<void> {
        if (hasTls(endpoint) && (await this.handshake(endpoint)).kind !== "done") {
            throw new Obstacle("there is no TLS connection (see certificate)");
        }
    }

    /** @throws Obstacle where a CONNECT does not get to a broker; nothing is said of who it is from. */
    async reached(endpoint: Endpoint): Promise<void> {
        await this.secured(endpoint);
        if (isWebSocket(endpoint) && judgeUpgrade(await this.upgrade(endpoint), endpoint.path).status !== "ok") {
            throw new Obstacle("there is no WebSocket (see websocket)");
        }
    }

    /** @throws Obstacle where no password is sent. */
    async trusted(endpoint: Endpoint): Promise<void> {
        await this.reached(endpoint);
        if (!hasTls(endpoint) || this.settings.trustAnyway) {
            return;
        }
        const result = await this.handshake(endpoint);
        if (result.kind !== "done" || result.mistrust !== undefined) {
            throw new Obstacle("the certificate does not verify, so no password is sent (see certificate)");
        }
    }

    /** @throws Obstacle where the user cannot sign in, or its messages do not get through. */
    signedIn(endpoint: Endpoint): Promise<void> {
        return cached(this.run.signIns, endpoint, async () => {
            await this.trusted(endpoint);
            const client = await this.connect(endpoint).catch(() => {
                throw new Obstacle("the user cannot connect (see connect)");
            });
            const problem = await this.ownMessage(client);
            await this.close(client);
            if (problem !== undefined) {
                throw new Obstacle("what the user publishes does not come back to it (see connect)");
            }
        });
    }

    /** What keeps a client's own message from coming back to it; undefined where it does. */
    async ownMessage(client: Client): Promise<string | undefined> {
        const topic = this.topic("own");
        const payload = this.unique();
        try {
            await client.subscribe(topic, 1);
            await client.publish(topic, payload, 1);
        } catch (error) {
            return error instanceof Error ? error.message : String(error);
        }
        const back = await client.next((message) => message.payload === payload, this.settings.timeoutMs);
        return back === undefined ? "its own message did not come back" : undefined;
    }

    /**
     * The endpoints that the user can sign in at.
     *
     * @throws Obstacle where there are none
     */
    async usable(): Promise<readonly [Endpoint, ...Endpoint[]]> {
        const endpoints: Endpoint[] = [];
        let obstacle = new Obstacle("there is no endpoint");
        for (const endpoint of this.target.endpoints) {
            try {
                await this.signedIn(endpoint);
                endpoints.push(endpoint);
            } catch (error) {
                if (!(error instanceof Obstacle)) {
                    throw error;
                }
                obstacle = error;
            }
        }
        const [first, ...rest] = endpoints;
        if (first === undefined) {
            throw obstacle;
        }
        return [first, ...rest];
    }

    /** Connects through an endpoint. */
    async connect(endpoint: Endpoint, signIn: SignIn = {}): Promise<Client> {
        await this.turn();
        return this.#connect({
            ...this.#edge(endpoint),
            ...this.#request(signIn),
            url: urlOf(endpoint),
            // Who sends no secret may look at any server.
            trustAnyway: this.settings.trustAnyway || signIn.as !== undefined,
        });
    }

    /** Connects to a broker past the edge. */
    async connectBroker(door: BrokerDoor, signIn: SignIn = {}): Promise<Client> {
        try {
            return await this.#connect({ ...this.#request(signIn), url: await door.connect() });
        } catch (error) {
            const reason = door.problem?.() ?? (error instanceof Error ? error.message : String(error));
            throw new BrokerUnreachable(`${door.name}, past the edge: ${reason}`);
        }
    }

    /** Sets a retained message; `release` takes it away again if the check does not. */
    async retain(writer: Client, endpoint: Endpoint, topic: string, payload: string): Promise<void> {
        this.#retained.set(topic, { endpoint, writer });
        await writer.publish(topic, payload, 1, true);
    }

    /** Takes a retained message away (MQTT 3.1.1 section 3.3.1.3: an empty one). */
    async forget(client: Client, topic: string): Promise<void> {
        await client.publish(topic, "", 1, true);
        this.#retained.delete(topic);
    }

    /** Closes what a check left open and takes away what it left behind; from now on it can open nothing more. */
    async release(): Promise<void> {
        for (const [topic, { endpoint, writer }] of this.#retained) {
            try {
                await this.#takeAway(topic, endpoint, writer);
            } catch {
                // It was set through the same endpoint: whatever is wrong now is what the check fails with.
                this.#retained.delete(topic);
            }
        }
        this.#cancelled = true;
        await Promise.all([...this.#clients].map((client) => client.close()));
        this.#clients.clear();
    }

    /**
     * The broker that a message was set at is the one to clear it at. Another one may come to know of the message only after it was told to
     * clear it, and then spreads it again (vmq_retain_srv.erl writes what a broker has by then): there it is cleared once more, later.
     */
    async #takeAway(topic: string, endpoint: Endpoint, writer: Client): Promise<void> {
        try {
            await this.forget(writer, topic);
            return;
        } catch {
            // Its connection is gone.
        }
        const other = await this.connect(endpoint);
        await other.publish(topic, "", 1, true);
        await sleep(2 * retainedIntervalMs);
        await this.forget(other, topic);
    }

    async close(client: Client): Promise<void> {
        this.#clients.delete(client);
        await client.close();
    }

    async #connect(request: ConnectRequest): Promise<Client> {
        const client = await Client.connect(request);
        // The check may have ended meanwhile, because its time was up.
        if (this.#cancelled) {
            client.cut();
            throw new Error("the check was ended");
        }
        this.#clients.add(client);
        return client;
    }

    #request({ clientId, protocolVersion, as }: SignIn): Omit<ConnectRequest, "url"> {
        const { credentials } = this.target;
        const own = credentials && { username: credentials.username, password: credentials.password.reveal() };
        return {
            clientId: clientId ?? `verify-${this.unique()}`,
            protocolVersion,
            ...(as === "anonymous" ? undefined : (as ?? own)),
            timeoutMs: this.settings.timeoutMs,
        };
    }

    /** Where to, whom to trust, what to show and how long to wait. */
    #edge({ publicCa }: Endpoint): Dial {
        const { address, ca, clientCertificate: shown } = this.target;
        return {
            address,
            ca: publicCa === true ? undefined : ca,
            clientCertificate: shown && { certificate: shown.certificate, key: shown.key.reveal() },
            timeoutMs: this.settings.timeoutMs,
        };
    }
}

function cached<K, V>(known: Map<K, Promise<V>>, key: K, find: () => Promise<V>): Promise<V> {
    const value = known.get(key) ?? find();
    known.set(key, value);
    return value;
}
