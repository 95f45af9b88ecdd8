import { compact, type Maybe } from "../../components/common/compact";
import type { EdgePlan } from "../../components/edge/plan";
import type { Mirror } from "../../components/common/image-names";
import type { PolicySettings } from "../../policy/settings";
import type { NodeCapacity } from "../capacity/nodes";
import type { PlannedResource } from "../graph";
import type { FoundEdge } from "./evidence";

/** One finding about a plan. */
export interface Check {
    /** The claim that it proves. */
    readonly name: string;
    readonly status: "pass" | "warn" | "fail";
    /** What it rests on, or what is against it. */
    readonly detail: string;
}

/** What the checks look at. */
export interface Checked {
    readonly edge: EdgePlan;
    readonly resources: readonly PlannedResource[];
    /** The connection paths that the resources open. */
    readonly found: FoundEdge;
    /** What the nodes hold. */
    readonly nodes: NodeCapacity;
    /** The registry that every image is to come from, or one for each registry. Default: any. */
    readonly mirror?: Mirror;
    /** Levels and exceptions of the policy rules. Default: each rule's own level. */
    readonly policy?: PolicySettings;
    /** The day that exceptions are judged by. Default: today. */
    readonly today?: Date;
}

/** A check: one claim, or none where the plan has nothing that it is about. */
export type CheckRule = (plan: Checked) => Check | undefined;

/** A claim that holds unless something is against it, of which each is said once. */
export function assertion(
    name: string,
    against: readonly Maybe<string>[],
    holds: string,
    otherwise: "warn" | "fail" = "fail",
): Check {
    const reasons = [...new Set(compact(against))];
    return reasons.length === 0
        ? { name, status: "pass", detail: holds }
        : { name, status: otherwise, detail: list(reasons) };
}

/** Names as a sentence's part: `a, b and 3 more`. */
export function list(names: readonly string[], most = 4): string {
    return names.length <= most
        ? names.join(", ")
        : `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}
