import {
    type MachineProposals,
    type NodeLimits,
    type NodePoolTypes,
    type NodeSize,
    stepwise,
} from "../common/node-limits";

/**
 * Sizes of Azure's virtual machines by their names (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions): family, vCPUs,
 * constrained vCPUs, options, version; `p` is an Arm processor, `l` less and `m` more memory. Held against the 1,370 sizes that the cluster
 * autoscaler lists (https://github.com/kubernetes/autoscaler, cloudprovider/azure/azure_instance_types.go, commit 55c37cd, 2026-08-22).
 */
const name = /^Standard_(D|DC|E|EC|F)(\d+)(?:-(\d+))?([a-z]*)(?:_cc)?(?:_v(\d+))?$/;

/** Sizes that have less than their family's ratio: MiB. */
const exceptions: Readonly<Record<string, number>> = { Standard_D64ps_v5: 212_992, Standard_D64pds_v5: 212_992 };

/** Up to this many vCPUs the E families keep their ratio; the confidential and the Arm ones end earlier. */
const largestRegular = { E: 48, other: 20 } as const;

function memoryPerVcpu(family: string, options: string, version: number): number | undefined {
    const light = options.includes("l");
    switch (family) {
        case "D":
            return version < 3 ? undefined : light ? 2048 : 4096;
        case "DC":
            return version < 5 ? undefined : 4096;
        case "E":
            return version < 3 ? undefined : 8192;
        case "EC":
            return version < 5 ? undefined : 8192;
        default:
            return version < 6 || light ? 2048 : options.includes("m") ? 8192 : 4096;
    }
}

function sizeOf(vmSize: string): NodeSize | undefined {
    const [, family = "", all = "", constrained, options = "", version = "1"] = name.exec(vmSize) ?? [];
    const perVcpu = family === "" ? undefined : memoryPerVcpu(family, options, Number(version));
    const regular = family === "E" && !options.includes("p") ? largestRegular.E : largestRegular.other;
    const irregular = family.startsWith("E") && Number(all) > regular;
    if (perVcpu === undefined || irregular) {
        return undefined;
    }
    const vcpus = Number(constrained ?? all);
    return {
        vcpus,
        memoryMiB: exceptions[vmSize] ?? Number(all) * perVcpu,
        architecture: options.includes("p") ? "arm64" : "amd64",
        maxPods,
        // Data disks of the general-purpose families.
        maxVolumes: Math.min(2 * Number(all), 32),
    };
}

/** Pods that a node takes: Kubernetes' own default, and the number that its releases are tested with. The memory that AKS reserves follows from it. */
export const maxPods = 110;

/** What a system node pool needs. */
export const systemPool = {
    leastVcpus: 4,
    source: "https://learn.microsoft.com/azure/aks/use-system-pools#system-and-user-node-pools",
    asOf: "2026-11",
} as const;

/** Share of the advertised memory that the machine does not have: 3.1 % seen on 8 GiB, 1.5 % on 32 GiB. */
const machineShare = 0.04;

/** AKS and Azure's virtual machines. */
export const azureNodeLimits: NodeLimits = {
    title: "Azure",
    origins: {
        machines: {
            source: "https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions; https://github.com/kubernetes/autoscaler, cloudprovider/azure/azure_instance_types.go, commit 55c37cd",
            asOf: "2026-08",
        },
        reservations: { source: "https://learn.microsoft.com/azure/aks/node-resource-reservations", asOf: "2026-11" },
        volumes: {
            source: "https://learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/dsv5-series",
            asOf: "2026-11",
        },
        systemPods: {
            source: "kubectl describe node on published clusters of Kubernetes 1.30 and 1.32 with Azure CNI Overlay",
            asOf: "2026-11",
        },
    },
    isSizeName: (vmSize) => /^(Standard|Basic)_[A-Z]/.test(vmSize),
    sizeOf,
    /** https://learn.microsoft.com/azure/aks/node-resource-reservations: a table of cores; 20 MB for each pod and 50 MB, or a quarter of the memory, and 100 Mi before pods are evicted. */
    allocatable: ({ vcpus, memoryMiB, maxPods: pods, maxVolumes: volumes }) => ({
        millicores:
            vcpus * 1000 -
            stepwise(vcpus, [
                [1, 60],
                [2, 40],
                [4, 20],
                [Infinity, 10],
            ]),
        memoryMiB: Math.floor(memoryMiB * (1 - machineShare) - Math.min(20 * pods + 50, memoryMiB / 4) - 100),
        pods,
        volumes,
    }),
    /** As `kubectl describe node` shows them on clusters of Kubernetes 1.30 and 1.32 with Azure CNI Overlay. Read 2026-11. */
    systemPods: [
        { name: "azure-cns", replicas: "each node", millicores: 40, memoryMiB: 250 },
        { name: "azure-ip-masq-agent", replicas: "each node", millicores: 100, memoryMiB: 50 },
        { name: "cloud-node-manager", replicas: "each node", millicores: 50, memoryMiB: 50 },
        { name: "csi-azuredisk-node", replicas: "each node", millicores: 30, memoryMiB: 60 },
        { name: "csi-azurefile-node", replicas: "each node", millicores: 30, memoryMiB: 60 },
        { name: "kube-proxy", replicas: "each node", millicores: 100, memoryMiB: 0 },
        { name: "coredns", replicas: 2, millicores: 100, memoryMiB: 70 },
        { name: "coredns-autoscaler", replicas: 1, millicores: 20, memoryMiB: 10 },
        { name: "konnectivity-agent", replicas: 2, millicores: 20, memoryMiB: 20 },
        { name: "metrics-server", replicas: 2, millicores: 156, memoryMiB: 134 },
    ],
};

const pool = {
    limits: azureNodeLimits,
    size: "vmSize",
    count: "count",
    labels: "nodeLabels",
    taints: "nodeTaints.*",
} as const;

export const machineProposals: MachineProposals = {
    limits: azureNodeLimits,
    key: "vmSize",
    system: ["Standard_D4s_v5", "Standard_D8s_v5"],
    broker: ["Standard_D4s_v5", "Standard_D8s_v5", "Standard_D16s_v5", "Standard_D32s_v5", "Standard_D64s_v5"],
    leastSystemNodes: 3,
    loadBalancerNodes: null,
};

/** Where agent pools say what their nodes are. */
export const nodePoolTypes: NodePoolTypes = {
    "azure-native:containerservice:ManagedCluster": { ...pool, at: "agentPoolProfiles.*" },
    "azure-native:containerservice:AgentPool": { ...pool, at: "" },
};
