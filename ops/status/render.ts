import Table from "cli-table3";
import picocolors from "picocolors";
import { isSeen, type Judgement, suspendedListeners } from "./judge";
import type { BrokerState, Observation } from "./observe";

/** The observation and its judgement as plain data for scripts. */
export function statusJson(observation: Observation, { problems, notes }: Judgement): unknown {
    const { statefulSet, brokers, haproxy, certificates } = observation;
    return {
        healthy: problems.length === 0,
        problems,
        notes,
        replicas: statefulSet.replicas,
        chart: statefulSet.labels["helm.sh/chart"],
        image: statefulSet.container.image,
        brokers: brokers.map((broker) => ({
            name: `${statefulSet.name}-${broker.ordinal}`,
            phase: broker.pod?.phase,
            ready: broker.pod?.ready ?? false,
            restarts: broker.pod?.restarts,
            createdAt: broker.pod?.createdAt,
            node: broker.pod?.node,
            zone: broker.zone,
            image: broker.pod?.container.image,
            members: isSeen(broker) ? broker.view.members : undefined,
            connections: isSeen(broker) ? broker.view.connections : undefined,
            sessions: isSeen(broker) ? broker.view.sessions : undefined,
            suspended: suspendedListeners(broker),
            claims: broker.claims.map(({ name, phase, capacity }) => ({ name, phase, capacity })),
        })),
        haproxy: haproxy.map(({ name, ready, restarts, node }) => ({ name, ready, restarts, node })),
        certificates: certificates.flatMap(({ secret, state }) =>
            typeof state === "string" ? [] : [{ secret, ...state, limits: undefined }],
        ),
    };
}

/** The observation as tables. */
export function statusText(
    observation: Observation,
    { problems, notes }: Judgement,
    now: Date,
    colored: boolean,
): string {
    const colors = picocolors.createColors(colored);
    const { statefulSet, brokers, haproxy, certificates } = observation;
    const table = new Table({
        head: ["broker", "pod", "restarts", "age", "node", "members", "clients", "sessions", "image", "volume"],
        style: { head: [], border: [] },
    });
    for (const broker of brokers) {
        table.push(row(broker, statefulSet.name, now, colors));
    }
    const chart = statefulSet.labels["helm.sh/chart"];
    const ready = haproxy.filter((pod) => pod.ready).length;
    return [
        `${statefulSet.name}: ${statefulSet.readyReplicas} of ${statefulSet.replicas} brokers ready${chart === undefined ? "" : `, chart ${chart}`}`,
        table.toString(),
        ...(haproxy.length === 0 ? [] : [`HAProxy: ${ready} of ${haproxy.length} ready`]),
        ...certificates.flatMap(({ state }) => {
            if (typeof state === "string") {
                return [];
            }
            const { names, daysLeft, notAfter } = state;
            return [`Server certificate: ${names.join(", ")}, ${daysLeft} days left (${notAfter.slice(0, 10)})`];
        }),
        ...problems.map((problem) => `${colors.red("✗")} ${problem}`),
        ...notes.map((note) => `${colors.yellow("!")} ${note}`),
        ...(problems.length === 0 ? [`${colors.green("✓")} healthy`] : []),
    ].join("\n");
}

function row(
    broker: BrokerState,
    statefulSet: string,
    now: Date,
    colors: ReturnType<typeof picocolors.createColors>,
): string[] {
    const { pod, zone, claims } = broker;
    const state =
        pod === undefined
            ? colors.red("missing")
            : pod.terminating
              ? colors.yellow("ending")
              : suspendedListeners(broker).length > 0
                ? colors.yellow("drained")
                : pod.ready
                  ? colors.green("ready")
                  : colors.red(pod.waitingReason?.split(":")[0] ?? (pod.phase === "Running" ? "not ready" : pod.phase));
    const view = isSeen(broker) ? broker.view : undefined;
    const running = view?.members.filter((member) => member.running).length;
    return [
        `${statefulSet}-${broker.ordinal}`,
        state,
        pod?.restarts.toString() ?? "",
        pod?.createdAt === undefined ? "" : age(new Date(pod.createdAt), now),
        [pod?.node, zone].filter((part) => part !== undefined).join(" "),
        view === undefined ? "?" : `${running ?? 0}/${view.members.length}`,
        view?.connections?.toString() ?? "?",
        view?.sessions?.toString() ?? "?",
        pod?.container.image.split("/").at(-1) ?? "",
        claims.map(({ capacity, requested, phase }) => `${capacity ?? requested ?? ""} ${phase}`.trim()).join(", "),
    ];
}

/** The time since then in its largest unit, as kubectl writes it. */
function age(since: Date, now: Date): string {
    const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000));
    const units = [
        [86_400, "d"],
        [3600, "h"],
        [60, "m"],
    ] as const;
    const [size, letter] = units.find(([length]) => seconds >= 2 * length) ?? [1, "s"];
    return `${Math.floor(seconds / size)}${letter}`;
}
