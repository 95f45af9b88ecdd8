import type { IPublishPacket, ISubscription } from "mqtt-packet";

/** An application message on its way to the subscribers. */
export type Message = Pick<IPublishPacket, "topic" | "payload" | "qos" | "retain" | "properties">;

/** Who takes messages: a client's session. */
export interface Subscriber {
    readonly clientId: string;
    deliver(message: Message, subscription: ISubscription): void;
    /** Another connection came with the same client id. */
    takenOver(): void;
}

interface Filter {
    readonly levels: readonly string[];
    readonly subscribers: Map<Subscriber, ISubscription>;
}

/**
 * Subscriptions, retained messages and client ids, shared by the brokers that form a cluster: what is published on one
 * reaches the subscribers on all, and a client id is online once. Nothing outlives its connection but retained messages.
 */
export class Router {
    readonly #exact = new Map<string, Map<Subscriber, ISubscription>>();
    readonly #wildcard = new Map<string, Filter>();
    readonly #filtersOf = new Map<Subscriber, Set<string>>();
    readonly #retained = new Map<string, Message>();
    readonly #online = new Map<string, Subscriber>();

    /** Makes this session the one of its client id and ends an older one. */
    register(session: Subscriber): void {
        const older = this.#online.get(session.clientId);
        this.#online.set(session.clientId, session);
        older?.takenOver();
    }

    /** Forgets a session and its subscriptions. */
    unregister(session: Subscriber): void {
        if (this.#online.get(session.clientId) === session) {
            this.#online.delete(session.clientId);
        }
        for (const filter of this.#filtersOf.get(session) ?? []) {
            this.#remove(filter, session);
        }
        this.#filtersOf.delete(session);
    }

    subscribe(session: Subscriber, subscription: ISubscription): void {
        const filter = subscription.topic;
        const filters = this.#filtersOf.get(session) ?? new Set();
        this.#filtersOf.set(session, filters);
        const isNew = !filters.has(filter);
        filters.add(filter);
        this.#subscribersOf(filter).set(session, subscription);
        // Retain handling (MQTT 5 section 3.8.3.1): 0 always, 1 with a new subscription only, 2 never.
        if (subscription.rh !== 2 && (subscription.rh !== 1 || isNew)) {
            const levels = filter.split("/");
            for (const message of this.#retained.values()) {
                if (matches(levels, message.topic)) {
                    session.deliver(message, { ...subscription, rap: true });
                }
            }
        }
    }

    /** Whether there was such a subscription. */
    unsubscribe(session: Subscriber, filter: string): boolean {
        this.#remove(filter, session);
        return this.#filtersOf.get(session)?.delete(filter) ?? false;
    }

    publish(message: Message, from: Subscriber): void {
        if (message.retain) {
            if (message.payload.length === 0) {
                this.#retained.delete(message.topic);
            } else {
                this.#retained.set(message.topic, message);
            }
        }
        deliverAll(this.#exact.get(message.topic), message, from);
        for (const { levels, subscribers } of this.#wildcard.values()) {
            if (matches(levels, message.topic)) {
                deliverAll(subscribers, message, from);
            }
        }
    }

    #subscribersOf(filter: string): Map<Subscriber, ISubscription> {
        if (!/[+#]/.test(filter)) {
            const exact = this.#exact.get(filter) ?? new Map<Subscriber, ISubscription>();
            this.#exact.set(filter, exact);
            return exact;
        }
        const wildcard = this.#wildcard.get(filter) ?? { levels: filter.split("/"), subscribers: new Map() };
        this.#wildcard.set(filter, wildcard);
        return wildcard.subscribers;
    }

    #remove(filter: string, session: Subscriber): void {
        const subscribers = this.#exact.get(filter) ?? this.#wildcard.get(filter)?.subscribers;
        subscribers?.delete(session);
        if (subscribers?.size === 0) {
            this.#exact.delete(filter);
            this.#wildcard.delete(filter);
        }
    }
}

function deliverAll(
    subscribers: ReadonlyMap<Subscriber, ISubscription> | undefined,
    message: Message,
    from: Subscriber,
): void {
    for (const [subscriber, subscription] of subscribers ?? []) {
        if (subscription.nl !== true || subscriber !== from) {
            subscriber.deliver(message, subscription);
        }
    }
}

/** Whether a topic matches a filter; wildcards at the start do not match topics that begin with `$` (section 4.7.2). */
export function matches(filter: readonly string[], topic: string): boolean {
    const levels = topic.split("/");
    if (topic.startsWith("$") && (filter[0] === "#" || filter[0] === "+")) {
        return false;
    }
    for (const [index, level] of filter.entries()) {
        if (level === "#") {
            return true;
        }
        if (index >= levels.length || (level !== "+" && level !== levels[index])) {
            return false;
        }
    }
    return filter.length === levels.length;
}
