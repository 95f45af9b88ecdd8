import { setTimeout as sleep } from "node:timers/promises";
import { type Context, retainedIntervalMs } from "../context";
import { type Delivery, judgeCluster } from "../judge/cluster";
import { failed, type Finding, ok, skipped } from "../report";
import type { Endpoint } from "../target";
import type { Client } from "../wire/client";
import type { Check } from "./check";

const qualities = [0, 1, 2] as const;
/** A new subscription is known to the other brokers a moment later, so what does not arrive is tried again. */
const attempts = 3;
/** How long a second copy of a message at QoS 2 is waited for, in ms. */
const duplicateMs = 100;

/** What is published at QoS 0, 1 and 2 through the first endpoint arrives, at that QoS, through the last. */
export const qualityOfService: Check = async (context) => {
    const usable = await context.usable();
    const [from] = usable;
    const to = usable.at(-1) ?? from;
    const topic = context.topic("qos");
    const publisher = await context.connect(from);
    const subscriber = await context.connect(to);
    await subscriber.subscribe(topic, 2);
    const way = `from ${from.name} to ${to.name}`;
    for (const qos of qualities) {
        const problem = await roundTrip(context, publisher, subscriber, topic, qos);
        if (problem !== undefined) {
            const limits = "max_inflight_messages, max_online_messages and upgrade_outgoing_qos";
            return [failed(`QoS ${qos} ${way}: ${problem}`, `look at ${limits}, and at the cluster check`)];
        }
    }
    return [ok(`QoS 0, 1 and 2 arrive ${way}`)];
};

async function roundTrip(
    context: Context,
    publisher: Client,
    subscriber: Client,
    topic: string,
    qos: 0 | 1 | 2,
): Promise<string | undefined> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
        const payload = context.unique();
        await publisher.publish(topic, payload, qos);
        const fits = (message: { readonly payload: string }) => message.payload === payload;
        const arrived = await subscriber.next(fits, context.settings.timeoutMs / attempts);
        if (arrived === undefined) {
            continue;
        }
        if (arrived.qos !== qos) {
            return `it arrived at QoS ${arrived.qos}`;
        }
        if (qos === 2) {
            await sleep(duplicateMs);
            const copies = subscriber.received.filter(fits).length;
            return copies === 1 ? undefined : `it arrived ${copies} times`;
        }
        return undefined;
    }
    return "it did not arrive";
}

/** What is published at the endpoint is heard at every broker, and what is published at a broker is heard at all the others. */
export const cluster: Check = async (context) => {
    const { access } = context.target;
    if ("missing" in access) {
        return [skipped(access.missing)];
    }
    const usable = await context.usable();
    const topic = context.topic("cluster");
    const publicName = "the endpoint";
    const ends = new Map([[publicName, await context.connect(usable[0])]]);
    for (const door of access.brokers) {
        ends.set(door.name, await context.connectBroker(door));
    }
    const heard: Delivery[] = [];
    for (const [to, client] of ends) {
        client.onMessage(({ payload }) => {
            const from = payload.slice(0, payload.lastIndexOf(" "));
            heard.push([from, to]);
        });
        await client.subscribe(topic, 1);
    }
    const names = access.brokers.map(({ name }) => name);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
        for (const [from, client] of ends) {
            await client.publish(topic, `${from} ${context.unique()}`, 1);
        }
        if (
            await until(
                () => judgeCluster(names, publicName, heard).status === "ok",
                context.settings.timeoutMs / attempts,
            )
        ) {
            break;
        }
    }
    return [judgeCluster(names, publicName, heard)];
};

/** A retained message is there for later subscribers at every broker, and is gone everywhere once it is cleared. */
export const retained: Check = async (context) => {
    const usable = await context.usable();
    const [endpoint] = usable;
    const topic = context.topic("retained");
    const payload = context.unique();
    const writer = await context.connect(endpoint);
    await context.retain(writer, endpoint, topic, payload);
    const readers = await readersOf(context, usable.at(-1) ?? endpoint);
    const blind = await those(readers, async ({ client }) => !(await comesTo(payload, client, topic)));
    await context.forget(writer, topic);
    const stale = await those(
        readers.filter(({ name }) => !blind.includes(name)),
        async ({ client }) => !(await comesTo(undefined, client, topic)),
    );
    return [
        judgeRetained(
            readers.map(({ name }) => name),
            blind,
            stale,
        ),
    ];
};

/**
 * How long a retained change may take to every broker, in ms. VerneMQ spreads them once in `retainedIntervalMs`; seen were 0.66 to 1.07 s,
 * and the rest is for a cluster that is busy.
 */
const retainedWithinMs = 5 * retainedIntervalMs;
/** How long a broker may take to send a retained message after its SUBACK, in ms. It sends one that it has within milliseconds. */
const graceMs = 300;

interface Reader {
    readonly name: string;
    readonly client: Client;
}

async function readersOf(context: Context, endpoint: Endpoint): Promise<readonly Reader[]> {
    const { access } = context.target;
    if ("missing" in access) {
        return [{ name: endpoint.name, client: await context.connect(endpoint) }];
    }
    return Promise.all(
        access.brokers.map(async (door) => ({ name: door.name, client: await context.connectBroker(door) })),
    );
}

/** Whether a broker comes to answer a new subscription with this retained message, or with none, before it is too late. */
async function comesTo(payload: string | undefined, client: Client, topic: string): Promise<boolean> {
    const deadline = Date.now() + retainedWithinMs;
    do {
        if ((await retainedAt(client, topic)) === payload) {
            return true;
        }
        await sleep(retainedIntervalMs / 10);
    } while (Date.now() < deadline);
    return false;
}

/** The payload of the retained message that a new subscription gets. */
async function retainedAt(client: Client, topic: string): Promise<string | undefined> {
    const before = client.received.length;
    await client.subscribe(topic, 1);
    const message = await client.next((each) => each.retain && client.received.indexOf(each) >= before, graceMs);
    await client.unsubscribe(topic);
    return message?.payload;
}

async function those(readers: readonly Reader[], is: (reader: Reader) => Promise<boolean>): Promise<string[]> {
    const answers = await Promise.all(readers.map(is));
    return readers.filter((_, index) => answers[index] === true).map(({ name }) => name);
}

function judgeRetained(names: readonly string[], blind: readonly string[], stale: readonly string[]): Finding {
    if (blind.length === 0 && stale.length === 0) {
        return ok(`a retained message is there and then gone at ${names.join(", ")}`);
    }
    const seen = [
        ...(blind.length > 0 ? [`it is not there at ${blind.join(", ")}`] : []),
        ...(stale.length > 0 ? [`it is still there at ${stale.join(", ")} after it was cleared`] : []),
    ];
    return failed(
        `${seen.join("; ")} (waited ${retainedWithinMs / 1000} s)`,
        "brokers that do not share retained messages are not one cluster: see the cluster check and `vmq-admin cluster show`",
    );
}

/** Whether a condition came true in time. */
async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    while (!condition() && Date.now() < deadline) {
        await sleep(10);
    }
    return condition();
}
