import type { RawConfig, Settings } from "../stacks/config";
import { summarizeEdge, tlsEnd, affinityKeepers, type EdgePlan } from "../components/edge/plan";
import type { PlannedResource, Rejection } from "./graph";
import { type Program, record } from "./run";

/** One finding about a plan. */
export interface Check {
    readonly name: string;
    readonly status: "pass" | "warn" | "fail";
    readonly detail: string;
}

/** A plan of a stack, as `--json` writes it. */
export interface Plan {
    readonly stack: string;
    readonly project: string;
    readonly target: string;
    readonly edge: EdgePlan & {
        readonly summary: string;
        readonly tlsEndedBy: string | null;
        readonly affinityKeptBy: readonly string[];
    };
    readonly checks: readonly Check[];
    readonly warnings: readonly string[];
    readonly resources: readonly PlannedResource[];
}

export interface PlanResult {
    readonly plan: Plan;
    readonly rejections: readonly Rejection[];
}

/** Plans a stack: runs the program and adds what the edge plan and the checks say. */
export async function planStack(config: RawConfig, settings: Settings, program: Program): Promise<PlanResult> {
    const recording = await record(config, program);
    const { edgePlan } = settings;
    return {
        plan: {
            stack: config.stack,
            project: config.project,
            target: settings.target,
            edge: {
                ...edgePlan,
                summary: summarizeEdge(edgePlan),
                tlsEndedBy: tlsEnd(edgePlan)?.title ?? null,
                affinityKeptBy: affinityKeepers(edgePlan).map((hop) => hop.title),
            },
            checks: [],
            warnings: settings.warnings,
            resources: recording.resources,
        },
        rejections: recording.rejections,
    };
}
