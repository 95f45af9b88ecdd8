import { brokerChecks } from "./broker";
import { capacityChecks } from "./capacity";
import { nodeCapacity } from "../capacity/nodes";
import type { Check, Checked } from "./check";
import { edgeChecks } from "./edge";
import { findEdge } from "./evidence";
import { graphChecks } from "./graph";
import { hygieneChecks } from "./hygiene";
import { operatorChecks } from "./operator";
import { policyChecks } from "./policy";
import { sourceChecks } from "./sources";

export type { Check } from "./check";

/** Checks a plan: a list of claims, each of which holds, deserves a thought or is broken. */
export function checkPlan(
    plan: Omit<Checked, "found" | "nodes">,
    nodes = nodeCapacity(plan.resources),
): readonly Check[] {
    const checked: Checked = { ...plan, nodes, found: findEdge(plan.edge.target, plan.resources) };
    return [
        ...edgeChecks,
        ...brokerChecks,
        ...capacityChecks,
        ...operatorChecks,
        ...graphChecks,
        ...hygieneChecks,
        ...sourceChecks,
        ...policyChecks,
    ].flatMap((rule) => rule(checked) ?? []);
}
