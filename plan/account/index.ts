import type { AccountNeeds, Demand, NeededRights, QuotaDefault } from "../../components/common/account";
import { valueOf } from "../../components/common/property-path";
import { targetOf } from "../../stacks/targets/registry";
import { type Pool, poolsOf } from "../capacity/pools";
import { workloadsOf } from "../capacity/workloads";
import type { PlannedResource } from "../graph";

/** What a stack uses of a quota. */
export interface QuotaUse {
    readonly quota: string;
    /** Null where it could not be counted. */
    readonly used: number | null;
    readonly default: QuotaDefault;
    readonly source: string;
    readonly asOf: string;
}

/** What an account has to grant to those who operate a stack. */
export interface RightsUse extends NeededRights {
    /** Types that the table of rights does not know, so that what they take is missing. */
    readonly unknown: readonly string[];
    readonly source: string;
    readonly asOf: string;
}

/** The quotas that a plan uses something of; none where the cluster is not the plan's. */
export function quotasOf(target: string, resources: readonly PlannedResource[]): readonly QuotaUse[] {
    const { account } = targetOf(target);
    if (account === null) {
        return [];
    }
    const pools = poolsOf(resources);
    const demand = demandOf(resources, pools);
    const uses = [
        ...account.quotas.map((quota) => ({ ...quota, used: quota.uses(demand) })),
        ...machineUses(account, pools),
    ];
    return uses
        .map(({ name, used = null, default: limit, source, asOf }) => ({
            quota: name,
            used,
            default: limit,
            source,
            asOf,
        }))
        .filter(({ used }) => used !== 0);
}

/** The quotas that the vCPUs of the pools count against, each once. */
function machineUses({ machineQuota }: AccountNeeds, pools: readonly Pool[]) {
    if (machineQuota === null) {
        return [];
    }
    const counted = pools.map((pool) => ({ pool, quota: machineQuota(pool.size) }));
    return [...new Map(counted.map(({ quota }) => [quota.name, quota])).values()].map((quota) => ({
        ...quota,
        used: vcpusOf(counted.filter(({ quota: { name } }) => name === quota.name).map(({ pool }) => pool)),
    }));
}

/** Undefined where a machine is not known. */
function vcpusOf(pools: readonly Pool[]): number | undefined {
    return pools.every(({ node }) => node !== undefined)
        ? sum(pools.map(({ nodes, node }) => nodes * (node?.vcpus ?? 0)))
        : undefined;
}

function sum(counts: readonly number[]): number {
    return counts.reduce((total, count) => total + count, 0);
}

function demandOf(resources: readonly PlannedResource[], pools: readonly Pool[]): Demand {
    const of = (type: string) => resources.filter((resource) => resource.type === type);
    return {
        count: (type) => of(type).length,
        of,
        nodes: sum(pools.map(({ nodes }) => nodes)),
        vcpus: vcpusOf(pools),
        claims: workloadsOf(resources, pools).flatMap(({ replicas, claims }) =>
            typeof replicas === "number" ? Array.from({ length: replicas }, () => claims).flat() : [],
        ),
        loadBalancerServices: resources.filter(
            ({ type, inputs }) =>
                type === "kubernetes:core/v1:Service" && valueOf(inputs, "spec.type") === "LoadBalancer",
        ).length,
    };
}

/** The rights that operating a plan's resources takes of the account; null where the cluster is not the plan's. */
export function rightsUse(target: string, resources: readonly PlannedResource[]): RightsUse | null {
    const { account } = targetOf(target);
    if (account === null) {
        return null;
    }
    const { needed, unknown } = rightsOf(account, resources);
    const { source, asOf } = account.rights;
    return { ...needed, unknown, source, asOf };
}

/** The rights that operating a plan's resources takes, or the types that no table of rights knows. */
export function rightsOf(
    account: AccountNeeds,
    resources: readonly PlannedResource[],
): { readonly needed: NeededRights; readonly unknown: readonly string[] } {
    const { byType } = account.rights;
    const packages = new Set(Object.keys(byType).map(packageOf));
    const types = [...new Set(resources.filter(({ custom }) => custom).map(({ type }) => type))].filter((type) =>
        packages.has(packageOf(type)),
    );
    const of = (...kinds: readonly ("read" | "write" | "delete")[]) =>
        [...new Set(types.flatMap((type) => kinds.flatMap((kind) => byType[type]?.[kind] ?? [])))].sort();
    return {
        needed: { preview: of("read"), up: of("read", "write", "delete"), destroy: of("read", "delete") },
        unknown: types.filter((type) => !Object.hasOwn(byType, type)).sort(),
    };
}

function packageOf(type: string): string {
    return type.slice(0, type.indexOf(":"));
}
