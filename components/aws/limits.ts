import {
    type MachineProposals,
    type Architecture,
    type NodeLimits,
    type NodePoolTypes,
    type NodeSize,
    slidingCpuReservation,
} from "../common/node-limits";

/**
 * Sizes of EC2 instances by their names (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html): family, generation,
 * options, size. A `g` among the options is AWS's own Arm processor. Held against the 1,363 types that Karpenter lists with cores, memory,
 * pods and allocatable resources (https://github.com/aws/karpenter-provider-aws, website/content/en/preview/reference/instance-types.md,
 * commit 1d92708, 2026-08-21): of the current families (generation 5 and later of c, m and r; t3, t3a, t4g) every type but bare metal.
 */
const memoryPerVcpu: Readonly<Record<string, number>> = { c: 2048, m: 4096, r: 8192 };

/** The one family that does not keep to its letter's ratio; 9xlarge and 18xlarge have rounder numbers still, of which 2,688 MiB is the lower bound. */
const otherRatios: Readonly<Record<string, number>> = { c5n: 2688 };

/** Sizes of the burstable families: cores and MiB. */
const burstable: Readonly<Record<string, readonly [vcpus: number, memoryMiB: number]>> = {
    nano: [2, 512],
    micro: [2, 1024],
    small: [2, 2048],
    medium: [2, 4096],
    large: [2, 8192],
    xlarge: [4, 16_384],
    "2xlarge": [8, 32_768],
};

const name = /^([a-z]+)(\d+)([a-z]*)(?:-flex)?\.(nano|micro|small|medium|large|xlarge|(?:\d+)xlarge|metal(?:-\d+xl)?)$/;

function vcpusOf(size: string): number | undefined {
    const multiple = /^(\d*)xlarge$/.exec(size)?.[1];
    return multiple === undefined ? { medium: 1, large: 2 }[size] : 4 * Number(multiple || 1);
}

/** The least that any type of a current family and of that size takes, by the same list: network interfaces times addresses. */
function maxPodsOf(size: string, family: string): number {
    if (family.startsWith("t")) {
        return { nano: 4, micro: 4, small: 8, medium: 17, large: 35 }[size] ?? 58;
    }
    const vcpus = vcpusOf(size) ?? 0;
    return vcpus < 2 ? 8 : vcpus < 4 ? 29 : vcpus < 16 ? 58 : vcpus < 64 ? 234 : 394;
}

function sizeOf(instanceType: string): NodeSize | undefined {
    const [, series = "", generation = "", options = "", size = ""] = name.exec(instanceType) ?? [];
    const family = `${series}${generation}${options}`;
    const architecture: Architecture = options.includes("g") ? "arm64" : "amd64";
    const common = { architecture, maxPods: maxPodsOf(size, family), maxVolumes: volumeSlots };
    if (["t3", "t3a", "t4g"].includes(family)) {
        const [vcpus, memoryMiB] = burstable[size] ?? [];
        return vcpus === undefined || memoryMiB === undefined ? undefined : { ...common, vcpus, memoryMiB };
    }
    const ratio = otherRatios[family] ?? memoryPerVcpu[series];
    const vcpus = vcpusOf(size);
    return ratio === undefined || vcpus === undefined || Number(generation) < 5
        ? undefined
        : { ...common, vcpus, memoryMiB: vcpus * ratio };
}

/**
 * Attachments that most Nitro instances have, less the root volume and what network interfaces take of the same 28; the CSI driver counts
 * alike.
 */
const volumeSlots = 24;

/** Share of the memory that the virtual machine itself takes: Karpenter's default VM_MEMORY_OVERHEAD_PERCENT, with which the list above is created. */
const virtualMachineShare = 0.075;
/** On Arm the kernel sets aside 64 MiB for CMA, of which 7.5 % are in that share already (karpenter-provider-aws, instancetype/types.go). */
const armReserveMiB = 64 * (1 - virtualMachineShare);

/** EKS and EC2. */
export const awsNodeLimits: NodeLimits = {
    title: "AWS",
    origins: {
        machines: {
            source: "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html; https://github.com/aws/karpenter-provider-aws, website/content/en/preview/reference/instance-types.md, commit 1d92708",
            asOf: "2026-08",
        },
        reservations: {
            source: "https://github.com/awslabs/amazon-eks-ami, nodeadm/internal/kubelet/config.go, commit 81fec2e",
            asOf: "2026-07",
        },
        volumes: { source: "https://docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html", asOf: "2026-11" },
        systemPods: {
            source: "https://github.com/aws/amazon-vpc-cni-k8s, commit b521883; https://github.com/kubernetes-sigs/aws-ebs-csi-driver, commit 429e202; https://github.com/kubernetes/kubernetes, cluster/addons",
            asOf: "2026-08",
        },
    },
    isSizeName: (instanceType) =>
        /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/.test(instanceType),
    sizeOf,
    /** nodeadm of Amazon Linux 2023: CPU by the sliding scale, 11 MiB for each pod and 255 MiB, 100 MiB before pods are evicted (https://github.com/awslabs/amazon-eks-ami, nodeadm/internal/kubelet/config.go, commit 81fec2e, 2026-07-23). */
    allocatable: ({ vcpus, memoryMiB, architecture, maxPods, maxVolumes }) => ({
        millicores: vcpus * 1000 - slidingCpuReservation(vcpus),
        memoryMiB: Math.floor(
            memoryMiB * (1 - virtualMachineShare) -
                (architecture === "arm64" ? armReserveMiB : 0) -
                (11 * maxPods + 255) -
                100,
        ),
        pods: maxPods,
        volumes: maxVolumes,
    }),
    systemPods: [
        // Two containers of 25m: https://github.com/aws/amazon-vpc-cni-k8s, charts/aws-vpc-cni/values.yaml, commit b521883, 2026-08-20.
        { name: "aws-node", replicas: "each node", millicores: 50, memoryMiB: 0 },
        // Kubernetes' own manifest: https://github.com/kubernetes/kubernetes, cluster/addons/kube-proxy/kube-proxy-ds.yaml; EKS keeps it.
        { name: "kube-proxy", replicas: "each node", millicores: 100, memoryMiB: 0 },
        // Three containers of 10m and 40 Mi, and in the controller six: https://github.com/kubernetes-sigs/aws-ebs-csi-driver,
        // charts/aws-ebs-csi-driver, commit 429e202, 2026-08-19.
        { name: "ebs-csi-node", replicas: "each node", millicores: 30, memoryMiB: 120 },
        { name: "ebs-csi-controller", replicas: 2, millicores: 60, memoryMiB: 240 },
        // Kubernetes' own manifest: https://github.com/kubernetes/kubernetes, cluster/addons/dns/coredns/coredns.yaml.base.
        { name: "coredns", replicas: 2, millicores: 100, memoryMiB: 70 },
    ],
};

/** Networks that may reach a cluster's public endpoint: "Public endpoint access CIDR ranges per cluster", which cannot be raised. */
export const publicAccessCidrs = {
    most: 40,
    source: "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html",
    asOf: "2026-11",
} as const;

/** Inbound rules of one security group, a quota that can be raised. */
export const securityGroupRules = {
    default: 60,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups",
    asOf: "2026-11",
} as const;

/** Seconds after which instances of Nitro v6 forget a silent TCP connection; others do after five days. */
export const connectionTracking = {
    seconds: 350,
    /** Those on Nitro v6: the eighth generation with processors of Intel and AMD, and Graviton's with faster networks. */
    families: new Set(
        ["m8", "c8", "r8"].flatMap((family) =>
            ["i", "id", "i-flex", "a", "gn", "gb", "ib", "in", "idb", "idn"].map((options) => `${family}${options}`),
        ),
    ) as ReadonlySet<string>,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html, and ConnectionTrackingSpecificationRequest of EC2's API model",
    asOf: "2026-11",
} as const;

export const machineProposals: MachineProposals = {
    limits: awsNodeLimits,
    key: "instanceType",
    system: ["m7i.large", "m7i.xlarge", "m7i.2xlarge"],
    broker: ["m7i.xlarge", "m7i.2xlarge", "m7i.4xlarge", "m7i.8xlarge", "m7i.16xlarge"],
    leastSystemNodes: 2,
    loadBalancerNodes: null,
};

/** Where node groups say what their nodes are. */
export const nodePoolTypes: NodePoolTypes = {
    "aws:eks/nodeGroup:NodeGroup": {
        limits: awsNodeLimits,
        at: "",
        size: "instanceTypes.*",
        template: {
            reference: "launchTemplate.id",
            type: "aws:ec2/launchTemplate:LaunchTemplate",
            size: "instanceType",
        },
        count: "scalingConfig.desiredSize",
        labels: "labels",
        taints: "taints.*",
    },
};
