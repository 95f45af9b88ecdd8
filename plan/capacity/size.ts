import { compact } from "../../components/common/compact";
import { brokerCount } from "../../components/broker/replicas";
import type { MachineProposals } from "../../components/common/node-limits";
import { mebibytesOf, millicoresOf } from "../../components/common/quantity";
import { haproxyResources } from "../../components/edge/haproxy/resources";
import { estimate } from "./estimate";
import { fitOf, type KnownPool } from "./fit";
import { systemWorkloads, untainted, type Workload } from "./workloads";

/** What devices ask of a cluster. */
export interface SizeRequest {
    readonly machines: MachineProposals;
    readonly devices: number;
    /** Messages that come in, of all devices together. */
    readonly messagesPerSecond: number;
    readonly keepaliveSeconds: number;
    /** Clients that each message goes out to. */
    readonly subscribersPerMessage: number;
    /** Whether the target's connection path has HAProxy. */
    readonly haproxy: boolean;
}

/** What is proposed, and the arithmetic. */
export interface SizeProposal {
    readonly brokers: number;
    readonly brokerSize: string;
    readonly brokerCores: number;
    readonly brokerMemoryGiB: number;
    /** Connections that a broker's listener takes. */
    readonly maxConnections: number;
    /** Of each broker while one is lost. */
    readonly load: { readonly connections: number; readonly millicores: number; readonly memoryMiB: number };
    /** What asks for the size: cores, memory, or neither where the smallest machine does. */
    readonly binds: "cores" | "memory" | "the smallest machine";
    readonly haproxyPods: number | undefined;
    readonly systemSize: string;
    readonly systemNodes: number;
    /** Undefined where the cloud scales its load balancers. */
    readonly loadBalancerNodes: number | undefined;
}

/** Of a machine, what its broker reserves; the rest is for the node's own pods and the kernel. */
const brokerShare = 0.75;
/** Of its cores, what the estimate may take: the rest is for devices that reconnect at once. */
const coresInUse = 0.6;
/** Of its memory, what connections may take: a fifth is the message store's, and a tenth of the others stays free. */
const memoryInUse = 0.8 * 0.9;
/** As many as the schema takes, and fewer and bigger ones are better. */
const mostBrokers = brokerCount.most;
const fewestBrokers = 3;
export const connectionsPerHaproxyPod = 50_000;
const mostHaproxyPods = 20;
/** Files that a process may have open, a connection each: fs.nr_open, whose default hardly a node changes. */
export const openFiles = {
    most: 1_048_576,
    source: "https://docs.kernel.org/admin-guide/sysctl/fs.html#nr-open",
    asOf: "2026-11",
} as const;
/** Those of a broker that are no connections: the message store's, logs and other brokers. */
const otherFiles = 48_576;
const mostSystemNodes = 60;

/** The smallest cluster whose brokers, HAProxy pods and nodes can each lose one; a text says what cannot be. */
export function proposeSize(request: SizeRequest): SizeProposal | string {
    const brokers = proposeBrokers(request);
    if (brokers === undefined) {
        return `${mostBrokers.toString()} brokers of ${request.machines.broker.at(-1) ?? ""} do not carry that: divide the devices among clusters`;
    }
    const haproxyPods = request.haproxy
        ? Math.max(2, Math.ceil(request.devices / connectionsPerHaproxyPod) + 1)
        : undefined;
    if (haproxyPods !== undefined && haproxyPods > mostHaproxyPods) {
        return `${haproxyPods.toString()} HAProxy pods of ${connectionsPerHaproxyPod.toString()} connections would be required, and at most ${mostHaproxyPods.toString()} can be set (edge.haproxy.replicas): divide the devices among clusters`;
    }
    const { loadBalancerNodes: ofEach, limits } = request.machines;
    const loadBalancerNodes = ofEach === null ? undefined : Math.ceil(request.devices / ofEach.connections) + 1;
    if (ofEach !== null && loadBalancerNodes !== undefined && loadBalancerNodes > ofEach.most) {
        return `${loadBalancerNodes.toString()} nodes of the regional load balancer would be required, and ${limits.title} gives at most ${ofEach.most.toString()}: use edge.loadBalancer: network, or divide the devices among clusters`;
    }
    const system = proposeSystem(request.machines, haproxyPods);
    return system === undefined
        ? "no system nodes hold the HAProxy pods"
        : { ...brokers, ...system, haproxyPods, loadBalancerNodes };
}

type BrokerPart = Omit<SizeProposal, "systemSize" | "systemNodes" | "haproxyPods" | "loadBalancerNodes">;

function proposeBrokers(request: SizeRequest): BrokerPart | undefined {
    const { limits, broker: sizes } = request.machines;
    for (let brokers = fewestBrokers; brokers <= mostBrokers; brokers++) {
        const left = brokers - 1;
        const connections = Math.ceil(request.devices / left);
        const required = estimate({ ...request, connections, messagesPerSecond: request.messagesPerSecond / left });
        for (const [index, size] of sizes.entries()) {
            const node = limits.sizeOf(size);
            const cores = (node?.vcpus ?? 0) * brokerShare;
            const memoryGiB = ((node?.memoryMiB ?? 0) / 1024) * brokerShare;
            const shares = {
                cores: required.millicores / (cores * 1000 * coresInUse),
                memory: required.memoryMiB / (memoryGiB * 1024 * memoryInUse),
            };
            const maxConnections = Math.max(1000, Math.ceil((connections * 1.2) / 1000) * 1000);
            if (shares.cores <= 1 && shares.memory <= 1 && maxConnections <= openFiles.most - otherFiles) {
                return {
                    brokers,
                    brokerSize: size,
                    brokerCores: cores,
                    brokerMemoryGiB: memoryGiB,
                    maxConnections,
                    load: { connections, ...required },
                    binds:
                        index === 0 && brokers === fewestBrokers
                            ? "the smallest machine"
                            : shares.cores > shares.memory
                              ? "cores"
                              : "memory",
                };
            }
        }
    }
    return undefined;
}

/** The fewest cores of system nodes on which each pod fits, an update proceeds and a node can be lost: what the plan's own check asks. */
function proposeSystem(
    { limits, system, leastSystemNodes }: MachineProposals,
    haproxyPods: number | undefined,
): { readonly systemSize: string; readonly systemNodes: number } | undefined {
    const candidates = system.flatMap((size) => {
        const node = limits.sizeOf(size);
        return node === undefined
            ? []
            : Array.from({ length: mostSystemNodes - leastSystemNodes + 1 }, (_, more) => ({
                  size,
                  node,
                  nodes: leastSystemNodes + more,
              }));
    });
    const found = candidates
        .sort((a, b) => a.nodes * a.node.vcpus - b.nodes * b.node.vcpus || a.nodes - b.nodes)
        .find(({ size, node, nodes }) => {
            const pool: KnownPool = {
                name: "system",
                size,
                nodes,
                labels: {},
                taints: [],
                limits,
                node,
                allocatable: limits.allocatable(node),
            };
            const fit = fitOf([pool], [...systemWorkloads([pool]), ...haproxyWorkload(haproxyPods)]);
            return fit.unplaced.length + fit.stuck.length + fit.afterLoss.length === 0;
        });
    return found === undefined ? undefined : { systemSize: found.size, systemNodes: found.nodes };
}

function haproxyWorkload(pods: number | undefined): readonly Workload[] {
    const { requests } = haproxyResources(connectionsPerHaproxyPod);
    return compact([
        pods !== undefined && {
            name: "vernemq-edge",
            pod: {
                millicores: millicoresOf(requests.cpu) ?? 0,
                memoryMiB: mebibytesOf(requests.memory) ?? 0,
            },
            replicas: pods,
            claims: [],
            accepts: untainted,
            spread: "even",
            rollout: { surge: 1, unavailable: 0 },
        },
    ]);
}
