import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context";
import { chanceOfFalseSplit, groupsOf, tally } from "../judge/affinity";
import { failed, type Finding, ok, skipped } from "../report";
import { type BrokerDoor, type Endpoint, isWebSocket } from "../target";
import { type Client, SubscribeRefused } from "../wire/client";
import { within } from "../wire/within";
import { type Check, eachEndpoint } from "./check";

/*
 * MQTT tells no client which broker it is on, so it is found out with a shared subscription. By VerneMQ's default policy, `prefer_local`,
 * a message goes to one at random of the group's members on the publisher's own broker, if there are any
 * (https://github.com/vernemq/vernemq/blob/2.1.1/apps/vmq_server/src/vmq_shared_subscriptions.erl#L144-L155). A client that is in the
 * group itself therefore publishes to clients of its own broker only, and the client that gets the message sits where it sits.
 */

/**
 * Messages after which a client that alone gets them is taken for alone on its broker. With one other member there the chance to be wrong
 * is 2^-20, about one in a million, and with more of them less.
 */
const locatingMessages = 20;
/** Messages by which each broker shows its policy. With `random` and two brokers the chance to pass for `prefer_local` is 2^-20. */
const policyMessages = 10;
/** The broker has to know the subscription before its policy can show. */
const policyRounds = 3;
const policyPauseMs = 300;
/** Clients that show which brokers there are, where none can be asked. */
const witnesses = { "source-ip": 3, "client-id": 12 } as const;
/** Messages that each of them publishes; the chance to take one broker for two is then below one in a million. */
const witnessMessages = 12;
/** VerneMQ's policies under which a local member is preferred. */
const localPolicies: readonly string[] = ["prefer_local", "local_only", "prefer_online_before_local"];

/** The same client comes back to the same broker. */
export const affinity: Check = async (context) => {
    const { affinity: wanted, sharedSubscriptionPolicy, access, endpoints } = context.target;
    if (wanted === "none") {
        return [skipped("no affinity is requested")];
    }
    if (sharedSubscriptionPolicy !== undefined && !localPolicies.includes(sharedSubscriptionPolicy)) {
        return [skipped(`shared_subscription_policy is ${sharedSubscriptionPolicy}, so messages do not tell brokers`)];
    }
    // A WebSocket client says its client id only after its broker was chosen.
    const concerned = wanted === "client-id" ? endpoints.filter((endpoint) => !isWebSocket(endpoint)) : endpoints;
    if (concerned.length === 0) {
        return [skipped("client-id affinity does not cover WebSocket")];
    }
    return eachEndpoint(concerned, async (endpoint) => {
        await context.signedIn(endpoint);
        const group = new Group(context);
        try {
            return "missing" in access
                ? await withoutAccess(context, endpoint, group, wanted)
                : await withAccess(context, endpoint, group, access.brokers);
        } catch (error) {
            if (error instanceof SubscribeRefused) {
                return skipped(
                    `the user may not subscribe to ${group.filter}; with it in the ACL the affinity could be determined`,
                );
            }
            throw error;
        } finally {
            await group.close();
        }
    });
};

/** A member at every broker tells where a message was published. */
async function withAccess(
    context: Context,
    endpoint: Endpoint,
    group: Group,
    doors: readonly BrokerDoor[],
): Promise<Finding> {
    for (const door of doors) {
        await group.join(await context.connectBroker(door), door.name);
    }
    if (doors.length > 1 && !(await group.prefersLocal())) {
        return skipped("shared subscriptions do not prefer local members here, so messages do not tell brokers");
    }
    const places = await reconnects(context, endpoint, group);
    return judgePlaces(places, context.target.affinity, "");
}

/** Without a way to the brokers, members at the endpoint stand in for them. */
async function withoutAccess(
    context: Context,
    endpoint: Endpoint,
    group: Group,
    wanted: "source-ip" | "client-id",
): Promise<Finding> {
    const count = witnesses[wanted];
    const clients: Client[] = [];
    for (let index = 0; index < count; index += 1) {
        const client = await context.connect(endpoint);
        await group.join(client, index.toString());
        clients.push(client);
    }
    const links: [number, number][] = [];
    for (const [index, client] of clients.entries()) {
        for (let message = 0; message < witnessMessages; message += 1) {
            links.push([index, Number(await group.recipientOf(client))]);
        }
    }
    const groups = groupsOf(count, links);
    const brokers = new Set(groups).size;
    if (wanted === "client-id" && brokers === 1) {
        return skipped(`${count} client ids all reached one broker, so returning to it proves nothing`);
    }
    group.rename((label) => brokerLetter(groups[Number(label)] ?? 0));
    const places = [
        // By address, the witnesses themselves had to come to one broker.
        ...(wanted === "source-ip" ? groups.map(brokerLetter) : []),
        ...(await reconnects(context, endpoint, group)),
    ];
    const chance = chanceOfFalseSplit(count, witnessMessages) + context.settings.reconnects * 2 ** -locatingMessages;
    return judgePlaces(
        places,
        wanted,
        `; told by shared subscriptions, which holds while shared_subscription_policy is the default (chance of a false alarm below ${chance.toExponential(0)})`,
    );
}

/** Where each of a row of connections came to. */
async function reconnects(context: Context, endpoint: Endpoint, group: Group): Promise<readonly string[]> {
    const sameId = context.target.affinity === "client-id" ? { clientId: `verify-${context.unique()}` } : {};
    const places: string[] = [];
    for (let count = 0; count < context.settings.reconnects; count += 1) {
        const client = await context.connect(endpoint, sameId);
        places.push(await group.locate(client));
        await context.close(client);
    }
    return places;
}

/** One place is as it should be. */
export function judgePlaces(places: readonly string[], wanted: string, basis: string): Finding {
    const seen = `${places.length} connections from this machine came to ${tally(places)}${basis}`;
    if (new Set(places).size === 1) {
        return ok(seen);
    }
    return failed(
        seen,
        wanted === "client-id"
            ? "see that HAProxy hashes the client id, and that no broker came or went meanwhile"
            : "see that every hop keeps or carries the client's address and one of them hashes it, and that this machine leaves by one address",
    );
}

function brokerLetter(group: number): string {
    return `broker ${String.fromCharCode("A".charCodeAt(0) + group)}`;
}

interface Member {
    readonly client: Client;
    label: string;
}

/** The members of one shared subscription. */
class Group {
    readonly filter: string;
    readonly #topic: string;
    readonly #members: Member[] = [];
    /** What waits for a message, by its payload. */
    readonly #waiting = new Map<string, (client: Client) => void>();

    constructor(private readonly context: Context) {
        this.#topic = context.topic("affinity", context.unique());
        this.filter = `$share/verify-${context.tag}/${this.#topic}`;
    }

    async join(client: Client, label: string): Promise<void> {
        this.#members.push({ client, label });
        await this.#subscribe(client);
    }

    rename(rule: (label: string) => string): void {
        for (const member of this.#members) {
            member.label = rule(member.label);
        }
    }

    /** Whether each member, the only one at its broker, gets what it publishes itself. */
    async prefersLocal(): Promise<boolean> {
        for (let round = 0; round < policyRounds; round += 1) {
            if (round > 0) {
                await sleep(policyPauseMs);
            }
            if (await this.#allKeepTheirOwn()) {
                return true;
            }
        }
        return false;
    }

    /** The label of the member that gets one message of this client. */
    async recipientOf(client: Client): Promise<string | undefined> {
        const taker = await this.#taker(client);
        return this.#members.find((member) => member.client === taker)?.label;
    }

    /** Where a client that is no member yet sits: it joins, and publishes until a member gets a message. */
    async locate(client: Client): Promise<string> {
        await this.#subscribe(client);
        for (let message = 0; message < locatingMessages; message += 1) {
            const label = await this.recipientOf(client);
            if (label !== undefined) {
                return label;
            }
        }
        return "a broker without other clients";
    }

    async close(): Promise<void> {
        await Promise.all(this.#members.map(({ client }) => this.context.close(client)));
    }

    async #allKeepTheirOwn(): Promise<boolean> {
        for (const { client } of this.#members) {
            for (let message = 0; message < policyMessages; message += 1) {
                if ((await this.#taker(client)) !== client) {
                    return false;
                }
            }
        }
        return true;
    }

    async #subscribe(client: Client): Promise<void> {
        client.onMessage(({ payload }) => {
            this.#waiting.get(payload)?.(client);
        });
        await client.subscribe(this.filter, 1);
    }

    /** Publishes one message and gives the client that gets it. */
    async #taker(publisher: Client): Promise<Client> {
        const payload = this.context.unique();
        const { timeoutMs } = this.context.settings;
        const taken = new Promise<Client>((resolve, reject) => {
            this.#waiting.set(payload, resolve);
            publisher.publish(this.#topic, payload, 1).catch(reject);
        });
        try {
            return await within(taken, timeoutMs, "a message to a shared subscription did not arrive");
        } finally {
            this.#waiting.delete(payload);
        }
    }
}
