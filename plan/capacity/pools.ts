import { awsNodeLimits } from "../../components/aws/limits";
import { azureNodeLimits } from "../../components/azure/limits";
import type { Allocatable, NodeLimits, NodeSize } from "../../components/common/node-limits";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { digitaloceanNodeLimits } from "../../components/digitalocean/limits";
import { googleNodeLimits } from "../../components/google/limits";
import type { PlannedResource } from "../graph";
import { entryOf } from "../roles";

export interface Taint {
    readonly key: string;
    readonly value: string;
}

/** Nodes of one kind. */
export interface Pool {
    readonly name: string;
    /** Name of the machine: `m7i.large`. */
    readonly size: string;
    readonly nodes: number;
    readonly labels: Readonly<Record<string, string>>;
    /** Taints that keep pods away. */
    readonly taints: readonly Taint[];
    readonly limits: NodeLimits;
    /** Undefined where the machine is not known here. */
    readonly node: NodeSize | undefined;
    readonly allocatable: Allocatable | undefined;
}

/** Where a resource describes pools, and in which fields. */
interface PoolType {
    readonly limits: NodeLimits;
    /** The descriptions in the inputs; empty for the inputs themselves. */
    readonly at: string;
    readonly size: string;
    readonly count: string;
    readonly zones?: string;
    readonly labels: string;
    readonly taints: string;
}

const azurePool = {
    limits: azureNodeLimits,
    size: "vmSize",
    count: "count",
    labels: "nodeLabels",
    taints: "nodeTaints.*",
} as const;
const dropletPool = {
    limits: digitaloceanNodeLimits,
    size: "size",
    count: "nodeCount",
    labels: "labels",
    taints: "taints.*",
} as const;

const poolTypes: Readonly<Record<string, PoolType>> = {
    "aws:eks/nodeGroup:NodeGroup": {
        limits: awsNodeLimits,
        at: "",
        size: "instanceTypes.*",
        count: "scalingConfig.desiredSize",
        labels: "labels",
        taints: "taints.*",
    },
    "gcp:container/nodePool:NodePool": {
        limits: googleNodeLimits,
        at: "",
        size: "nodeConfig.machineType",
        count: "nodeCount",
        zones: "nodeLocations.*",
        labels: "nodeConfig.labels",
        taints: "nodeConfig.taints.*",
    },
    "azure-native:containerservice:ManagedCluster": { ...azurePool, at: "agentPoolProfiles.*" },
    "azure-native:containerservice:AgentPool": { ...azurePool, at: "" },
    "digitalocean:index/kubernetesCluster:KubernetesCluster": { ...dropletPool, at: "nodePool" },
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": { ...dropletPool, at: "" },
};

const launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate";

/** The pools of a plan; none for a cluster whose nodes are not the plan's. */
export function poolsOf(resources: readonly PlannedResource[]): readonly Pool[] {
    return resources.flatMap((resource) => {
        const type = entryOf(poolTypes, resource.type);
        if (type === undefined) {
            return [];
        }
        const described = type.at === "" ? [resource.inputs] : valuesOf(resource.inputs, type.at);
        return described.map((inputs) => poolOf(nameOf(resource, inputs, type), inputs, type, resources));
    });
}

function nameOf(resource: PlannedResource, inputs: unknown, type: PoolType): string {
    return type.at === "" ? resource.name : `${resource.name}, pool ${String(valueOf(inputs, "name"))}`;
}

function poolOf(name: string, inputs: unknown, type: PoolType, resources: readonly PlannedResource[]): Pool {
    const { limits } = type;
    const size = textOf(valueOf(inputs, type.size) ?? templateSize(inputs, resources));
    const node = limits.sizeOf(size);
    const zones = type.zones === undefined ? 1 : Math.max(1, valuesOf(inputs, type.zones).length);
    return {
        name,
        size,
        nodes: Number(valueOf(inputs, type.count) ?? 0) * zones,
        labels: (valueOf(inputs, type.labels) ?? {}) as Readonly<Record<string, string>>,
        taints: [...valuesOf(inputs, type.taints).flatMap(taintOf), ...architectureTaints(limits, node)],
        limits,
        node,
        allocatable: node === undefined ? undefined : limits.allocatable(node),
    };
}

/** The instance type of a node group stands in its launch template, where a change does not replace the group. */
function templateSize(inputs: unknown, resources: readonly PlannedResource[]): unknown {
    const id = String(valueOf(inputs, "launchTemplate.id"));
    const template = resources.find(({ type, name }) => type === launchTemplateType && id === `\${${name}.id}`);
    return template === undefined ? undefined : valueOf(template.inputs, "instanceType");
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}

/** Effects that keep pods away, as Kubernetes and the clouds' own APIs write them. */
const repelling = /^no_?(schedule|execute)$/i;

/** A taint as an object, or as AKS writes it: `key=value:NoSchedule`. */
function taintOf(taint: unknown): readonly Taint[] {
    const [, key, value = "", effect = ""] =
        typeof taint === "string"
            ? (/^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(taint) ?? [])
            : [undefined, valueOf(taint, "key"), valueOf(taint, "value"), valueOf(taint, "effect")];
    return key !== undefined && repelling.test(String(effect)) ? [{ key: textOf(key), value: textOf(value) }] : [];
}

function architectureTaints(limits: NodeLimits, node: NodeSize | undefined): readonly Taint[] {
    const own = limits.architectureTaint;
    return own !== undefined && own.architecture === node?.architecture ? taintOf(own.taint) : [];
}
