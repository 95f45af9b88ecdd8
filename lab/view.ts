import Table from "cli-table3";
import type { Place } from "./cluster";

/** Escape sequences: so many lines up, and clear from there to the end of the screen. */
const up = (lines: number) => (lines === 0 ? "\r\u001b[0J" : `\u001b[${lines}A\r\u001b[0J`);

/** The table of clients by broker: how many sit where, and who came last. At most `rows` lines of clients. */
export function clientTable(brokers: readonly string[], places: readonly Place[], rows: number): string {
    const counts = brokers.map((name) => {
        const count = places.filter(({ broker }) => broker === name).length;
        return `${name}: ${count}`;
    });
    const newest = [...places].sort((a, b) => time(b) - time(a)).slice(0, rows);
    const table = new Table({
        head: ["client", "user", "address", "MQTT", "broker", "since"],
        style: { head: [], border: [], compact: true },
    });
    table.push(...newest.map(row));
    const more = places.length - newest.length;
    return [
        `${places.length} clients   ${counts.join("   ")}`,
        ...(newest.length === 0 ? [] : [table.toString()]),
        ...(more === 0 ? [] : [`and ${more} more`]),
    ].join("\n");
}

/** One line for what happened, where there is no terminal to draw a table on. */
export function eventLine(what: "connected" | "gone", place: Place, now: Date): string {
    const [client = "", , address = "", version = "", broker = ""] = row(place);
    const where = what === "connected" ? "on" : "from";
    return `${clock(now)} ${what.padEnd(9)} ${client} ${address} (${version}) ${where} ${broker}`;
}

/** Draws over what it drew before, on a terminal. */
export class Screen {
    #drawn = 0;

    constructor(private readonly stream: NodeJS.WriteStream) {}

    draw(text: string): void {
        this.stream.write(`${up(this.#drawn)}${text}\n`);
        this.#drawn = text.split("\n").length;
    }

    /** How many lines fit below what must stay visible. */
    rows(reserved: number): number {
        return Math.max(1, this.stream.rows - reserved);
    }
}

function row({ broker, session }: Place): string[] {
    const { clientId, username, peerAddress, peer, protocolVersion, since } = session;
    const version = { 3: "3.1", 4: "3.1.1", 5: "5" }[protocolVersion];
    const transport = peer.transport === "ws" ? `${version} over WebSocket` : version;
    return [
        printable(clientId),
        printable(username ?? ""),
        peerAddress,
        transport,
        broker,
        since === null ? "" : clock(since),
    ];
}

function time({ session }: Place): number {
    return session.since?.getTime() ?? 0;
}

function clock(date: Date): string {
    return date.toTimeString().slice(0, 8);
}

/** A client chooses its id: nothing in it may steer the terminal. */
function printable(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 40);
}
