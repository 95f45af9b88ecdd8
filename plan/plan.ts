import { affinityKeepers, type EdgePlan, tlsTerminator } from "../components/edge/plan";
import { summarizeEdge } from "../components/edge/summary";
import type { RawConfig, Settings } from "../stacks/settings/settings";
import { type QuotaUse, quotasOf, type RightsUse, rightsUse } from "./account";
import { type Capacity, capacityOf } from "./capacity";
import { nodeCapacity } from "./capacity/nodes";
import { defaultSettings, type PolicySettings } from "../policy/settings";
import { type Check, checkPlan } from "./checks";
import type { PlannedResource, Rejection } from "./graph";
import { type Program, record } from "./run";
import { digestKeyId } from "./secret-digests";

/** A plan of a stack, as `--json` writes it. */
export interface Plan {
    readonly stack: string;
    readonly project: string;
    readonly target: string;
    readonly edge: EdgePlan & {
        readonly summary: string;
        readonly tlsTerminatedBy: string | null;
        readonly affinityKeptBy: readonly string[];
    };
    readonly checks: readonly Check[];
    readonly capacity: Capacity;
    /** What the stack uses of its account's quotas. */
    readonly quotas: readonly QuotaUse[];
    /** What the account has to grant; null where the stack creates nothing in one. */
    readonly rights: RightsUse | null;
    readonly warnings: readonly string[];
    /** Names the key of the resources' secret digests; left out where no other process knows it. */
    readonly digestKey?: string;
    readonly resources: readonly PlannedResource[];
}

export interface PlanResult {
    readonly plan: Plan;
    readonly rejections: readonly Rejection[];
    /** The texts of all secrets that the run met: none of them may be shown. */
    readonly secretTexts: ReadonlySet<string>;
}

/** Plans a stack: runs the program and adds what the edge plan and the checks say. */
export async function planStack(
    config: RawConfig,
    settings: Settings,
    program: Program,
    policy: PolicySettings = defaultSettings,
): Promise<PlanResult> {
    const digestKey = digestKeyId();
    const { resources, rejections, secretTexts } = await record(config, program);
    const { edgePlan } = settings;
    const nodes = nodeCapacity(resources);
    const plan: Plan = {
        stack: config.stack,
        project: config.project,
        target: settings.target,
        edge: {
            ...edgePlan,
            summary: summarizeEdge(edgePlan),
            tlsTerminatedBy: tlsTerminator(edgePlan)?.title ?? null,
            affinityKeptBy: affinityKeepers(edgePlan).map((hop) => hop.title),
        },
        checks: checkPlan({ edge: edgePlan, resources, policy, mirror: settings.sources.images.mirror }, nodes),
        capacity: capacityOf({ edge: edgePlan, resources }, nodes),
        quotas: quotasOf(settings.target, resources),
        rights: rightsUse(settings.target, resources),
        warnings: settings.warnings,
        digestKey,
        resources,
    };
    return { plan, rejections, secretTexts };
}
