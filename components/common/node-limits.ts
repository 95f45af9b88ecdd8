import type { Origin } from "./catalog";

/** Processor architectures as Kubernetes labels nodes with them. */
export type Architecture = "amd64" | "arm64";

/** What a pod reserves, or what a node has to give. */
export interface Resources {
    /** Thousandths of a core. */
    readonly millicores: number;
    readonly memoryMiB: number;
}

/** A machine of a cloud, as its name or a table says. */
export interface NodeSize {
    readonly vcpus: number;
    /** What the cloud advertises; Kubernetes sees less. */
    readonly memoryMiB: number;
    readonly architecture: Architecture;
    /** Pods that the node takes. */
    readonly maxPods: number;
    /** Volumes that can be attached beside the node's own disk. */
    readonly maxVolumes: number;
    /** The machine is given a share of its cores only. */
    readonly sharesCores?: boolean;
}

/** What pods can reserve on one node. */
export interface Allocatable extends Resources {
    readonly pods: number;
    readonly volumes: number;
    /** The cloud names no memory for this machine: it is taken from those that it names. */
    readonly isEstimate?: true;
}

/** A pod that the cloud runs in every cluster, with what it reserves. */
export interface SystemPod extends Resources {
    readonly name: string;
    /** Number of pods, or one on each node. */
    readonly replicas: number | "each node";
}

/** What is known of a cloud's nodes. */
export interface NodeLimits {
    /** The cloud's own name. */
    readonly title: string;
    /** Where its sizes, what it reserves of them, the volumes that they take, and its own pods are from. */
    readonly origins: Readonly<Record<"machines" | "reservations" | "volumes" | "systemPods", Origin>>;
    /** Whether a name is formed as this cloud forms names of machines; of another cloud's it says no. */
    isSizeName(name: string): boolean;
    /** The machine of a name; undefined where neither the naming rule nor a table knows it. */
    sizeOf(name: string): NodeSize | undefined;
    /** What is left for pods, after the kernel's memory and the cloud's own reservations. */
    allocatable(size: NodeSize): Allocatable;
    /** Pods that the cloud, or an add-on that its cluster has, brings. */
    readonly systemPods: readonly SystemPod[];
    /** Taint that nodes of an architecture carry by themselves. */
    readonly architectureTaint?: { readonly architecture: Architecture; readonly taint: string };
}

/** General-purpose machines to propose for a number of devices, the smallest first, in the cloud's own names. */
export interface MachineProposals {
    readonly limits: NodeLimits;
    /** What the settings call a machine. */
    readonly key: string;
    readonly system: readonly string[];
    readonly broker: readonly string[];
    readonly leastSystemNodes: number;
    /** What is known of load balancers that are scaled by nodes; null where the cloud scales them. */
    readonly loadBalancerNodes: LoadBalancerNodes | null;
}

/** Load balancers of Services that are scaled by nodes. */
export interface LoadBalancerNodes extends Origin {
    /** That each node takes. */
    readonly connections: number;
    /** Nodes that one load balancer has at most. */
    readonly most: number;
    /** Annotation of the Service with the number of nodes. */
    readonly count: string;
    /** Annotation that says that the load balancer has such nodes, and the value that says so. */
    readonly type: { readonly annotation: string; readonly value: string };
}

/** Where a type of resource describes node pools, and in which inputs. */
export interface NodePoolType {
    readonly limits: NodeLimits;
    /** The descriptions in the inputs; empty for the inputs themselves. */
    readonly at: string;
    readonly size: string;
    /** Where the size stands if the pool itself has none: the template that an input refers to. */
    readonly template?: { readonly reference: string; readonly type: string; readonly size: string };
    readonly count: string;
    readonly zones?: string;
    readonly labels: string;
    readonly taints: string;
}

/** Node pools by type token. */
export type NodePoolTypes = Readonly<Record<string, NodePoolType>>;

/** The cores that kubelets reserve by the widespread sliding scale: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the others. */
export function slidingCpuReservation(vcpus: number): number {
    const share = (from: number, to: number, percent: number) =>
        Math.trunc(Math.max(0, Math.min(vcpus, to) - from) * 10 * percent);
    return share(0, 1, 6) + share(1, 2, 1) + share(2, 4, 0.5) + share(4, Infinity, 0.25);
}

/** A sum over steps, each up to a limit with its own rate; what lies beyond the last limit counts at the last rate. */
export function stepwise(amount: number, steps: readonly (readonly [limit: number, rate: number])[]): number {
    let [sum, from] = [0, 0];
    for (const [limit, rate] of steps) {
        sum += Math.max(0, Math.min(amount, limit) - from) * rate;
        from = limit;
    }
    return sum;
}
