import type { FoundHop, FoundPath } from "../../components/edge/evidence/facts";
import { otherProblems, pathOf } from "../../components/edge/evidence/path";
import type { EdgePlan } from "../../components/edge/plan";
import { targetOf } from "../../stacks/targets/registry";
import type { PlannedResource } from "../graph";

/** The connection paths that a graph opens. */
export interface FoundEdge {
    /** Those of clients that connect to the edge's own listeners. */
    readonly paths: readonly FoundPath[];
    /** Those of WebSocket clients through an ingress controller or Gateway. */
    readonly webPaths: readonly FoundPath[];
    /** What is wrong beside the paths. */
    readonly problems: readonly string[];
}

/** Finds the connection paths of a target in the resources alone; what the program meant to create plays no part. */
export function findEdge(target: EdgePlan["target"], resources: readonly PlannedResource[]): FoundEdge {
    const paths = targetOf(target)
        .edgeEvidence(resources)
        .map((endpoint) => pathOf(resources, endpoint));
    return {
        paths: paths.filter((path) => !isWeb(path)),
        webPaths: paths.filter(isWeb),
        problems: otherProblems(resources, paths),
    };
}

function isWeb({ hops: [first] }: FoundPath): boolean {
    return first?.kind === "ingress-controller" || first?.kind === "gateway";
}

/** Each two hops that follow one another. */
export function pairsOf({ hops }: FoundPath): readonly (readonly [FoundHop, FoundHop])[] {
    return hops.slice(1).flatMap((hop, index) => {
        const before = hops[index];
        return before === undefined ? [] : [[before, hop] as const];
    });
}
