/** The members of one VerneMQ cluster, by Erlang name. */
export interface Group {
    readonly members: Set<string>;
}

/** A client's queue. */
export interface Queue {
    readonly clientId: string;
    readonly mountpoint: string;
    /** It outlives the connection. */
    readonly persistent: boolean;
    online: boolean;
    /** Messages that wait in it. */
    messages: number;
}

/** What a broker keeps on its volume. A new volume has no group. */
export interface Data {
    group: Group | undefined;
    readonly queues: Map<string, Queue>;
}

export interface ListenerState {
    readonly type: string;
    readonly address: string;
    readonly port: number;
    status: "running" | "suspended";
}

/** A broker's process in a pod. */
export interface Process {
    readonly node: string;
    readonly data: Data;
    readonly listeners: ListenerState[];
}

/** How many queues and messages a leave moved. */
interface Migration {
    readonly queues: number;
    readonly messages: number;
}

export function newData(): Data {
    return { group: undefined, queues: new Map() };
}

/**
 * VerneMQ brokers as far as their cluster, queues and listeners go, with what was measured of 2.1.1: a broker that left keeps its data and
 * is a separate cluster from then on; a member that is dead stays in the list; a new one joins the first other pod.
 */
export class Brokers {
    /** Messages that no broker has any more. */
    lostMessages = 0;
    /** Clients that were disconnected come back at another broker. */
    reconnects = true;
    /** Brokers whose VM is stopped in its tracks (SIGSTOP, a node that hangs), by Erlang name: connections to it stay, and nothing answers. */
    readonly frozen = new Set<string>();
    readonly #processes = new Map<string, Process>();

    get processes(): readonly Process[] {
        return [...this.#processes.values()];
    }

    process(node: string): Process | undefined {
        return this.#processes.get(node);
    }

    /** Starts a broker on its data. One that is new waits for a peer to join, unless it is the first. */
    start(node: string, data: Data, address: string, isFirst: boolean): Process {
        const process: Process = {
            node,
            data,
            listeners: [
                { type: "vmq", address, port: 44053, status: "running" },
                { type: "mqtt", address: "127.0.0.1", port: 1883, status: "running" },
                { type: "mqtt", address, port: 1883, status: "running" },
                { type: "mqtt", address, port: 1884, status: "running" },
                { type: "mqttws", address, port: 8080, status: "running" },
                { type: "http", address, port: 8888, status: "running" },
            ],
        };
        if (data.group === undefined && isFirst) {
            data.group = { members: new Set([node]) };
        }
        this.#processes.set(node, process);
        return process;
    }

    /** Joins a broker without a group to a peer's, if that runs. */
    join(node: string, peer: string): void {
        const process = this.#processes.get(node);
        const group = this.#processes.get(peer)?.data.group;
        if (process !== undefined && process.data.group === undefined && group !== undefined) {
            process.data.group = group;
            group.members.add(node);
        }
    }

    stop(node: string): void {
        const process = this.#processes.get(node);
        if (process === undefined) {
            return;
        }
        this.#processes.delete(node);
        for (const queue of process.data.queues.values()) {
            if (queue.online) {
                queue.online = false;
                if (!queue.persistent) {
                    process.data.queues.delete(queue.clientId);
                }
                this.#reconnect(queue, process, false);
            }
        }
    }

    /** The volume of a broker is gone. */
    wipe(data: Data): void {
        for (const queue of data.queues.values()) {
            this.lostMessages += queue.messages;
        }
        data.queues.clear();
    }

    /** The members as a broker sees them. */
    view(node: string): { node: string; running: boolean }[] {
        const group = this.#processes.get(node)?.data.group;
        const members = group === undefined ? [node] : [...group.members];
        return members
            .sort()
            .map((member) => ({ node: member, running: this.#isUp(member, group) || member === node }));
    }

    /** Whether a broker of the same cluster is frozen, this one included. */
    hasFrozen(node: string): boolean {
        const group = this.#processes.get(node)?.data.group;
        return [...this.frozen].some((other) => this.#processes.get(other)?.data.group === group);
    }

    /** Whether every member of a broker's cluster is up, which VerneMQ asks for before it moves queues. */
    isConsistent(node: string, without: string): boolean {
        return this.view(node).every((member) => member.running || member.node === without);
    }

    /** The end of `cluster leave` for a broker that runs: queues move, the data is that of a separate cluster. */
    finishLeave(node: string): Migration {
        const leaving = this.#processes.get(node);
        const group = leaving?.data.group;
        if (leaving === undefined || group === undefined) {
            return { queues: 0, messages: 0 };
        }
        for (const listener of leaving.listeners.filter(({ type }) => type.startsWith("mqtt"))) {
            listener.status = "suspended";
        }
        const target = this.#processes.get(
            [...group.members].find((member) => member !== node && this.#isUp(member, group)) ?? "",
        );
        let moved: Migration = { queues: 0, messages: 0 };
        for (const queue of [...leaving.data.queues.values()]) {
            if (target === undefined) {
                continue;
            }
            leaving.data.queues.delete(queue.clientId);
            const online = queue.online && this.reconnects;
            if (queue.persistent || online) {
                target.data.queues.set(queue.clientId, { ...queue, online });
            }
            moved = { queues: moved.queues + 1, messages: moved.messages + queue.messages };
        }
        group.members.delete(node);
        leaving.data.group = { members: new Set([node]) };
        return moved;
    }

    /** `cluster leave` of a member that is dead: it is forgotten, and what waited there is lost. */
    forget(from: string, node: string): boolean {
        const group = this.#processes.get(from)?.data.group;
        return group?.members.delete(node) === true;
    }

    disconnect(from: string, clientId: string, mountpoint: string): void {
        const group = this.#processes.get(from)?.data.group;
        for (const process of this.processes.filter(({ data }) => data.group === group)) {
            const queue = process.data.queues.get(clientId);
            if (queue?.online === true && queue.mountpoint === mountpoint) {
                queue.online = false;
                if (!queue.persistent) {
                    process.data.queues.delete(clientId);
                }
                this.#reconnect(queue, process, true);
            }
        }
    }

    /** The client comes back where a listener takes it; its queue follows from a broker that runs. */
    #reconnect(queue: Queue, before: Process, canMove: boolean): void {
        if (!this.reconnects) {
            return;
        }
        const accepts = ({ node, listeners }: Process) =>
            this.#processes.has(node) &&
            listeners.some(({ type, port, status }) => type === "mqtt" && port === 1883 && status === "running") &&
            listeners.every(({ status }) => status === "running");
        const target =
            this.processes.find((process) => process !== before && accepts(process)) ??
            (accepts(before) ? before : undefined);
        if (target === undefined) {
            return;
        }
        if (canMove || !queue.persistent) {
            before.data.queues.delete(queue.clientId);
            target.data.queues.set(queue.clientId, { ...queue, online: true });
        } else {
            target.data.queues.set(queue.clientId, { ...queue, messages: 0, online: true });
        }
    }

    #isUp(member: string, group: Group | undefined): boolean {
        return !this.frozen.has(member) && this.#processes.get(member)?.data.group === group;
    }
}
