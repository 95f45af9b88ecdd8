import { ConnectionError, type ExecResult, type Kube } from "../kubernetes/client";
import { type Output, readOutput, type Row } from "./output";

/** A member of VerneMQ's cluster as one broker sees it. */
export interface Member {
    /** Its Erlang name: `VerneMQ@vernemq-0.vernemq-headless.messaging.svc.cluster.local`. */
    readonly node: string;
    readonly running: boolean;
}

interface Session {
    readonly clientId: string;
    readonly mountpoint: string;
    /** The broker that holds its queue. */
    readonly node: string;
    readonly online: boolean;
    /** Messages that wait for it. */
    readonly offlineMessages: number;
}

export interface Listener {
    /** `mqtt`, `mqttws`, `mqtts`, `mqttwss`, `vmq`, `http` and so on. */
    readonly type: string;
    /** `running` or `suspended`. */
    readonly status: string;
    readonly address: string;
    readonly port: number;
}

/** Whether a listener is for the pod alone: port-forwards and commands in it. */
export function isLocal({ address }: Pick<Listener, "address">): boolean {
    return address.startsWith("127.") || address === "::1";
}

/** Whether clients come in by a listener. */
export function isForClients(listener: Listener): boolean {
    return listener.type.startsWith("mqtt") && !isLocal(listener);
}

/** Seconds that the sessions of a broker that leaves may take to go offline; it looks every 5. */
const leaveTimeoutSeconds = 120;

/** How a `cluster leave` ended. */
export type LeaveOutcome =
    | { readonly kind: "done"; readonly lines: readonly string[] }
    /** vmq-admin gave up waiting after 60 s (rpctimeout of VerneMQ's nodetool); the leave goes on in the brokers. */
    | { readonly kind: "underway" }
    | { readonly kind: "refused"; readonly reason: string };

/** A command of vmq-admin did not do what was asked. */
export class VmqAdminError extends Error {
    constructor(broker: string, command: string, detail: string) {
        super(`${broker}: vmq-admin ${command}: ${detail}`);
        this.name = "VmqAdminError";
    }
}

interface SessionFilter {
    /** VerneMQ counts at each broker: three brokers may give three times as many. */
    readonly limitPerBroker: number;
    readonly online?: boolean;
    /** Only those whose queue is at this broker. */
    readonly node?: string;
}

/** Ordinal of the broker that an Erlang name is of: the number at the end of its pod's name. */
export function brokerOrdinal(node: string): number | undefined {
    const digits = /@[^.]*-(\d+)(?:\.|$)/.exec(node)?.[1];
    return digits === undefined ? undefined : Number(digits);
}

/** The pod's part of an Erlang name. */
export function podOf(node: string): string {
    return node.replace(/^[^@]*@/, "").split(".")[0] ?? node;
}

/** The commands of VerneMQ on a cluster. Options and their words: apps/vmq_server/src/vmq_server_cli.erl and vmq_info_cli.erl of VerneMQ. */
export function vmqAdmin(kube: Kube): VmqAdmin {
    return new VmqAdminOverExec(kube);
}

/** VerneMQ's own commands, run in the pods. The first parameter is always the ordinal of the broker that runs the command. */
export type VmqAdmin = Pick<VmqAdminOverExec, keyof VmqAdminOverExec>;

class VmqAdminOverExec {
    constructor(private readonly kube: Kube) {}

    /** The members, in order of name, as this broker sees them: one that is alone sees only itself. */
    async clusterShow(ordinal: number): Promise<readonly Member[]> {
        const { rows } = await this.#ask(ordinal, ["cluster", "show"]);
        const members = rows
            .flatMap((row) => {
                const node = cell(row, "Node");
                return node === "" ? [] : [{ node, running: cell(row, "Running") === "true" }];
            })
            .sort((a, b) => (a.node < b.node ? -1 : 1));
        if (members.length === 0) {
            throw new VmqAdminError(this.#name(ordinal), "cluster show", "it shows no member, not even itself");
        }
        return members;
    }

    /**
     * Takes a broker out of VerneMQ's cluster for good: its sessions are ended, its queues move to the others, its VM stops. The container
     * is started again by Kubernetes at once and then is a separate cluster, so the StatefulSet has to shrink right after.
     */
    async leave(ordinal: number, node: string): Promise<LeaveOutcome> {
        const times = ["-i", "5", "-t", leaveTimeoutSeconds.toString()];
        const command = ["cluster", "leave", `node=${node}`, "-k", ...times];
        const result = await this.#run(ordinal, command, (leaveTimeoutSeconds + 60) * 1000);
        const { texts, alerts } = readOutput(result.stdout);
        if (result.exitCode === 0 && alerts.length === 0 && texts.at(-1) === "Done") {
            return { kind: "done", lines: texts.slice(0, -1) };
        }
        if (/RPC to .* failed: timeout/.test(result.stderr + result.stdout)) {
            // A node that VerneMQ does not know times out just so.
            return (await this.#isMember(ordinal, node))
                ? { kind: "underway" }
                : { kind: "refused", reason: `${node} is not among the members that the broker lists` };
        }
        const said = [...alerts, ...texts, result.stderr.trim()].filter((line) => line !== "").at(-1);
        return { kind: "refused", reason: said ?? `exit code ${result.exitCode}` };
    }

    /** Whether a broker lists a node, or cannot say. */
    async #isMember(ordinal: number, node: string): Promise<boolean> {
        try {
            return (await this.clusterShow(ordinal)).some((member) => member.node === node);
        } catch (error) {
            if (error instanceof VmqAdminError || error instanceof ConnectionError) {
                return true;
            }
            throw error;
        }
    }

    /** Sessions of the whole cluster, offline ones too, at most `limitPerBroker` of each broker. */
    async sessions(ordinal: number, { limitPerBroker, online, node }: SessionFilter): Promise<readonly Session[]> {
        const { rows } = await this.#askAll(ordinal, [
            "session",
            "show",
            "--client_id",
            "--mountpoint",
            // A flag with a value is a condition, and its column is not shown then.
            node === undefined ? "--node" : `--node=${node}`,
            online === undefined ? "--is_online" : `--is_online=${online.toString()}`,
            "--offline_messages",
            `--limit=${limitPerBroker}`,
            // The default of 100 ms leaves out the rows of a busy broker.
            "--rowtimeout=5000",
        ]);
        return rows.map((row) => ({
            clientId: cell(row, "client_id"),
            mountpoint: cell(row, "mountpoint"),
            node: node ?? cell(row, "node"),
            online: online ?? cell(row, "is_online") === "true",
            offlineMessages: Number(cell(row, "offline_messages")) || 0,
        }));
    }

    /** VerneMQ's own metrics by name, without the prefix for their type: `socket_open`, `queue_processes`. */
    async metrics(ordinal: number): Promise<Readonly<Record<string, number>>> {
        const { stdout } = await this.#succeed(ordinal, ["metrics", "show"]);
        return Object.fromEntries<number>(
            [...stdout.matchAll(/^(?:counter|gauge|histogram)\.([\w.]+) = (-?[\d.]+(?:e[+-]?\d+)?)\s*$/gim)].map(
                ([, name = "", value]): [string, number] => [name, Number(value)],
            ),
        );
    }

    async listeners(ordinal: number): Promise<readonly Listener[]> {
        const { rows } = await this.#ask(ordinal, ["listener", "show"]);
        return rows.map((row) => ({
            type: cell(row, "type"),
            status: cell(row, "status"),
            address: cell(row, "address"),
            port: Number(cell(row, "port")),
        }));
    }

    /** Stops a listener's accepting: its sessions stay, and /health/listeners says 503. */
    async suspendListener(ordinal: number, listener: Listener): Promise<void> {
        await this.#expectDone(ordinal, ["listener", "stop", ...place(listener)]);
    }

    /** Lets a suspended listener accept again. */
    async resumeListener(ordinal: number, listener: Listener): Promise<void> {
        await this.#expectDone(ordinal, ["listener", "restart", ...place(listener)]);
    }

    /**
     * Ends the connections of clients; the sessions of those that asked for persistent ones stay. VerneMQ puts the identifiers into a query,
     * so one with a quotation mark cannot be named, and of several in one command none may hold a comma.
     */
    async disconnect(ordinal: number, clientIds: readonly string[], mountpoint: string): Promise<void> {
        const where = mountpoint === "" ? [] : [`--mountpoint=${mountpoint}`];
        const [first = "", ...others] = clientIds;
        await this.#expectDone(
            ordinal,
            others.length === 0
                ? ["session", "disconnect", `client-id=${first}`, ...where]
                : ["session", "disconnect", "clients", `client-ids=${clientIds.join(",")}`, ...where],
        );
    }

    async #expectDone(ordinal: number, words: readonly string[]): Promise<void> {
        const { texts } = await this.#ask(ordinal, words);
        if (!texts.includes("Done")) {
            throw new VmqAdminError(this.#name(ordinal), words.join(" "), texts.join(" ") || "it does not say Done");
        }
    }

    /** Asks for what VerneMQ collects from every broker: it gives up after 60 s where one is frozen, and does not say which. */
    async #askAll(ordinal: number, words: readonly string[]): Promise<Output> {
        try {
            return await this.#ask(ordinal, words);
        } catch (error) {
            const silent =
                error instanceof VmqAdminError
                    ? (await this.clusterShow(ordinal)).filter(({ running }) => !running).map(({ node }) => node)
                    : [];
            if (silent.length === 0) {
                throw error;
            }
            const command = words.slice(0, 2).join(" ");
            const detail = `VerneMQ asks every broker, and ${silent.join(", ")} does not answer; \`status\` says more`;
            throw new VmqAdminError(this.#name(ordinal), command, detail);
        }
    }

    async #ask(ordinal: number, words: readonly string[]): Promise<Output> {
        const { stdout } = await this.#succeed(ordinal, [...words, "--format=json"]);
        const output = readOutput(stdout);
        if (output.alerts.length > 0) {
            throw new VmqAdminError(this.#name(ordinal), words.join(" "), output.alerts.join(" "));
        }
        return output;
    }

    async #succeed(ordinal: number, words: readonly string[]): Promise<ExecResult> {
        const result = await this.#run(ordinal, words);
        if (result.exitCode !== 0) {
            const detail = firstLine(result.stderr) || firstLine(result.stdout) || `exit code ${result.exitCode}`;
            const shown = words.filter((word) => word !== "--format=json").join(" ");
            throw new VmqAdminError(this.#name(ordinal), shown, detail);
        }
        return result;
    }

    #run(ordinal: number, words: readonly string[], timeoutMs?: number): Promise<ExecResult> {
        return this.kube.exec(ordinal, ["vmq-admin", ...words], timeoutMs);
    }

    #name(ordinal: number): string {
        return `${this.kube.statefulSetName}-${ordinal}`;
    }
}

/** What a failure is about: below its first line VerneMQ prints Erlang terms. */
function firstLine(text: string): string {
    return text.trim().split(/\r?\n/)[0] ?? "";
}

function place({ address, port }: Listener): string[] {
    return [`address=${address}`, `port=${port}`];
}

/** A cell by its column, however the column's name is written. */
function cell(row: Row, column: string): string {
    const key = Object.keys(row).find((name) => name.toLowerCase() === column.toLowerCase());
    return key === undefined ? "" : (row[key] ?? "");
}
