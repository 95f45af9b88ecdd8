import { compact } from "../../components/common/compact";
import { type FoundHop, type FoundPath, shown } from "../../components/edge/evidence/facts";
import { keepaliveFactor } from "../../components/edge/plan";
import { plainPortsOutside } from "../../policy/rules/connection";
import { resourcesAgreeWithPlan } from "./agreement";
import { type Checked, assertion, type CheckRule } from "./check";
import { pairsOf } from "./evidence";
import { judged } from "./policy";

/** A check of the connection paths; none where the stack has no edge. */
function ofPaths(rule: (paths: readonly FoundPath[], plan: Checked) => ReturnType<CheckRule>): CheckRule {
    return (plan) =>
        plan.edge.exposure === "none" ? undefined : rule([...plan.found.paths, ...plan.found.webPaths], plan);
}

function hopsOf(paths: readonly FoundPath[]): readonly FoundHop[] {
    return paths.flatMap(({ hops }) => hops);
}

const everyHopLeadsOn = ofPaths((paths, { found }) =>
    assertion(
        "Every hop leads to a port that the next one listens on, and may connect to it",
        [...paths.flatMap(({ problems }) => problems), ...found.problems],
        "targets, selectors, ports, health checks, firewalls and network policies",
    ),
);

const headersAgree = ofPaths((paths) => {
    const pairs = paths.flatMap(pairsOf);
    const wrong = pairs.map(
        ([{ sends: sent }, { expectsHeader, kind }]) =>
            (sent.value !== "none") !== expectsHeader.value &&
            (expectsHeader.value
                ? `${expectsHeader.at} demands a header, and ${sent.at} sends none`
                : `${sent.at} sends PROXY ${sent.value}, and ${kind} does not expect it (${expectsHeader.at})`),
    );
    const sending = new Set(pairs.filter(([{ sends }]) => sends.value !== "none").map(([{ kind }]) => kind));
    return assertion(
        "A PROXY header is expected where one is sent, and only there",
        wrong,
        sending.size === 0 ? "none is sent" : `sent by ${[...sending].join(" and ")}`,
    );
});

const tlsIsTerminatedOnce: CheckRule = (plan) => {
    const { edge, found } = plan;
    const name = "TLS is terminated exactly once, before VerneMQ";
    if (edge.exposure === "none") {
        return {
            name,
            status: "warn",
            detail: "there is no edge: clients use plain MQTT with VerneMQ's own Service, or your own pod in front of it terminates TLS",
        };
    }
    const plain = new Set(edge.listeners.filter(({ tls }) => !tls).map(({ port }) => port));
    const paths = [...found.paths, ...found.webPaths].filter(({ hops }) => !plain.has(hops[0]?.port.value ?? 0));
    if (paths.length === 0 && edge.listeners.every(({ tls }) => !tls) && edge.webSocket === undefined) {
        return undefined;
    }
    const problems = paths.flatMap(({ hops }) => {
        const at = hops.filter(({ terminatesTls }) => terminatesTls.value);
        return compact([
            at.length !== 1 && `TLS is terminated at ${at.length} hops (${placesOfTls(at.length === 0 ? hops : at)})`,
            ...at.flatMap(({ kind, terminatesTls, certificate }) => [
                ...(kind === "vernemq" ? [`VerneMQ itself terminates TLS (${terminatesTls.at})`] : []),
                ...(certificate?.value === false ? [`${certificate.at} names no certificate that exists`] : []),
            ]),
        ]);
    });
    const terminating = hopsOf(paths).filter(({ terminatesTls }) => terminatesTls.value);
    const certificate = `certificate: ${edge.certificateSource ?? edge.webSocket?.certificateSource ?? "none"}`;
    return assertion(
        name,
        paths.length === 0 ? ["no resource opens a listener with TLS"] : problems,
        [...new Set(terminating.map(({ kind }) => kind)), certificate].join(", "),
    );
};

function placesOfTls(hops: readonly FoundHop[]): string {
    return hops.map(({ terminatesTls }) => terminatesTls.at).join(", ");
}

const affinityIsKept = ofPaths((paths, { edge }) => {
    const name = "A device reconnects to the same broker";
    if (edge.affinity === "none") {
        return { name, status: "warn", detail: "edge.affinity is none: sessions move on each reconnect" };
    }
    const keepers = hopsOf(paths).filter(({ affinity }) => affinity.value !== "none");
    return assertion(
        name,
        paths.map(({ hops }) => {
            const kept = hops.some(({ affinity }) => affinity.value !== "none");
            // A WebSocket client tells its client id only after a broker was chosen.
            const excused = edge.affinity === "client-id" && hops.at(-1)?.speaks?.value === "ws";
            const places = hops.slice(0, -1).map(({ affinity }) => affinity.at);
            return !kept && !excused && `no hop keeps affinity: ${places.join(", ")}`;
        }),
        `${edge.affinity} affinity at ${[...new Set(keepers.map(({ kind }) => kind))].join(" and ")}`,
    );
});

const lowestTls = ofPaths((paths, { edge }) => {
    const hops = hopsOf(paths).flatMap(({ lowestTls: lowest }) => (lowest === undefined ? [] : [lowest]));
    const route = edge.webSocket?.hops.find((hop) => hop.terminatesTls);
    return hops.length === 0 && !edge.listeners.some(({ tls }) => tls)
        ? undefined
        : assertion(
              `TLS ${edge.minimumTlsVersion} is the lowest that is accepted`,
              hops
                  .filter(({ value }) => !(Number(value) >= Number(edge.minimumTlsVersion)))
                  .map(({ at, value }) => `${at}: the lowest TLS version is ${shown(value)}`),
              `TLS ${edge.minimumTlsVersion} or later${route === undefined ? "" : `; for wss what ${route.title} is set to`}`,
          );
});

const plainMqttStaysInside: CheckRule = ({ edge, found, resources }) => {
    const asked = edge.listeners.some(({ name }) => name === "mqtt");
    const open = judged(resources).filter((resource) => plainPortsOutside(resource).includes(1883));
    const inside = edge.exposure === "cluster-ip" || edge.exposure === "none";
    const stays = inside && open.length === 0;
    const name = "Plain MQTT (1883) is not open to the outside";
    // Whatever the port: a path without TLS that ends at a listener for MQTT.
    const plain = found.paths.filter(
        ({ hops, exposure }) =>
            exposure?.value !== "cluster-ip" && !asked && hops.every(({ terminatesTls }) => !terminatesTls.value),
    );
    return asked && !stays
        ? { name, status: "warn", detail: "edge.listeners names mqtt: passwords and messages pass in the clear" }
        : assertion(
              name,
              [
                  ...open.map((resource) => resource.name),
                  ...plain.map(({ hops: [first] }) => first && `${first.port.at} is without TLS`),
              ],
              asked ? "only pods of the cluster reach it" : "no load balancer, node port or listener serves it",
          );
};

const timeoutsOutliveKeepalive = ofPaths((paths, { edge }) => {
    const least = Math.ceil(edge.keepaliveSeconds * keepaliveFactor);
    const timeouts = paths.flatMap(({ hops }) =>
        hops.flatMap(({ kind, idleTimeouts }) =>
            idleTimeouts.map((timeout) => ({ ...timeout, kind, kept: keptAlive(edge, hops, kind, timeout.value) })),
        ),
    );
    const shown = timeouts.filter(({ kept }) => !kept);
    return shown.length === 0
        ? undefined
        : assertion(
              "No idle timeout is shorter than 1.5 keepalives",
              shown
                  .filter(({ value }) => !(value >= least))
                  .map(({ at, value }) => `${at}: closed after ${value} s of silence`),
              `keepalive ${edge.keepaliveSeconds} s, ${[
                  ...new Set(shown.map(({ kind, value }) => `${kind} ${value} s`)),
              ].join(", ")}`,
          );
});

/** Whether HAProxy's TCP keepalives restart a timeout before it: sources say so of some products (EdgePlan's keptAliveBy). */
function keptAlive(edge: Checked["edge"], hops: readonly FoundHop[], kind: FoundHop["kind"], timer: number): boolean {
    const interval = hops.find((hop) => hop.kind === "haproxy")?.keepalives?.value ?? null;
    const isRestarted = edge.hops.some((hop) => hop.kind === kind && hop.keptAliveBy !== undefined);
    return isRestarted && interval !== null && interval < timer;
}

const onlyAllowedNetworks = ofPaths((paths, { edge }) => {
    const wanted = normalized(edge.allowedCidrs);
    const limits = paths.flatMap(({ hops }) => hops.flatMap((hop, index) => limitOf(hop, hops[index - 1])));
    const wrong = limits.filter(({ value }) => normalized(value) !== wanted);
    return assertion(
        "The networks of edge.allowedCidrs can connect, and no others",
        wrong.map(({ at, value }) => `${at} lets in ${value.join(" ") || "no client"}`),
        edge.allowedCidrs.join(" "),
    );
});

/** HAProxy can go by the client's address only where the hop before it keeps that; else it has to let in all. */
function limitOf({ allowed, kind }: FoundHop, before?: FoundHop): readonly NonNullable<FoundHop["allowed"]>[] {
    const isBlind = kind === "haproxy" && before?.keepsClientAddress.value === false;
    return allowed === undefined || (isBlind && isOpen(allowed.value)) ? [] : [allowed];
}

function isOpen(networks: readonly string[]): boolean {
    return networks.includes("0.0.0.0/0");
}

/** IPv4's whole space stands for all addresses: IPv6 is not served by every load balancer. */
function normalized(networks: readonly string[]): string {
    return isOpen(networks) ? "all" : [...new Set(networks)].sort().join(" ");
}

/** The checks of the connection path from a device to its broker: each reads the resources, and of the edge plan only what the user requires. */
export const edgeChecks: readonly CheckRule[] = [
    resourcesAgreeWithPlan,
    everyHopLeadsOn,
    headersAgree,
    tlsIsTerminatedOnce,
    affinityIsKept,
    lowestTls,
    plainMqttStaysInside,
    timeoutsOutliveKeepalive,
    onlyAllowedNetworks,
];
