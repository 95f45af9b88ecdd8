import { annotationNames } from "./annotations";
import {
    type Allocatable,
    type LoadBalancerNodes,
    type MachineProposals,
    type NodeLimits,
    type NodePoolTypes,
    type NodeSize,
} from "../common/node-limits";

/** What Kubernetes itself allows, and what each node reports. */
const maxPods = 110;

/** Volumes of one Droplet: newer accounts have 15. */
const maxVolumes = 7;

/** MiB for each vCPU of the CPU-optimized Droplets, whose slugs do not say their memory. */
const cpuOptimizedMemory = 2048;

/** Sizes of Droplets by their slugs, which `doctl kubernetes options sizes` lists: `s-4vcpu-8gb`, `g-8vcpu-32gb-intel`, `c-4`. */
function sizeOf(slug: string): NodeSize | undefined {
    const named = /^[a-z][a-z0-9_]*-(\d+)vcpu-(\d+)gb(?:-[a-z0-9]+)*$/.exec(slug);
    const cpuOptimized = /^c-(\d+)(?:-intel)?$/.exec(slug);
    const vcpus = Number(named?.[1] ?? cpuOptimized?.[1]);
    const memoryMiB = named === null ? vcpus * cpuOptimizedMemory : Number(named[2]) * 1024;
    return Number.isNaN(vcpus) ? undefined : { vcpus, memoryMiB, architecture: "amd64", maxPods, maxVolumes };
}

/** What pods may take of a node, by its memory, both in GiB; beyond the last row a Droplet keeps a thirty-second, as between the last two. */
export const podMemory = {
    rows: [
        [2, 1],
        [3, 1.66],
        [4, 2.5],
        [8, 6],
        [16, 13],
        [32, 28],
        [48, 43],
        [64, 58],
        [96, 88.5],
        [128, 119.5],
        [160, 151],
        [192, 182],
    ],
    source: "https://docs.digitalocean.com/products/kubernetes/details/limits/#allocatable-memory (edited 2025-11-10)",
    asOf: "2026-11",
} as const;

/**
 * MiB that DigitalOcean counts for its own pods, which are counted apart here. Nodes' own word less the table's is that to the MiB wherever one
 * was seen: 1,574 Mi of 2 GiB, 3,110 of 4 and 6,694 of 8 (`kubectl describe node`, 1.24 to 1.28), and 59,942 of 64 (g-16vcpu-64gb, 1.18).
 */
const ownPods = 550;

/** What a node says that it can allocate; between the table's rows as on a line from one to the next. */
function allocatableMemory(memoryMiB: number): Pick<Allocatable, "memoryMiB" | "isEstimate"> {
    const gibibytes = memoryMiB / 1024;
    const { rows } = podMemory;
    const reached = rows.findIndex(([size]) => size >= gibibytes);
    const next = reached === -1 ? rows.length - 1 : Math.max(reached, 1);
    const [[fromSize, fromPods], [toSize, toPods]] = [rows[next - 1] ?? rows[0], rows[next] ?? rows[1]];
    const pods = fromPods + ((gibibytes - fromSize) * (toPods - fromPods)) / (toSize - fromSize);
    return {
        memoryMiB: Math.floor(pods * 1024 + ownPods),
        ...(rows.some(([size]) => size === gibibytes) ? {} : { isEstimate: true as const }),
    };
}

/** DOKS and Droplets. */
export const digitaloceanNodeLimits: NodeLimits = {
    title: "DigitalOcean",
    origins: {
        machines: {
            source: "https://docs.digitalocean.com/reference/doctl/reference/kubernetes/options/sizes",
            asOf: "2026-11",
        },
        reservations: podMemory,
        volumes: { source: "https://docs.digitalocean.com/products/volumes/details/limits/", asOf: "2026-11" },
        systemPods: {
            source: "kubectl describe node on published clusters of DOKS 1.24 to 1.28",
            asOf: "2026-11",
        },
    },
    isSizeName: (slug) =>
        /^[a-z][a-z0-9_]*-(\d+vcpu-\d+(gb|mb)|\d+)(-[a-z0-9]+)*$/.test(slug) && !slug.includes("standard"),
    sizeOf,
    /** A tenth of a core is reserved: 900m of 1 vCPU, 1,900m of 2 and 3,900m of 4 were seen with `kubectl describe node` (1.24 to 1.28). */
    allocatable: ({ vcpus, memoryMiB, maxPods: pods, maxVolumes: volumes }) => ({
        millicores: vcpus * 1000 - 100,
        ...allocatableMemory(memoryMiB),
        pods,
        volumes,
    }),
    /** From the same nodes. Read 2026-11. */
    systemPods: [
        { name: "cilium", replicas: "each node", millicores: 310, memoryMiB: 310 },
        { name: "cpc-bridge-proxy", replicas: "each node", millicores: 100, memoryMiB: 75 },
        { name: "do-node-agent", replicas: "each node", millicores: 102, memoryMiB: 80 },
        { name: "kube-proxy", replicas: "each node", millicores: 0, memoryMiB: 125 },
        { name: "coredns", replicas: 2, millicores: 100, memoryMiB: 144 },
        { name: "cilium-operator", replicas: 2, millicores: 100, memoryMiB: 144 },
    ],
};

const pool = {
    limits: digitaloceanNodeLimits,
    size: "size",
    count: "nodeCount",
    labels: "labels",
    taints: "taints.*",
} as const;

/** Of regional load balancers; those of the network type are scaled by the cloud. */
export const loadBalancerNodes: LoadBalancerNodes = {
    connections: 10_000,
    // As the API documents `size_unit` (https://docs.digitalocean.com/reference/api); the guide says 200.
    most: 100,
    source: "https://docs.digitalocean.com/products/networking/load-balancers/how-to/scale/",
    asOf: "2026-11",
    count: annotationNames.sizeUnit,
    type: { annotation: annotationNames.type, value: "REGIONAL" },
};

export const machineProposals: MachineProposals = {
    limits: digitaloceanNodeLimits,
    key: "size",
    system: ["s-4vcpu-8gb", "s-8vcpu-16gb"],
    broker: ["g-4vcpu-16gb", "g-8vcpu-32gb", "g-16vcpu-64gb", "g-32vcpu-128gb"],
    leastSystemNodes: 2,
    loadBalancerNodes,
};

/** Where node pools say what their nodes are. */
export const nodePoolTypes: NodePoolTypes = {
    "digitalocean:index/kubernetesCluster:KubernetesCluster": { ...pool, at: "nodePool" },
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": { ...pool, at: "" },
};
