import { failed, type Finding, ok } from "../report";

/** Who got a message from whom: `[from, to]`. */
export type Delivery = readonly [from: string, to: string];

/** Judges who was heard by whom. `endpoint` is the client at the public endpoint, the others are brokers. */
export function judgeCluster(brokers: readonly string[], endpoint: string, heard: readonly Delivery[]): Finding {
    const reached = new Set(heard.map(([from, to]) => `${from} ${to}`));
    const ends = [endpoint, ...brokers];
    const missing = ends.flatMap((from) =>
        ends.filter((to) => from !== to && !reached.has(`${from} ${to}`)).map((to): Delivery => [from, to]),
    );
    if (missing.length === 0) {
        return ok(
            `${brokers.length === 1 ? "1 broker" : `${brokers.length} brokers`} and the endpoint hear each other: ${brokers.join(", ")}`,
        );
    }
    const others = (name: string) => brokers.filter((each) => each !== name);
    const alone = brokers.filter(
        (name) =>
            others(name).length > 0 &&
            others(name).every((other) => !reached.has(`${name} ${other}`) && !reached.has(`${other} ${name}`)),
    );
    const [first] = missing;
    const seen =
        alone.length > 0
            ? `alone: ${alone.join(", ")} (${missing.length} of ${ends.length * (ends.length - 1)} connections do not work)`
            : `${missing.length} of ${ends.length * (ends.length - 1)} connections do not work, for example from ${first?.[0] ?? ""} to ${first?.[1] ?? ""}`;
    return failed(
        seen,
        "compare `vmq-admin cluster show` of every broker: one that left the cluster and started again with its old data stays alone until its volume is wiped",
    );
}
