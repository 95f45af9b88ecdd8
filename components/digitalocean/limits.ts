import { annotationNames } from "./annotations";
import {
    type LoadBalancerNodes,
    type MachineProposals,
    type NodeLimits,
    type NodePoolTypes,
    type NodeSize,
    stepwise,
} from "../common/node-limits";

/** What Kubernetes itself allows, and what each node reports. */
const maxPods = 110;

/** Volumes of one Droplet (https://docs.digitalocean.com/products/volumes/details/limits/): newer accounts have 15. */
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

/** DOKS and Droplets. */
export const digitaloceanNodeLimits: NodeLimits = {
    title: "DigitalOcean",
    asOf: "2026-11",
    isSizeName: (slug) =>
        /^[a-z][a-z0-9_]*-(\d+vcpu-\d+(gb|mb)|\d+)(-[a-z0-9]+)*$/.test(slug) && !slug.includes("standard"),
    sizeOf,
    /**
     * Seen with `kubectl describe node`: 900m and 1,574 Mi of 1 vCPU and 2 GB; 1,900m and 3,110 Mi of 2 and 4; 3,900m and 6,694 Mi of 4 and 8
     * (versions 1.24 to 1.28). That is a quarter of the first 4 GiB and an eighth of the next four, less 38 Mi. No bigger node was seen; the
     * eighth is taken to go on, which is more than any other cloud reserves there.
     */
    allocatable: ({ vcpus, memoryMiB, maxPods: pods, maxVolumes: volumes }) => ({
        millicores: vcpus * 1000 - 100,
        memoryMiB: Math.floor(
            memoryMiB -
                stepwise(memoryMiB, [
                    [4096, 0.25],
                    [Infinity, 0.125],
                ]) +
                38,
        ),
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
    // As the API documents `size_unit` (https://docs.digitalocean.com/reference/api); the guide says 200. Read 2026-11.
    most: 100,
    source: "https://docs.digitalocean.com/products/networking/load-balancers/how-to/scale/",
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
