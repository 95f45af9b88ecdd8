import { brokerHop, brokerHttpPort, findBrokers, type FoundBrokers } from "./broker";
import {
    because,
    type Endpoint,
    type Fact,
    type FoundHop,
    type FoundPath,
    type HealthCheck,
    type PodTarget,
    problem,
    read,
    type Resource,
    selects,
} from "./facts";
import { linesOf } from "./haproxy-config";
import {
    findHaproxies,
    type FoundFrontend,
    type FoundHaproxy,
    frontendAt,
    haproxyFound,
    haproxyOf,
    serversOf,
} from "./haproxy";
import { podsBehind, portsOf, services } from "./service";
import { isOpenToAnyone, policyProblems } from "./policies";

/** Follows a listener through the cluster to VerneMQ. */
export function pathOf(resources: readonly Resource[], endpoint: Endpoint): FoundPath {
    const { exposure, hops, problems, target } = endpoint;
    const inside = target === undefined ? { hops: [], problems: [] } : fromPods(resources, target, hops.at(-1));
    const service = target?.selector.at.split(":")[0] ?? "";
    return { service, exposure, hops: [...hops, ...inside.hops], problems: [...problems, ...inside.problems] };
}

type Rest = Pick<FoundPath, "hops" | "problems">;

function fromPods(resources: readonly Resource[], target: PodTarget, before: FoundHop | undefined): Rest {
    const brokers = findBrokers(resources);
    const haproxy = haproxyOf(findHaproxies(resources), target.selector.value);
    if (haproxy !== undefined && haproxy.namespace === target.namespace) {
        return fromHaproxy(resources, haproxy, target, before, brokers);
    }
    return brokers !== undefined &&
        selects(target.selector.value, brokers.podLabels) &&
        brokers.namespace === target.namespace
        ? fromBrokers(resources, brokers, target)
        : { hops: [], problems: [problem(target.selector, "no pods of this plan carry these labels")] };
}

function fromBrokers(resources: readonly Resource[], brokers: FoundBrokers, target: PodTarget): Rest {
    const { health, port } = target;
    const hop = brokerHop(brokers, port.value);
    return {
        hops: hop === undefined ? [] : [hop],
        problems: [
            ...(hop === undefined ? [problem(port, "VerneMQ does not listen there")] : []),
            ...(health?.port.value === undefined || health.port.value === brokerHttpPort
                ? []
                : [problem(health.port, "VerneMQ answers no health check there")]),
            ...(health?.path === undefined || /^\/health(\/|$)/.test(health.path.value)
                ? []
                : [problem(health.path, "VerneMQ answers health checks below /health")]),
            ...policyProblems(resources, "ingress", brokers, port.value, "outside"),
        ],
    };
}

function fromHaproxy(
    resources: readonly Resource[],
    haproxy: FoundHaproxy,
    { health, port }: PodTarget,
    before: FoundHop | undefined,
    brokers: FoundBrokers | undefined,
): Rest {
    const found = frontendAt(haproxy, port.value);
    if (found === undefined) {
        return { hops: [], problems: [problem(port, "HAProxy does not listen there")] };
    }
    const hop = haproxyFound(found, resources);
    const isWeb = before?.kind === "ingress-controller" || before?.kind === "gateway";
    const servers = serversOf(found);
    const last = brokers === undefined ? undefined : brokerHop(brokers, servers.port.value);
    return {
        hops: last === undefined ? [hop] : [hop, { ...last, ...spokenBy(last, servers.chosenBy) }],
        problems: [
            ...healthProblems(haproxy, health),
            ...(isWeb
                ? isOpenToAnyone(resources, haproxy, port.value)
                : policyProblems(resources, "ingress", haproxy, port.value, "outside")),
            ...servers.problems,
            ...(brokers === undefined || last === undefined
                ? [problem(servers.port, "VerneMQ does not listen there")]
                : toBrokers(resources, found, brokers)),
        ],
    };
}

/** What a broker's listener speaks is right or wrong by who chose the listener. */
function spokenBy({ speaks }: FoundHop, chosenBy: Pick<Fact, "at">): Pick<FoundHop, "speaks"> {
    return speaks === undefined ? {} : { speaks: because(chosenBy, speaks.value) };
}

/** Whether a health check reaches HAProxy's own answer, by a port that takes a PROXY header where one comes first. */
function healthProblems(haproxy: FoundHaproxy, health: HealthCheck | undefined): readonly string[] {
    if (health?.port.value === undefined) {
        return [];
    }
    const found = frontendAt(haproxy, health.port.value);
    const header = found?.bind.includes("accept-proxy") === true;
    if (found === undefined || header !== health.behindHeader) {
        const header = health.behindHeader ? " behind a PROXY header" : "";
        return [problem(health.port, `HAProxy answers no health check there${header}`)];
    }
    const { path } = health;
    return path === undefined ||
        linesOf(found.frontend, "http-request", "return").some(
            (words) => words[words.indexOf("path") + 1] === path.value,
        )
        ? []
        : [problem(path, "HAProxy answers no such path")];
}

/** Whether HAProxy's servers are the brokers' pods, and its packets reach them. */
function toBrokers(resources: readonly Resource[], found: FoundFrontend, brokers: FoundBrokers): readonly string[] {
    const { haproxy } = found;
    const { hosts, port } = serversOf(found);
    const { headlessService, namespace, replicas, statefulSet } = brokers;
    const missing = Array.from(
        { length: replicas.value },
        (_, ordinal) => `${statefulSet}-${ordinal}.${headlessService}.${String(namespace)}.svc.cluster.local`,
    ).filter((host) => !hosts.value.includes(host));
    const ports = [port.value, brokerHttpPort];
    return [
        ...(missing.length === 0 ? [] : [`${hosts.at} does not name ${missing.join(" and ")}`]),
        ...(Number.isInteger(replicas.value) ? [] : [problem(replicas, "it is no number of brokers")]),
        ...ports.flatMap((number) => [
            ...policyProblems(resources, "egress", haproxy, number, brokers),
            ...policyProblems(resources, "ingress", brokers, number, haproxy),
        ]),
    ];
}

/** What is wrong beside the paths: an HAProxy that does not run, and Services inside the cluster that lead nowhere. */
export function otherProblems(resources: readonly Resource[], paths: readonly FoundPath[]): readonly string[] {
    const own = new Set(paths.map(({ service }) => service));
    return [
        ...idleHaproxies(resources),
        ...services(resources)
            .filter(({ name }) => !own.has(name))
            .flatMap((service) => brokerServiceProblems(resources, service)),
    ];
}

/** Clients inside the cluster send no PROXY header, and reach brokers at a port that they listen on. */
function brokerServiceProblems(resources: readonly Resource[], service: Resource): readonly string[] {
    const brokers = findBrokers(resources);
    return portsOf(service).flatMap((path) => {
        const { port, selector } = podsBehind(service, path);
        if (brokers === undefined || !selects(selector.value, brokers.podLabels) || port.value === brokerHttpPort) {
            return [];
        }
        const listener = brokers.listeners.find((candidate) => candidate.port.value === port.value);
        if (listener === undefined) {
            return [problem(port, "VerneMQ does not listen there")];
        }
        const { expectsHeader } = listener;
        return expectsHeader.value
            ? [`${expectsHeader.at} demands a PROXY header, and clients of ${port.at} send none`]
            : [];
    });
}

function idleHaproxies(resources: readonly Resource[]): readonly string[] {
    return findHaproxies(resources).flatMap(({ deployment }) => {
        const replicas = read(deployment, "spec.replicas");
        return Number(replicas.value) > 0 ? [] : [problem(replicas, "no HAProxy runs")];
    });
}
