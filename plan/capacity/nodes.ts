import type { PlannedResource } from "../graph";
import { type ArchitectureProblems, architectureProblems } from "./architectures";
import { type Fit, fitOf, type KnownPool } from "./fit";
import { type Pool, poolsOf } from "./pools";
import { workloadsOf } from "./workloads";

/** What the nodes of a plan hold. */
export interface NodeCapacity {
    /** Whether pods fit; undefined where the nodes are not the plan's, or one of their machines is not known. */
    readonly fit: Fit | undefined;
    /** Images that have no build for the processors of their nodes; undefined where no machine of the plan's nodes is known. */
    readonly architectures: ArchitectureProblems | undefined;
    /** Pools whose machine neither a naming rule nor a table knows, each in words. */
    readonly unknown: readonly { readonly pool: string; readonly text: string }[];
}

/** Counts what the nodes of a plan hold. */
export function nodeCapacity(resources: readonly PlannedResource[]): NodeCapacity {
    const pools = poolsOf(resources);
    const workloads = workloadsOf(resources, pools);
    return {
        fit: pools.length > 0 && pools.every(isKnown) ? fitOf(pools, workloads) : undefined,
        architectures: pools.some(({ node }) => node !== undefined)
            ? architectureProblems(pools, workloads)
            : undefined,
        unknown: pools
            .filter((pool) => pool.size !== "" && !isKnown(pool))
            .map(({ name, size, limits }) => ({
                pool: name,
                text: `${size} is not in this version's tables (as of ${limits.origins.machines.asOf}); ${limits.title} may have it`,
            })),
    };
}

function isKnown(pool: Pool): pool is KnownPool {
    return pool.allocatable !== undefined;
}
