import { chartName } from "../components/common/charts";
import { entryOf } from "../components/common/resource-type";
import type { NodePoolInputs, ResourceRole } from "../components/common/resource-role";
import { valuesOf } from "../components/common/property-path";
import * as kubernetes from "../components/kubernetes/resource-roles";
import { targets } from "../stacks/targets/registry";
import { packageOf, providerTypePrefix, type ResourceInputs } from "./graph";

/**
 * What a resource type is to those who run brokers. Providers, the stack and this program's components hold nothing themselves; any other
 * type that no table has is `unknown`.
 */
export function roleOf(type: string): ResourceRole {
    const isOwn = packageOf(type) === "pulumi" || packageOf(type) === "vernemq" || type.startsWith(providerTypePrefix);
    return (
        inTables([...targets().map((target) => target.resourceRoles), kubernetes.resourceRoles], type) ??
        (isOwn ? { role: "stateless" } : { role: "unknown" })
    );
}

/** Templates of a type's physical id; none where the cloud gives it. */
export function idTemplates(type: string): readonly string[] {
    const template = inTables(
        targets().map((target) => target.physicalIds),
        type,
    );
    return packageOf(type) === "kubernetes" ? kubernetes.objectIds : template === undefined ? [] : [template];
}

/** What the first of some tables says of a type. */
export function inTables<T>(tables: readonly Readonly<Record<string, T>>[], type: string): T | undefined {
    return tables.map((table) => entryOf(table, type)).find((entry) => entry !== undefined);
}

/** Whether a resource is the Helm release that deploys VerneMQ. */
export function isBrokerRelease({ type, inputs }: Pick<ResourceInputs, "type" | "inputs">): boolean {
    return type === "kubernetes:helm.sh/v3:Release" && chartName(inputs["chart"]) === "vernemq";
}

/** The Helm release of VerneMQ, or undefined where there is none. */
export function brokerRelease<R extends ResourceInputs>(resources: readonly R[]): R | undefined {
    return resources.find(isBrokerRelease);
}

/** The VerneMQ resource of the operator, which creates brokers from it. */
export const operatedBrokersType = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";

/** The VerneMQ resource of the operator, or undefined where there is none. */
export function operatedBrokers<R extends ResourceInputs>(resources: readonly R[]): R | undefined {
    return resources.find(({ type }) => type === operatedBrokersType);
}

/** How many brokers the operator runs of a resource. */
export function sizeOf(resource: ResourceInputs | undefined): number | undefined {
    const size = resource === undefined ? undefined : valuesOf(resource.inputs, "spec.size")[0];
    return typeof size === "number" ? size : undefined;
}

/** How many brokers a release runs. */
export function replicasOf(release: ResourceInputs | undefined): number | undefined {
    const count = release === undefined ? undefined : valuesOf(release.inputs, "values.replicaCount")[0];
    return typeof count === "number" ? count : undefined;
}

/** How many nodes a pool has; undefined where its inputs do not say. */
export function nodeCount(pool: ResourceInputs, type: NodePoolInputs): number | undefined {
    const [count] = valuesOf(pool.inputs, type.count);
    const zones = type.zones === undefined ? 1 : Math.max(1, valuesOf(pool.inputs, type.zones).length);
    return typeof count === "number" ? count * zones : undefined;
}
