import { compact } from "../../components/common/compact";
import { localPorts } from "../../components/edge/haproxy/ports";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { mebibytesOf, millicoresOf } from "../../components/common/quantity";
import type { LoadBalancerNodes } from "../../components/common/node-limits";
import type { EdgePlan } from "../../components/edge/plan";
import { targets } from "../../stacks/targets/registry";
import type { PlannedResource } from "../graph";
import { brokerRelease, operatedBrokers, replicasOf, roleOf, sizeOf } from "../roles";
import { connectionsIn, estimate, messagesIn } from "./estimate";

/** How many of something a part of the connection path takes. */
export interface Limit {
    readonly what: string;
    readonly most: number;
    /** Where the number is from, if not from the plan. */
    readonly source?: string;
}

/** What the brokers can do, estimated from what was measured. */
interface BrokerEstimate {
    readonly brokers: number;
    /** Of each, when the edge is full and all have their share. */
    readonly connections: number;
    /** That those take, beside the message store. */
    readonly memoryMiB: number;
    readonly memoryLimitMiB: number;
    /** What the message store may take. */
    readonly messageStoreMiB: number;
    /** That PINGREQs of those connections take. */
    readonly pingMillicores: number;
    readonly millicores: number;
    /** Messages in a second, in and out to one subscriber, for which cores are left. */
    readonly messagesPerSecond: number;
}

/** What the connection path holds; the smallest limit stands first and binds. */
export interface EdgeCapacity {
    readonly connections: readonly Limit[];
    readonly newConnectionsPerSecond: readonly Limit[];
    readonly brokers: BrokerEstimate | undefined;
}

interface Tier {
    readonly pods: number;
    readonly connectionsPerPod: number;
    /** Handshakes that a pod begins in a second; undefined where it terminates no TLS. */
    readonly handshakesPerPod: number | undefined;
}

interface Brokers {
    readonly count: number;
    readonly maxConnections: number;
    readonly resources: { readonly millicores: number; readonly memoryMiB: number };
    readonly messageStoreMiB: number;
}

/** What the connection path of a plan holds, read from its resources. */
export function edgeCapacity({ keepaliveSeconds }: EdgePlan, resources: readonly PlannedResource[]): EdgeCapacity {
    const [tier, brokers] = [tierOf(resources), brokersOf(resources)];
    const connections = [
        ...(tier === undefined ? [] : tierLimits(tier, brokers)),
        ...loadBalancerLimits(resources, tier?.pods ?? brokers?.count ?? 0),
        ...(brokers === undefined ? [] : brokerLimits(brokers)),
    ].sort((a, b) => a.most - b.most);
    const [binding] = connections;
    return {
        connections,
        newConnectionsPerSecond: rates(resources, tier, brokers).sort((a, b) => a.most - b.most),
        brokers:
            brokers === undefined || brokers.resources.memoryMiB === 0 || binding === undefined
                ? undefined
                : brokerEstimate(brokers, Math.ceil(binding.most / brokers.count), keepaliveSeconds),
    };
}

function tierOf(resources: readonly PlannedResource[]): Tier | undefined {
    const deployment = resources.find(
        ({ type, inputs }) =>
            type === "kubernetes:apps/v1:Deployment" &&
            valueOf(inputs, 'spec.template.metadata.labels["app.kubernetes.io/name"]') === "haproxy",
    );
    const volumes = valuesOf(deployment?.inputs, "spec.template.spec.volumes.*.configMap.name");
    const config = resources.find(
        ({ type, inputs }) =>
            type === "kubernetes:core/v1:ConfigMap" && volumes.includes(valueOf(inputs, "metadata.name")),
    );
    const text = String(valueOf(config?.inputs, 'data["haproxy.cfg"]'));
    const most = Number(
        /conn\w* reject if \{ var\(sess\.clients\) -m int gt (\d+) \}/.exec(text)?.[1] ??
            /^ *maxconn (\d+)/m.exec(text)?.[1],
    );
    const pods = valueOf(deployment?.inputs, "spec.replicas");
    const rate = /^ *maxsslrate (\d+)/m.exec(text)?.[1];
    return typeof pods === "number" && !Number.isNaN(most)
        ? { pods, connectionsPerPod: most, handshakesPerPod: rate === undefined ? undefined : Number(rate) }
        : undefined;
}

function brokersOf(resources: readonly PlannedResource[]): Brokers | undefined {
    const [release, operated] = [brokerRelease(resources), operatedBrokers(resources)];
    const spec = valueOf(release?.inputs, "values") ?? valueOf(operated?.inputs, "spec");
    const count = replicasOf(release) ?? sizeOf(operated);
    if (spec === undefined || count === undefined || count === 0) {
        return undefined;
    }
    const environment = (name: string) =>
        valueOf(
            valuesOf(spec, "additionalEnv.*").find((each) => valueOf(each, "name") === `DOCKER_VERNEMQ_${name}`),
            "value",
        );
    const perAcceptor = environment("LISTENER__MAX_CONNECTIONS") ?? valueOf(spec, "config.listeners.0.maxConnections");
    const acceptors = environment("LISTENER__NR_OF_ACCEPTORS") ?? valueOf(spec, "config.listeners.0.nrOfAcceptors");
    const store =
        environment("LEVELDB__MAXIMUM_MEMORY") ??
        valuesOf(spec, "vmqConfig").flatMap(
            (text) => /leveldb\.maximum_memory *= *(\d+)/.exec(String(text))?.[1] ?? [],
        )[0];
    return {
        count,
        maxConnections: Number(perAcceptor) * Number(acceptors),
        resources: {
            millicores: millicoresOf(valueOf(spec, "resources.requests.cpu")) ?? 0,
            memoryMiB: mebibytesOf(valueOf(spec, "resources.limits.memory")) ?? 0,
        },
        messageStoreMiB: Math.round(Number(store ?? 0) / 2 ** 20),
    };
}

function tierLimits({ pods, connectionsPerPod }: Tier, brokers: Brokers | undefined): readonly Limit[] {
    const ports = localPorts.last - localPorts.first + 1;
    return compact([
        { what: `${pods} HAProxy pods of ${grouped(connectionsPerPod)}`, most: pods * connectionsPerPod },
        brokers !== undefined && {
            what: `${grouped(ports)} local ports of each HAProxy pod for each of ${brokers.count} brokers`,
            most: pods * ports * brokers.count,
        },
    ]);
}

/** The groups of targets whose load balancer puts its own address in place of the client's, with what that leaves each target. */
function groupsWithoutClientAddress(resources: readonly PlannedResource[]) {
    return resources.flatMap(({ name, type, inputs }) => {
        const kept = roleOf(type).keepsClientAddress;
        return kept === undefined || String(valueOf(inputs, kept.path)) === String(kept.value)
            ? []
            : [{ name, most: kept.most, source: kept.source }];
    });
}

function loadBalancerLimits(resources: readonly PlannedResource[], pods: number): readonly Limit[] {
    const services = resources.filter(({ type }) => type === "kubernetes:core/v1:Service");
    return [
        ...groupsWithoutClientAddress(resources).map(({ name, most, source }) => ({
            what: `${pods} targets of ${name}, whose clients' addresses the load balancer does not keep`,
            most: pods * most,
            source,
        })),
        ...targets().flatMap(({ machineProposals }) => {
            const scaled = machineProposals?.loadBalancerNodes;
            return scaled === undefined || scaled === null
                ? []
                : services.flatMap((service) => nodeLimit(service, scaled));
        }),
    ];
}

function nodeLimit({ inputs }: PlannedResource, scaled: LoadBalancerNodes): readonly Limit[] {
    const annotation = (name: string) => valueOf(inputs, `metadata.annotations["${name}"]`);
    const nodes = Number(annotation(scaled.count) ?? 1);
    return compact([
        annotation(scaled.type.annotation) === scaled.type.value && {
            what: `${nodes} nodes of the regional load balancer`,
            most: nodes * scaled.connections,
            source: scaled.source,
        },
    ]);
}

function brokerLimits({ count, maxConnections, resources, messageStoreMiB }: Brokers): readonly Limit[] {
    const brokers = `${count} broker${count === 1 ? "" : "s"}`;
    return compact([
        !Number.isNaN(maxConnections) && {
            what: `${brokers} that take ${grouped(maxConnections)}`,
            most: count * maxConnections,
        },
        resources.memoryMiB !== 0 && {
            what: `memory of ${brokers}, an estimate`,
            most: count * connectionsIn(resources.memoryMiB - messageStoreMiB),
        },
    ]);
}

function rates(resources: readonly PlannedResource[], tier: Tier | undefined, brokers: Brokers | undefined): Limit[] {
    const pods = tier?.pods ?? brokers?.count ?? 0;
    return compact([
        tier?.handshakesPerPod !== undefined && {
            what: `${tier.pods} HAProxy pods that begin ${grouped(tier.handshakesPerPod)} TLS handshakes each`,
            most: tier.pods * tier.handshakesPerPod,
        },
        ...groupsWithoutClientAddress(resources).map(({ name, most, source }) => ({
            what: `${pods} targets of ${name}, each about ${grouped(most)} a minute`,
            most: Math.floor((pods * most) / 60),
            source,
        })),
    ]);
}

function brokerEstimate(brokers: Brokers, connections: number, keepaliveSeconds: number): BrokerEstimate {
    const full = estimate({ connections, messagesPerSecond: 0, keepaliveSeconds });
    const { millicores, memoryMiB } = brokers.resources;
    return {
        brokers: brokers.count,
        connections,
        memoryMiB: Math.ceil(full.memoryMiB),
        memoryLimitMiB: memoryMiB,
        messageStoreMiB: brokers.messageStoreMiB,
        pingMillicores: Math.ceil(full.millicores),
        millicores,
        messagesPerSecond: messagesIn(millicores - full.millicores),
    };
}

/** `55,000` */
export function grouped(count: number): string {
    return Math.round(count).toLocaleString("en");
}
