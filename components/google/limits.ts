import {
    type MachineProposals,
    type NodeLimits,
    type NodePoolTypes,
    type NodeSize,
    slidingCpuReservation,
    stepwise,
} from "../common/node-limits";

/** MiB for each vCPU by series and type (https://cloud.google.com/compute/docs/general-purpose-machines and its siblings, read 2026-11). c4d is left out: its ratio depends on the size. */
const memoryPerVcpu: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    n1: { standard: 3840, highmem: 6656, highcpu: 921 },
    e2: { standard: 4096, highmem: 8192, highcpu: 1024 },
    n2: { standard: 4096, highmem: 8192, highcpu: 1024 },
    n2d: { standard: 4096, highmem: 8192, highcpu: 1024 },
    n4: { standard: 4096, highmem: 8192, highcpu: 2048 },
    n4a: { standard: 4096, highmem: 8192, highcpu: 2048 },
    t2d: { standard: 4096 },
    t2a: { standard: 4096 },
    c2: { standard: 4096 },
    c2d: { standard: 4096, highmem: 8192, highcpu: 2048 },
    c3: { standard: 4096, highmem: 8192, highcpu: 2048 },
    c3d: { standard: 4096, highmem: 8192, highcpu: 2048 },
    c4: { standard: 3840, highmem: 7936, highcpu: 2048 },
    c4a: { standard: 4096, highmem: 8192, highcpu: 2048 },
};

/** Google's series with Arm processors (https://github.com/kubernetes/autoscaler, cloudprovider/gce/machine_types.go). */
const armSeries: ReadonlySet<string> = new Set(["c4a", "n4a", "t2a"]);

/** Machines that share cores: MiB. GKE reserves 1,060 m of their two (https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes). */
const sharedCore: Readonly<Record<string, number>> = { "e2-micro": 1024, "e2-small": 2048, "e2-medium": 4096 };
const sharedCoreReservation = 1060;

/** GKE's default for clusters whose pods have addresses of the VPC (https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr). */
const maxPods = 110;

/** Disks beside the boot disk: 127 on the older series, 15 on shared cores; those with Hyperdisk begin at 15. */
const maxVolumes = 15;

function sizeOf(machineType: string): NodeSize | undefined {
    const shared = Object.hasOwn(sharedCore, machineType) ? sharedCore[machineType] : undefined;
    if (shared !== undefined) {
        return { vcpus: 2, memoryMiB: shared, architecture: "amd64", maxPods, maxVolumes, sharesCores: true };
    }
    const [, series = "", type = "", count = ""] = /^([a-z]\d[a-z]*)-([a-z]+)-(\d+)(?:-lssd)?$/.exec(machineType) ?? [];
    const memory = memoryPerVcpu[series]?.[type];
    const vcpus = Number(count);
    return memory === undefined
        ? undefined
        : {
              vcpus,
              memoryMiB: vcpus * memory,
              architecture: armSeries.has(series) ? "arm64" : "amd64",
              maxPods,
              maxVolumes,
          };
}

/** What the kernel of Container-Optimized OS keeps (https://github.com/kubernetes/autoscaler, cloudprovider/gce/gce_reserved.go, commit 55c37cd, 2026-08-22). */
function kernelMemory(memoryMiB: number): number {
    const common = memoryMiB / 64 + 16 + Math.min(0.00175 * memoryMiB, 248);
    return common + (memoryMiB > 3 * 1024 ? 64 : 0) + (memoryMiB <= 8 * 1024 ? 8 : 0);
}

/** GKE and Compute Engine. */
export const googleNodeLimits: NodeLimits = {
    title: "Google Cloud",
    origins: {
        machines: {
            source: "https://cloud.google.com/compute/docs/general-purpose-machines; https://github.com/kubernetes/autoscaler, cloudprovider/gce/machine_types.go",
            asOf: "2026-11",
        },
        reservations: {
            source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes#memory_and_cpu_reservations; https://github.com/kubernetes/autoscaler, cloudprovider/gce/gce_reserved.go, commit 55c37cd",
            asOf: "2026-11",
        },
        volumes: { source: "https://cloud.google.com/compute/docs/disks (Limits for disks)", asOf: "2026-11" },
        systemPods: {
            source: "kubectl describe node on published clusters of Kubernetes 1.30 to 1.32; https://github.com/kubernetes/kubernetes, cluster/addons/dns/nodelocaldns",
            asOf: "2026-11",
        },
    },
    isSizeName: (machineType) =>
        /^[a-z]\d[a-z]*-(standard|highmem|highcpu|ultramem|megamem|hypermem|micro|small|medium|custom)(-\d+)*(-lssd|-metal)?$/.test(
            machineType,
        ),
    sizeOf,
    /** https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes#memory_and_cpu_reservations */
    allocatable: ({ vcpus, memoryMiB, sharesCores, maxPods: pods, maxVolumes: volumes }) => ({
        millicores: vcpus * 1000 - (sharesCores === true ? sharedCoreReservation : slidingCpuReservation(vcpus)),
        memoryMiB: Math.floor(
            memoryMiB -
                kernelMemory(memoryMiB) -
                stepwise(memoryMiB, [
                    [4096, 0.25],
                    [8192, 0.2],
                    [16_384, 0.1],
                    [131_072, 0.06],
                    [Infinity, 0.02],
                ]) -
                100,
        ),
        pods,
        volumes,
    }),
    /**
     * As `kubectl describe node` shows them on clusters of Kubernetes 1.30 to 1.32 with Managed Service for Prometheus; anetd as a published
     * list of the DaemonSets of a cluster with Dataplane V2 has it, node-local-dns as its manifest (https://github.com/kubernetes/kubernetes,
     * cluster/addons/dns/nodelocaldns). Read 2026-11.
     */
    systemPods: [
        { name: "anetd", replicas: "each node", millicores: 205, memoryMiB: 164 },
        { name: "fluentbit-gke", replicas: "each node", millicores: 105, memoryMiB: 230 },
        { name: "gke-metadata-server", replicas: "each node", millicores: 100, memoryMiB: 100 },
        { name: "gke-metrics-agent", replicas: "each node", millicores: 19, memoryMiB: 155 },
        { name: "netd", replicas: "each node", millicores: 8, memoryMiB: 60 },
        { name: "node-local-dns", replicas: "each node", millicores: 25, memoryMiB: 5 },
        { name: "pdcsi-node", replicas: "each node", millicores: 10, memoryMiB: 20 },
        { name: "collector", replicas: "each node", millicores: 5, memoryMiB: 35 },
        { name: "kube-dns", replicas: 2, millicores: 265, memoryMiB: 140 },
        { name: "kube-dns-autoscaler", replicas: 1, millicores: 20, memoryMiB: 10 },
        { name: "konnectivity-agent", replicas: 3, millicores: 15, memoryMiB: 60 },
        { name: "konnectivity-agent-autoscaler", replicas: 1, millicores: 10, memoryMiB: 10 },
        { name: "metrics-server", replicas: 1, millicores: 48, memoryMiB: 105 },
        { name: "event-exporter-gke", replicas: 1, millicores: 3, memoryMiB: 100 },
        { name: "l7-default-backend", replicas: 1, millicores: 10, memoryMiB: 20 },
        { name: "gmp-operator", replicas: 1, millicores: 1, memoryMiB: 16 },
        { name: "kube-state-metrics", replicas: 1, millicores: 105, memoryMiB: 130 },
    ],
    architectureTaint: { architecture: "arm64", taint: "kubernetes.io/arch=arm64:NoSchedule" },
};

/** Networks that may reach the control plane: what every cluster takes, and what those with private nodes do. */
export const authorizedNetworks = {
    certain: 50,
    most: 100,
    source: "https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks#limitations",
    asOf: "2026-11",
} as const;

export const machineProposals: MachineProposals = {
    limits: googleNodeLimits,
    key: "machineType",
    system: ["e2-standard-4", "e2-standard-8"],
    broker: ["n2-standard-4", "n2-standard-8", "n2-standard-16", "n2-standard-32", "n2-standard-64"],
    leastSystemNodes: 3,
    loadBalancerNodes: null,
};

/** Where node pools say what their nodes are. */
export const nodePoolTypes: NodePoolTypes = {
    "gcp:container/nodePool:NodePool": {
        limits: googleNodeLimits,
        at: "",
        size: "nodeConfig.machineType",
        count: "nodeCount",
        zones: "nodeLocations.*",
        labels: "nodeConfig.labels",
        taints: "nodeConfig.taints.*",
    },
};
