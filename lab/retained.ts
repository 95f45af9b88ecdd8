import type { IPublishPacket } from "mqtt-packet";

/** An application message on its way to the subscribers. */
export type Message = Pick<IPublishPacket, "topic" | "payload" | "qos" | "retain" | "properties">;

/** VerneMQ's retain_persist_interval, in ms: how often a broker writes its retained changes to the cluster's metadata. */
const retainPersistIntervalMs = 1000;

/** What one broker knows: the messages by topic, and the topics that its own clients have changed since it last wrote them. */
interface Store {
    readonly messages: Map<string, Message>;
    readonly changed: Set<string>;
}

/**
 * The retained messages of brokers that form a cluster, as vmq_retain_srv.erl (2.1.1) keeps them: a change is there at the broker of its
 * publisher at once. Each interval a broker writes what its messages then say of the topics that were changed, and all brokers take that
 * over. So another broker answers a subscribe with what it knew before for up to an interval; and of two changes to a topic on two brokers
 * within one interval the later need not win.
 */
export class RetainedMessages {
    readonly #written = new Map<string, Message>();
    readonly #stores = new Map<symbol, Store>();

    constructor(private readonly intervalMs = retainPersistIntervalMs) {}

    /** What a broker would send to a new subscriber. */
    at(broker: symbol): Iterable<Message> {
        return this.#storeOf(broker).messages.values();
    }

    /** A client of a broker publishes a retained message; an empty one takes it away. */
    change(broker: symbol, message: Message): void {
        const { messages, changed } = this.#storeOf(broker);
        if (changed.size === 0) {
            setTimeout(() => {
                this.#write(broker);
            }, this.intervalMs).unref();
        }
        changed.add(message.topic);
        put(messages, message.topic, message.payload.length === 0 ? undefined : message);
    }

    #storeOf(broker: symbol): Store {
        const store = this.#stores.get(broker) ?? { messages: new Map(this.#written), changed: new Set() };
        this.#stores.set(broker, store);
        return store;
    }

    #write(broker: symbol): void {
        const { messages, changed } = this.#storeOf(broker);
        for (const topic of changed) {
            const message = messages.get(topic);
            for (const others of [this.#written, ...[...this.#stores.values()].map((store) => store.messages)]) {
                put(others, topic, message);
            }
        }
        changed.clear();
    }
}

function put(messages: Map<string, Message>, topic: string, message: Message | undefined): void {
    if (message === undefined) {
        messages.delete(topic);
    } else {
        messages.set(topic, message);
    }
}
