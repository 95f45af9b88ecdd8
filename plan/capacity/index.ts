import type { EdgePlan } from "../../components/edge/plan";
import type { PlannedResource } from "../graph";
import { type EdgeCapacity, edgeCapacity } from "./edge";
import type { PoolUse } from "./fit";
import { nodeCapacity } from "./nodes";
import { unknownCharts } from "./workloads";

/** What a plan's nodes and its connection path hold. */
export interface Capacity extends EdgeCapacity {
    readonly pools: readonly PoolUse[];
    /** What could not be counted. */
    readonly notCounted: readonly string[];
}

/** What a plan holds, as it shows it. */
export function capacityOf(
    { edge, resources }: { readonly edge: EdgePlan; readonly resources: readonly PlannedResource[] },
    nodes = nodeCapacity(resources),
): Capacity {
    return {
        pools: nodes.fit?.use ?? [],
        notCounted: [
            ...nodes.unknown.map(({ pool, text }) => `${pool}: ${text}`),
            ...unknownCharts(resources).map((chart) => `chart ${chart}: what its pods reserve is unknown`),
        ],
        ...edgeCapacity(edge, resources),
    };
}
