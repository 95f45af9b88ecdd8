import { randomInt } from "node:crypto";
import type { ISubscription } from "mqtt-packet";
import { type Message, RetainedMessages } from "./retained";

/** Who takes messages: a client's session. */
export interface Subscriber {
    readonly clientId: string;
    /** Its broker: subscribers of one broker have the same. */
    readonly home: symbol;
    deliver(message: Message, subscription: ISubscription): void;
    /** Another connection came with the same client id. */
    takenOver(): void;
}

interface Filter {
    readonly levels: readonly string[];
    readonly subscribers: Map<Subscriber, ISubscription>;
}

/** A filter of a shared subscription: `$share/GROUP/FILTER`. */
interface SharedFilter extends Filter {
    readonly group: string;
}

type Match = readonly [subscriber: Subscriber, subscription: ISubscription];

/**
 * Subscriptions, retained messages and client ids, shared by the brokers that form a cluster: what is published on one
 * reaches the subscribers on all, and a client id is online once. Nothing outlives its connection but retained messages, whose changes
 * reach the other brokers a moment later (retained.ts).
 *
 * A shared subscription's message goes to one of its group, by VerneMQ's default policy `prefer_local`: one at random of those on the
 * publisher's broker, and of all where there is none (vernemq 2.1.1, vmq_shared_subscriptions.erl). A group is known by its name alone,
 * whatever its members' filters, and gets no retained messages (vmq_reg.erl).
 */
export class Router {
    readonly #exact = new Map<string, Map<Subscriber, ISubscription>>();
    readonly #wildcard = new Map<string, Filter>();
    readonly #shared = new Map<string, SharedFilter>();
    readonly #filtersOf = new Map<Subscriber, Set<string>>();
    readonly #retained = new RetainedMessages();
    readonly #online = new Map<string, Subscriber>();
    /** The brokers of the cluster and whether each runs. One that was killed stays a member, as in VerneMQ until `cluster leave`. */
    readonly #members = new Map<symbol, boolean>();

    /** A broker starts, stops, freezes or thaws. */
    setRunning(broker: symbol, runs: boolean): void {
        this.#members.set(broker, runs);
    }

    get whole(): boolean {
        return [...this.#members.values()].every((runs) => runs);
    }

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
        if (isShared(filter)) {
            return;
        }
        // Retain handling (MQTT 5 section 3.8.3.1): 0 always, 1 with a new subscription only, 2 never.
        if (subscription.rh !== 2 && (subscription.rh !== 1 || isNew)) {
            const levels = filter.split("/");
            for (const message of this.#retained.at(session.home)) {
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
            this.#retained.change(from.home, message);
        }
        deliverAll(this.#exact.get(message.topic), message, from);
        for (const { levels, subscribers } of this.#wildcard.values()) {
            if (matches(levels, message.topic)) {
                deliverAll(subscribers, message, from);
            }
        }
        for (const members of this.#groupsFor(message.topic, from)) {
            deliverToOne(members, message, from);
        }
    }

    /** Who may take a message, by group. */
    #groupsFor(topic: string, from: Subscriber): Iterable<readonly Match[]> {
        const groups = new Map<string, Match[]>();
        for (const { group, levels, subscribers } of this.#shared.values()) {
            if (matches(levels, topic)) {
                const members = groups.get(group) ?? [];
                members.push(...[...subscribers].filter((member) => takes(member, from)));
                groups.set(group, members);
            }
        }
        return groups.values();
    }

    #subscribersOf(filter: string): Map<Subscriber, ISubscription> {
        if (isShared(filter)) {
            const [, group = "", ...levels] = filter.split("/");
            const shared = this.#shared.get(filter) ?? { group, levels, subscribers: new Map() };
            this.#shared.set(filter, shared);
            return shared.subscribers;
        }
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
        const subscribers =
            this.#shared.get(filter)?.subscribers ?? this.#exact.get(filter) ?? this.#wildcard.get(filter)?.subscribers;
        subscribers?.delete(session);
        if (subscribers?.size === 0) {
            this.#shared.delete(filter);
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
    for (const match of subscribers ?? []) {
        if (takes(match, from)) {
            const [subscriber, subscription] = match;
            subscriber.deliver(message, subscription);
        }
    }
}

function deliverToOne(members: readonly Match[], message: Message, from: Subscriber): void {
    const local = members.filter(([subscriber]) => subscriber.home === from.home);
    const candidates = local.length > 0 ? local : members;
    const [subscriber, subscription] = candidates[randomInt(Math.max(1, candidates.length))] ?? [];
    if (subscriber !== undefined && subscription !== undefined) {
        subscriber.deliver(message, subscription);
    }
}

/** A client can ask to be spared its own messages. */
function takes([subscriber, { nl }]: Match, from: Subscriber): boolean {
    return nl !== true || subscriber !== from;
}

function isShared(filter: string): boolean {
    return filter.startsWith("$share/");
}

/** Whether a topic matches a filter; wildcards at the start do not match topics that begin with `$` (section 4.7.2). */
function matches(filter: readonly string[], topic: string): boolean {
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
