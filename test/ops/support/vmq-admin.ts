import type { Brokers } from "./brokers";

/** What a command in a pod gives. */
export interface CommandResult {
    readonly stdout: string;
    readonly stderr?: string;
    readonly exitCode?: number;
}

/** A leave that runs on in the brokers while its command waits for it. */
export type StartLeave = (node: string) => Promise<CommandResult>;

/** Keys and flags of each command as far as they are asked here (vmq_server_cli.erl, vmq_listener_cli.erl and vmq_info_cli.erl of VerneMQ 2.1.1). */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
    "cluster show": [],
    "cluster leave": ["node"],
    "listener show": [],
    "listener stop": ["port", "address"],
    "listener restart": ["port", "address"],
    "session show": [
        ...["limit", "rowtimeout", "node", "mountpoint", "client_id", "user", "is_online", "offline_messages"],
        ...[
            "online_messages",
            "num_sessions",
            "peer_host",
            "peer_port",
            "protocol",
            "clean_session",
            "session_started_at",
        ],
    ],
    "session disconnect": ["client-id", "client-ids", "cleanup", "mountpoint"],
    "metrics show": [],
};

/** Answers `vmq-admin` in the pod of a broker. */
export async function answerVmqAdmin(
    brokers: Brokers,
    node: string,
    words: readonly string[],
    startLeave: StartLeave,
): Promise<CommandResult> {
    const json = words.includes("--format=json");
    const command = words.filter((word) => word !== "--format=json");
    const flags = new Map(
        command
            .filter((word) => word.startsWith("--"))
            .map((word) => {
                const [key = "", value] = word.slice(2).split(/=(.*)/s);
                return [key, value] as const;
            }),
    );
    const keys = new Map(
        command
            .filter((word) => !word.startsWith("-") && word.includes("="))
            .map((word) => {
                const [key = "", value = ""] = word.split(/=(.*)/s);
                return [key, value] as const;
            }),
    );
    const process = brokers.process(node);
    if (process === undefined || brokers.frozen.has(node)) {
        return { stdout: "", stderr: `Node '${node}' not responding to pings.\n`, exitCode: 1 };
    }
    const known = knownKeys[command.slice(0, 2).join(" ")];
    const bogus = [...flags.keys(), ...keys.keys()].find((key) => known?.includes(key) === false);
    if (bogus !== undefined) {
        // On standard output, and without a line's end (facts/real-systems.md).
        return { stdout: `Invalid key: "${bogus}"`, exitCode: 1 };
    }
    switch (command.slice(0, 2).join(" ")) {
        case "cluster show":
            return table(
                brokers.view(node).map((member) => ({ Node: member.node, Running: member.running })),
                json,
            );
        case "cluster leave":
            return startLeave(keys.get("node") ?? "");
        case "listener show":
            return table(
                process.listeners.map(({ type, status, address, port }) => ({
                    type,
                    status,
                    address,
                    port: port.toString(),
                })),
                json,
            );
        case "listener stop":
        case "listener restart": {
            const found = process.listeners.find(
                ({ address, port }) => address === keys.get("address") && port.toString() === keys.get("port"),
            );
            if (found === undefined) {
                const lines = [
                    `RPC to '${node}' failed: {'EXIT', {badarg, [{ets,lookup_element,`,
                    "                                   [ranch_server, {listener_sup, {mqtt, 1}}, 2],",
                    "                                   []}]}}",
                ];
                return { stdout: "", stderr: `${lines.join("\n")}\n`, exitCode: 1 };
            }
            found.status = command[1] === "stop" ? "suspended" : "running";
            return text("Done", json);
        }
        case "session show":
            if (brokers.hasFrozen(node)) {
                // Measured: after 60 s, with exit code 1. Its words were not kept; these are those of every RPC that is given up.
                return { stdout: "", stderr: `RPC to '${node}' failed: timeout\n`, exitCode: 1 };
            }
            return table(sessionRows(brokers, node, flags), json);
        case "session disconnect":
            for (const clientId of command[2] === "clients"
                ? (keys.get("client-ids") ?? "").split(",")
                : [keys.get("client-id") ?? ""]) {
                brokers.disconnect(node, clientId, flags.get("mountpoint") ?? "");
            }
            return text("Done", json);
        case "metrics show": {
            const queues = [...process.data.queues.values()];
            const online = queues.filter((queue) => queue.online).length;
            const lines = [
                `counter.socket_open = ${online}`,
                "counter.socket_close = 0",
                `gauge.active_mqtt_connections = ${online}`,
                "gauge.active_mqttws_connections = 0",
                `gauge.queue_processes = ${queues.length}`,
                "counter.netsplit_detected = 0",
                "counter.netsplit_resolved = 0",
            ];
            return { stdout: `${lines.join("\n")}\n\n` };
        }
        default:
            return { stdout: "Usage: vmq-admin <sub-command>\n" };
    }
}

function sessionRows(brokers: Brokers, node: string, flags: ReadonlyMap<string, string | undefined>) {
    const group = brokers.process(node)?.data.group;
    const limit = Number(flags.get("limit") ?? "100");
    const isWanted = (row: Readonly<Record<string, unknown>>) =>
        Object.entries(row).every(([column, value]) => {
            const wanted = flags.get(column);
            return wanted === undefined || wanted === String(value);
        });
    return (
        brokers.processes
            .filter(({ data }) => data.group === group)
            // The limit is each broker's, not the cluster's.
            .flatMap(({ node: at, data }) =>
                [...data.queues.values()]
                    .map((queue) => ({
                        client_id: queue.clientId,
                        mountpoint: queue.mountpoint,
                        node: at,
                        is_online: queue.online,
                        offline_messages: queue.online ? 0 : queue.messages,
                    }))
                    .filter(isWanted)
                    .slice(0, limit),
            )
            .map((row) =>
                Object.fromEntries(
                    Object.entries(row).filter(([column]) => flags.has(column) && flags.get(column) === undefined),
                ),
            )
    );
}

function text(line: string, json: boolean): CommandResult {
    return { stdout: json ? JSON.stringify({ type: "text", text: line }) : `${line}\n` };
}

/** A table as VerneMQ's writers write it: JSON without a newline at its end, or ASCII with a bold header and a border after every row. */
export function table(rows: readonly Readonly<Record<string, unknown>>[], json: boolean): CommandResult {
    if (json) {
        return { stdout: JSON.stringify({ table: rows, type: "table" }) };
    }
    const [first] = rows;
    if (first === undefined) {
        return { stdout: "" };
    }
    const columns = Object.keys(first);
    const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
    const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? "").length)) + 1);
    const border = `+${widths.map((width) => "-".repeat(width)).join("+")}+`;
    const shown = lines.map((line, number) => {
        const cells = line.map((cell, index) => {
            const padding = " ".repeat((widths[index] ?? 0) - cell.length);
            return (number === 0 ? `\u001b[1m${cell}\u001b[0m` : cell) + padding;
        });
        return `|${cells.join("|")}|\n${border}\n`;
    });
    return { stdout: `${border}\n${shown.join("")}` };
}
