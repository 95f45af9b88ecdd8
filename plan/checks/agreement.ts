import { compact } from "../../components/common/compact";
import { controllers } from "../../components/edge/web-socket/controllers";
import { type Fact, type FoundHop, type FoundPath, shown } from "../../components/edge/evidence/facts";
import { type Affinity, type EdgeListener, type EdgePlan, type Hop, listenerPorts } from "../../components/edge/plan";
import { type Checked, assertion, type CheckRule } from "./check";

/** A listener with the hops that the edge plan has for it. */
interface Wanted {
    readonly name: EdgeListener["name"];
    readonly port: number;
    readonly tls: boolean;
    readonly broker: EdgeListener["broker"];
    readonly hops: readonly Hop[];
}

/** Compares the paths that the resources open with those of the edge plan, and names each difference by resource and input. */
export const resourcesAgreeWithPlan: CheckRule = (plan) => {
    const { edge, found } = plan;
    if (edge.exposure === "none") {
        return undefined;
    }
    const own = edge.listeners.map((listener) => ({ ...listener, hops: edge.hops }));
    const web = webListener(edge);
    const differences = [
        ...own.flatMap((wanted) => compareWith(wanted, pathTo(found.paths, wanted.port), plan)),
        ...found.paths.flatMap((path) => unwanted(path, own)),
        ...(web === undefined ? [] : compareWith(web, found.webPaths[0], plan)),
    ];
    const hops = [...found.paths, ...found.webPaths].reduce((sum, path) => sum + path.hops.length, 0);
    return assertion(
        "The resources open the connection path of the edge plan",
        differences,
        `${own.length + (web === undefined ? 0 : 1)} listeners, ${hops} hops`,
    );
};

function webListener({ webSocket }: EdgePlan): Wanted | undefined {
    return webSocket === undefined
        ? undefined
        : { name: "wss", port: listenerPorts.wss, tls: true, broker: "ws", hops: webSocket.hops };
}

function pathTo(paths: readonly FoundPath[], port: number): FoundPath | undefined {
    return paths.find(({ hops }) => hops[0]?.port.value === port);
}

/** A port that is open and that no listener asks for. */
function unwanted({ hops: [first] }: FoundPath, listeners: readonly Wanted[]): readonly string[] {
    return first === undefined || listeners.some(({ port }) => port === first.port.value)
        ? []
        : [`${first.port.at} opens port ${shown(first.port.value)}, and the edge plan has no such listener`];
}

function compareWith(wanted: Wanted, path: FoundPath | undefined, plan: Checked): readonly string[] {
    if (path === undefined) {
        return [`no resource opens port ${wanted.port} for listener ${wanted.name}`];
    }
    const kinds = path.hops.map(({ kind }) => kind);
    const expected = wanted.hops.map(({ kind }) => kind);
    if (kinds.join() !== expected.join()) {
        const at = path.hops.find(({ kind }, index) => kind !== expected[index]) ?? path.hops.at(-1);
        return [
            `${wanted.name} takes ${kinds.join(" → ")} (${at?.port.at ?? ""}), and the edge plan has ${expected.join(" → ")}`,
        ];
    }
    return [
        ...exposureDifference(path, plan.edge, wanted),
        ...path.hops.flatMap((hop, index) => {
            const planned = wanted.hops[index];
            return planned === undefined ? [] : hopDifferences(hop, planned, wanted, plan.edge, path.hops[index - 1]);
        }),
    ];
}

function exposureDifference({ exposure }: FoundPath, edge: EdgePlan, { hops }: Wanted): readonly string[] {
    return exposure === undefined || hops !== edge.hops ? [] : different(exposure, edge.exposure, "exposure");
}

function hopDifferences(
    hop: FoundHop,
    planned: Hop,
    wanted: Wanted,
    edge: EdgePlan,
    before: FoundHop | undefined,
): readonly string[] {
    const title = `at ${planned.title}`;
    return [
        ...different(hop.terminatesTls, planned.terminatesTls && wanted.tls, `TLS termination ${title}`),
        ...different(hop.affinity, affinityFor(planned, wanted, before), `affinity ${title}`),
        ...different(hop.sends, planned.sends, `the PROXY header sent ${title}`),
        ...different(hop.keepsClientAddress, planned.keepsClientAddress, `the client's address kept ${title}`),
        ...timeoutDifferences(hop, planned, edge),
        ...(hop.speaks === undefined ? [] : different(hop.speaks, wanted.broker, `what ${wanted.name} leads to`)),
        ...(hop.kind === "haproxy" ? haproxyDifferences(hop, wanted, edge) : []),
    ];
}

/** A WebSocket client tells its client id only after a broker was chosen: then its address counts, where HAProxy is told it. */
function affinityFor({ kind, affinity }: Hop, { broker }: Wanted, before: FoundHop | undefined): Affinity {
    if (kind !== "haproxy" || broker !== "ws" || affinity !== "client-id") {
        return affinity;
    }
    return before?.keepsClientAddress.value === true ? "source-ip" : "none";
}

function timeoutDifferences(hop: FoundHop, planned: Hop, edge: EdgePlan): readonly string[] {
    const [own] = hop.idleTimeouts;
    if (own !== undefined) {
        return different(own, planned.idleTimeoutSeconds, `seconds of silence ${planned.title} takes`);
    }
    const isController = planned.kind === "ingress-controller" && edge.webSocket !== undefined;
    const bySetting =
        isController && controllers[edge.webSocket.controller].fixedIdleSeconds === planned.idleTimeoutSeconds;
    return planned.idleTimeoutSeconds === null || bySetting
        ? []
        : [
              `${hop.port.at} sets no idle timeout: ${planned.title} takes ${shown(planned.idleTimeoutSeconds)} in the edge plan`,
          ];
}

function haproxyDifferences(hop: FoundHop, { hops }: Wanted, edge: EdgePlan): readonly string[] {
    const forwarded = hops === edge.hops ? undefined : edge.webSocket?.forwardedHops;
    return compact([
        ...(hop.keepalives === undefined
            ? []
            : different(hop.keepalives, edge.tcpKeepaliveSeconds, "seconds between TCP keepalives towards devices")),
        ...(hop.terminatesTls.value && hop.clientCertificates !== undefined
            ? different(hop.clientCertificates, edge.clientCertificates, "client certificates asked for")
            : []),
        forwarded !== hop.forwardedHops?.value &&
            `${hop.forwardedHops?.at ?? `${hop.port.at}, http-request set-src`} takes the client's address from place ${shown(hop.forwardedHops?.value)} of X-Forwarded-For, and the edge plan has ${shown(forwarded)}`,
    ]);
}

function different<T>({ value, at }: Fact<T>, planned: T | null, what: string): readonly string[] {
    return value === planned ? [] : [`${at}: ${what} is ${shown(value)}, and the edge plan has ${shown(planned)}`];
}
