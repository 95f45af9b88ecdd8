import { randomUUID } from "node:crypto";
import {
    generate,
    type IConnackPacket,
    type IConnectPacket,
    type IPublishPacket,
    type ISubscribePacket,
    type ISubscription,
    type Packet,
    parser,
    type Parser,
    type QoS,
} from "mqtt-packet";
import type { Router, Subscriber } from "./router";
import type { Message } from "./retained";

/** What carries the bytes of one client: a TCP connection or a WebSocket. */
export interface Link {
    write(bytes: Buffer): void;
    /** Ends the connection once what was written is out. */
    end(): void;
    /** Ends the connection at once with a TCP reset, as VerneMQ does (linger 0). */
    reset(): void;
}

export type Transport = "mqtt" | "ws";

/** What is known of a client before its CONNECT. */
export interface Peer {
    /** Address of the client: the one in the PROXY header, else the one of the connection. */
    readonly address: string;
    readonly port: number;
    readonly transport: Transport;
    /** Common name in the PROXY header; it replaces the user name. */
    readonly commonName?: string;
}

/** Decides on a client: the CONNACK return code of MQTT 3.1.1, 0 to let it in; `cut` ends the connection without a CONNACK. */
type Authenticate = (username: string | undefined, password: Buffer | undefined) => 0 | 4 | 5 | "cut";

/** What a session needs of its broker. */
export interface SessionContext {
    /** The broker, as the router tells it from others. */
    readonly home: symbol;
    readonly router: Router;
    readonly authenticate: Authenticate;
    /** Whether a user may publish to a topic. */
    mayPublish(username: string | undefined, topic: string): boolean;
    /** Whether the connection ends before the CONNACK that refuses this client is sent. */
    cutsRefusal(peer: Peer): boolean;
    connected(session: Session): void;
    disconnected(session: Session): void;
    refused(session: Session, reason: string): void;
}

/** VerneMQ's max_client_id_size, max_inflight_messages and max_online_messages. */
const maxClientIdLength = 100;
const maxInflight = 20;
const maxQueued = 1000;

/** The reason codes of MQTT 5 for the return codes of MQTT 3.1.1. VerneMQ has one for all whom it does not know. */
const reasonCodes = { 0: 0x00, 2: 0x85, 4: 0x86, 5: 0x86 } as const;

const reason = {
    disconnectWithWill: 0x04,
    malformedPacket: 0x81,
    protocolError: 0x82,
    notAuthorized: 0x87,
    serverShuttingDown: 0x8b,
    badAuthenticationMethod: 0x8c,
    keepAliveTimeout: 0x8d,
    sessionTakenOver: 0x8e,
    topicFilterInvalid: 0x8f,
} as const;

/** One client's connection, in MQTT 3.1, 3.1.1 or 5. Its session ends with the connection. */
export class Session implements Subscriber {
    clientId = "";
    username: string | undefined;
    protocolVersion: 3 | 4 | 5 = 4;
    /** When the CONNECT was accepted. */
    since: Date | null = null;
    readonly #parser: Parser;
    readonly #codec: { protocolVersion: 3 | 4 | 5 } = { protocolVersion: 4 };
    readonly #received = new Set<number>();
    readonly #inflight = new Set<number>();
    readonly #queue: { readonly message: Message; readonly qos: QoS; readonly retain: boolean }[] = [];
    #state: "new" | "online" | "closed" = "new";
    #will: Message | null = null;
    #inflightLimit = maxInflight;
    #keepaliveMs = 0;
    #lastReceived = Date.now();
    #nextId = 1;

    constructor(
        private readonly link: Link,
        readonly peer: Peer,
        private readonly context: SessionContext,
    ) {
        this.#parser = parser(this.#codec);
        this.#parser.on("packet", (packet) => {
            if (this.#state !== "closed") {
                this.#handle(packet);
            }
        });
        this.#parser.on("error", (error: unknown) => {
            this.#fail(reason.malformedPacket, error instanceof Error ? error.message : String(error));
        });
    }

    get home(): symbol {
        return this.context.home;
    }

    get peerAddress(): string {
        return this.peer.address;
    }

    get online(): boolean {
        return this.#state === "online";
    }

    receive(bytes: Buffer): void {
        if (this.#state !== "closed") {
            this.#lastReceived = Date.now();
            this.#parser.parse(bytes);
        }
    }

    /** The connection is gone. */
    closed(): void {
        const was = this.#state;
        this.#state = "closed";
        if (was === "online") {
            this.context.router.unregister(this);
            if (this.#will !== null) {
                this.context.router.publish(this.#will, this);
            }
            this.context.disconnected(this);
        }
    }

    /** Ends the session if the client was silent for one and a half keepalives (MQTT 3.1.1 section 3.1.2.10). */
    checkKeepalive(now: number): void {
        if (this.#keepaliveMs > 0 && now - this.#lastReceived > this.#keepaliveMs * 1.5) {
            this.#disconnect(reason.keepAliveTimeout);
        }
    }

    takenOver(): void {
        this.#disconnect(reason.sessionTakenOver);
    }

    /** The broker stops in good order: MQTT 5 clients get a DISCONNECT, older ones a reset. */
    shutDown(): void {
        this.#disconnect(reason.serverShuttingDown);
    }

    reset(): void {
        this.link.reset();
        this.closed();
    }

    deliver(message: Message, subscription: ISubscription): void {
        if (this.#state !== "online") {
            return;
        }
        const qos = message.qos < subscription.qos ? message.qos : subscription.qos;
        const retain = subscription.rap === true && message.retain;
        if (qos === 0) {
            this.#send({ ...message, cmd: "publish", qos, retain, dup: false });
        } else if (this.#queue.length < maxQueued) {
            this.#queue.push({ message, qos, retain });
            this.#sendQueued();
        }
    }

    #handle(packet: Packet): void {
        if ((packet.cmd === "connect") !== (this.#state === "new")) {
            this.#fail(reason.protocolError, `${packet.cmd} at the wrong time`);
            return;
        }
        switch (packet.cmd) {
            case "connect":
                this.#handleConnect(packet);
                break;
            case "publish":
                this.#handlePublish(packet);
                break;
            case "puback":
            case "pubcomp":
                this.#acknowledged(packet.messageId);
                break;
            case "pubrec":
                if ((packet.reasonCode ?? 0) >= 0x80) {
                    this.#acknowledged(packet.messageId);
                } else {
                    this.#send({ cmd: "pubrel", messageId: packet.messageId });
                }
                break;
            case "pubrel":
                this.#received.delete(packet.messageId ?? 0);
                this.#send({ cmd: "pubcomp", messageId: packet.messageId });
                break;
            case "subscribe":
                this.#handleSubscribe(packet);
                break;
            case "unsubscribe": {
                const granted = packet.unsubscriptions.map((filter) =>
                    this.context.router.unsubscribe(this, filter) ? 0x00 : 0x11,
                );
                this.#send({ cmd: "unsuback", messageId: packet.messageId, granted });
                break;
            }
            case "pingreq":
                this.#send({ cmd: "pingresp" });
                break;
            case "disconnect":
                if (packet.reasonCode !== reason.disconnectWithWill) {
                    this.#will = null;
                }
                this.link.end();
                this.closed();
                break;
            default:
                this.#fail(reason.protocolError, `${packet.cmd} is not for a broker`);
        }
    }

    #handleConnect(packet: IConnectPacket): void {
        this.protocolVersion = packet.protocolVersion ?? 4;
        this.#codec.protocolVersion = this.protocolVersion;
        const anonymous = packet.clientId === "";
        this.clientId = anonymous ? randomUUID() : packet.clientId;
        this.username = this.peer.commonName ?? packet.username;
        const mayBeAnonymous = this.protocolVersion === 5 || (this.protocolVersion === 4 && packet.clean === true);
        if (this.clientId.length > maxClientIdLength || (anonymous && !mayBeAnonymous)) {
            this.#refuse(2, "client id refused");
            return;
        }
        if (packet.properties?.authenticationMethod !== undefined) {
            this.#send({ cmd: "connack", reasonCode: reason.badAuthenticationMethod, sessionPresent: false });
            this.#refused("enhanced authentication is not supported");
            return;
        }
        const code = this.context.authenticate(this.username, packet.password);
        if (code === "cut" || (code !== 0 && this.context.cutsRefusal(this.peer))) {
            this.#state = "closed";
            this.context.refused(this, "cut before the CONNACK");
            this.link.reset();
            return;
        }
        if (code !== 0) {
            this.#refuse(code, "not authorized");
            return;
        }
        this.#keepaliveMs = (packet.keepalive ?? 0) * 1000;
        this.#inflightLimit = Math.min(packet.properties?.receiveMaximum ?? maxInflight, maxInflight);
        this.#will = packet.will === undefined ? null : willOf(packet.will);
        this.since = new Date();
        this.#state = "online";
        this.context.router.register(this);
        this.#send(this.#connack(anonymous));
        this.context.connected(this);
    }

    #connack(assigned: boolean): IConnackPacket {
        if (this.protocolVersion !== 5) {
            return { cmd: "connack", returnCode: 0, sessionPresent: false };
        }
        return {
            cmd: "connack",
            reasonCode: 0,
            sessionPresent: false,
            properties: {
                sessionExpiryInterval: 0,
                assignedClientIdentifier: assigned ? this.clientId : undefined,
                subscriptionIdentifiersAvailable: false,
            },
        };
    }

    #refuse(code: 2 | 4 | 5, text: string): void {
        this.#send(
            this.protocolVersion === 5
                ? { cmd: "connack", reasonCode: reasonCodes[code], sessionPresent: false }
                : { cmd: "connack", returnCode: code, sessionPresent: false },
        );
        this.#refused(text);
    }

    #refused(text: string): void {
        this.#state = "closed";
        this.context.refused(this, text);
        this.link.end();
    }

    #handlePublish(packet: IPublishPacket): void {
        if (packet.topic === "" || /[+#]/.test(packet.topic) || packet.properties?.topicAlias !== undefined) {
            this.#fail(reason.protocolError, "topic is empty, has a wildcard or an alias that was not offered");
            return;
        }
        const { topic, payload, qos, retain, properties } = packet;
        const messageId = packet.messageId ?? 0;
        const allowed = this.context.mayPublish(this.username, topic);
        if (allowed && (qos < 2 || !this.#received.has(messageId))) {
            this.context.router.publish({ topic, payload, qos, retain, properties }, this);
        }
        // MQTT 3.1.1 has no code for it (section 3.3.5): there the message is acknowledged and goes nowhere.
        const refusal = allowed || this.protocolVersion !== 5 ? {} : { reasonCode: reason.notAuthorized };
        if (qos === 1) {
            this.#send({ cmd: "puback", messageId, ...refusal });
        } else if (qos === 2) {
            if (allowed) {
                this.#received.add(messageId);
            }
            this.#send({ cmd: "pubrec", messageId, ...refusal });
        }
    }

    #handleSubscribe(packet: ISubscribePacket): void {
        const granted = packet.subscriptions.map(({ topic, qos }) => {
            // Of a shared subscription VerneMQ asks for a group and a filter (vmq_topic.erl).
            if (/^\$share(?:\/[^/]*)?$/.test(topic) || !/^(?:[^+#]|(?<=^|\/)\+(?=\/|$)|(?<=^|\/)#$)+$/.test(topic)) {
                return this.protocolVersion === 5 ? reason.topicFilterInvalid : 0x80;
            }
            return qos;
        });
        this.#send({ cmd: "suback", messageId: packet.messageId, granted });
        for (const [index, subscription] of packet.subscriptions.entries()) {
            if ((granted[index] ?? 0x80) <= 2) {
                this.context.router.subscribe(this, subscription);
            }
        }
    }

    #acknowledged(messageId: number | undefined): void {
        this.#inflight.delete(messageId ?? 0);
        this.#sendQueued();
    }

    #sendQueued(): void {
        while (this.#inflight.size < this.#inflightLimit) {
            const next = this.#queue.shift();
            if (next === undefined) {
                return;
            }
            const messageId = this.#freeId();
            this.#inflight.add(messageId);
            const { message, qos, retain } = next;
            this.#send({ ...message, cmd: "publish", qos, retain, dup: false, messageId });
        }
    }

    #freeId(): number {
        while (this.#inflight.has(this.#nextId)) {
            this.#nextId = (this.#nextId % 0xffff) + 1;
        }
        const id = this.#nextId;
        this.#nextId = (id % 0xffff) + 1;
        return id;
    }

    #send(packet: Packet): void {
        this.link.write(generate(packet, this.#codec));
    }

    /** The client broke the protocol. */
    #fail(code: number, text: string): void {
        if (this.#state === "new") {
            this.context.refused(this, text);
        }
        this.#disconnect(code);
    }

    #disconnect(code: number): void {
        if (this.#state === "closed") {
            return;
        }
        if (this.#state === "online" && this.protocolVersion === 5) {
            this.#send({ cmd: "disconnect", reasonCode: code });
            this.link.end();
        } else {
            this.link.reset();
        }
        this.closed();
    }
}

function willOf(will: NonNullable<IConnectPacket["will"]>): Message {
    return { topic: will.topic, payload: will.payload, qos: will.qos ?? 0, retain: will.retain ?? false };
}
