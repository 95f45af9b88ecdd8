import { compact } from "../../components/common/compact";
import type { Resources } from "../../components/common/node-limits";
import type { Capacity } from "../capacity";
import { grouped, type Limit } from "../capacity/edge";

/** A table of a plan: its head and its rows. */
export interface CapacityTable {
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
}

/** What the nodes of each pool have, and what is asked of them; none where the nodes are not the plan's. */
export function poolTable({ pools }: Capacity): CapacityTable | undefined {
    return pools.length === 0
        ? undefined
        : {
              head: ["Pool", "Nodes", "Allocatable each", "Requested of all", "Room left on the fullest"],
              rows: pools.map(({ pool, size, nodes, allocatable, isEstimate, requested, roomLeft }) => [
                  pool,
                  `${nodes} x ${size}`,
                  `${both(allocatable)}${isEstimate === true ? " (estimate)" : ""}`,
                  both(requested),
                  both(roomLeft),
              ]),
          };
}

/** What binds the edge, and what the brokers were estimated to do then. */
export function capacityNotes({
    connections,
    newConnectionsPerSecond,
    brokers,
    notCounted,
}: Capacity): readonly string[] {
    return compact([
        ...binding("Connections", connections, ""),
        ...binding("New connections", newConnectionsPerSecond, " a second"),
        brokers !== undefined &&
            `Estimate: ${brokers.brokers === 1 ? "the broker" : `each of ${brokers.brokers} brokers`} then has ${grouped(brokers.connections)} connections, which take ${grouped(brokers.memoryMiB)} MiB beside ${grouped(brokers.messageStoreMiB)} MiB of the message store, of ${grouped(brokers.memoryLimitMiB)}; their PINGREQs take ${grouped(brokers.pingMillicores)}m of ${grouped(brokers.millicores)}m, and the rest carries about ${grouped(brokers.messagesPerSecond)} messages a second in and out.`,
        ...notCounted.map((text) => `Not counted: ${text}.`),
    ]);
}

/** The smallest limit, and the next one that differs. */
function binding(title: string, limits: readonly Limit[], unit: string): readonly string[] {
    const [first] = limits;
    const next = limits.find(({ most }) => most > (first?.most ?? 0));
    return compact([
        first !== undefined &&
            `${title}: at most ${grouped(first.most)}${unit}. First to bind: ${first.what}${next === undefined ? "" : `; next, at ${grouped(next.most)}: ${next.what}`}.`,
    ]);
}

function both({ millicores, memoryMiB }: Resources): string {
    return `${grouped(millicores)}m, ${grouped(memoryMiB)} MiB`;
}
