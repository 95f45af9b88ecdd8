import type { Allocatable, NodeLimits, NodePoolType, NodeSize } from "../../components/common/node-limits";
import { valueOf, valuesOf } from "../../components/common/property-path";
import type { PlannedResource } from "../graph";
import { inTables } from "../roles";
import { targets } from "../../stacks/targets/registry";

interface Taint {
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

/** The pools of a plan; none for a cluster whose nodes are not the plan's. */
export function poolsOf(resources: readonly PlannedResource[]): readonly Pool[] {
    const tables = targets().map(({ nodePoolTypes }) => nodePoolTypes);
    return resources.flatMap((resource) => {
        const type = inTables(tables, resource.type);
        if (type === undefined) {
            return [];
        }
        const described = type.at === "" ? [resource.inputs] : valuesOf(resource.inputs, type.at);
        return described.map((inputs) => poolOf(nameOf(resource, inputs, type), inputs, type, resources));
    });
}

function nameOf(resource: PlannedResource, inputs: unknown, type: NodePoolType): string {
    return type.at === "" ? resource.name : `${resource.name}, pool ${String(valueOf(inputs, "name"))}`;
}

function poolOf(name: string, inputs: unknown, type: NodePoolType, resources: readonly PlannedResource[]): Pool {
    const { limits } = type;
    const size = textOf(valueOf(inputs, type.size) ?? templateSize(inputs, type, resources));
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

/** The size where it stands in another resource, which a change of it then does not replace the pool for. */
function templateSize(inputs: unknown, { template }: NodePoolType, resources: readonly PlannedResource[]): unknown {
    if (template === undefined) {
        return undefined;
    }
    const id = String(valueOf(inputs, template.reference));
    const found = resources.find(({ type, name }) => type === template.type && id === `\${${name}.id}`);
    return found === undefined ? undefined : valueOf(found.inputs, template.size);
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
