import type { AccountNeeds, Demand, NeededRights } from "../../components/common/account";
import { valueOf } from "../../components/common/property-path";
import { targetOf } from "../../stacks/targets/registry";
import { poolsOf } from "../capacity/pools";
import { workloadsOf } from "../capacity/workloads";
import type { PlannedResource } from "../graph";

/** What a stack uses of a quota. */
export interface QuotaUse {
    readonly quota: string;
    /** Null where it could not be counted. */
    readonly used: number | null;
    /** What an account has by default; null where it differs by account. */
    readonly default: number | null;
    readonly source: string;
    readonly asOf: string;
}

/** The quotas that a plan uses something of; none where the cluster is not the plan's. */
export function quotasOf(target: string, resources: readonly PlannedResource[]): readonly QuotaUse[] {
    const { account } = targetOf(target);
    if (account === null) {
        return [];
    }
    const demand = demandOf(resources);
    return account.quotas
        .map(({ name, default: limit, source, asOf, uses }) => ({
            quota: name,
            used: uses(demand) ?? null,
            default: limit,
            source,
            asOf,
        }))
        .filter(({ used }) => used !== 0);
}

function demandOf(resources: readonly PlannedResource[]): Demand {
    const pools = poolsOf(resources);
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    return {
        count: (type) => resources.filter((resource) => resource.type === type).length,
        nodes: sum(pools.map(({ nodes }) => nodes)),
        vcpus: pools.every(({ node }) => node !== undefined)
            ? sum(pools.map(({ nodes, node }) => nodes * (node?.vcpus ?? 0)))
            : undefined,
        volumes: sum(
            workloadsOf(resources, pools).map(({ replicas, volumes }) =>
                typeof replicas === "number" ? replicas * volumes : 0,
            ),
        ),
        loadBalancerServices: resources.filter(
            ({ type, inputs }) =>
                type === "kubernetes:core/v1:Service" && valueOf(inputs, "spec.type") === "LoadBalancer",
        ).length,
    };
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
