import type { Checked } from "../checks/check";
import { type EdgeCapacity, edgeCapacity } from "./edge";
import { type Fit, fitOf, type KnownPool, type PoolUse } from "./fit";
import { type Pool, poolsOf } from "./pools";
import { unknownCharts, workloadsOf } from "./workloads";

/** What a plan's nodes and its connection path hold. */
export interface Capacity extends EdgeCapacity {
    readonly pools: readonly PoolUse[];
    /** What could not be counted. */
    readonly notCounted: readonly string[];
}

/** Whether the pods of a plan fit; none where its nodes are not the plan's, or one of their machines is not known. */
export function fitOfPlan({ resources }: Pick<Checked, "resources">): Fit | undefined {
    const pools = poolsOf(resources);
    return pools.length > 0 && pools.every(isKnown) ? fitOf(pools, workloadsOf(resources, pools)) : undefined;
}

/** Pools whose machine neither a naming rule nor a table knows. */
export function unknownPools({ resources }: Pick<Checked, "resources">): readonly Pool[] {
    return poolsOf(resources).filter((pool) => pool.size !== "" && !isKnown(pool));
}

function isKnown(pool: Pool): pool is KnownPool {
    return pool.allocatable !== undefined;
}

/** What a plan holds, as it shows it. */
export function capacityOf(plan: Pick<Checked, "edge" | "resources">): Capacity {
    const { resources, edge } = plan;
    return {
        pools: fitOfPlan(plan)?.use ?? [],
        notCounted: [
            ...unknownPools(plan).map(
                ({ name, size, limits }) =>
                    `${name}: ${size} is not known here as of ${limits.asOf}; ${limits.title} may have it`,
            ),
            ...unknownCharts(resources).map((chart) => `chart ${chart}: what its pods reserve is not known here`),
        ],
        ...edgeCapacity(edge, resources),
    };
}
