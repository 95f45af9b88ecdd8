import type { Comparison } from "../../plan/changes/from-comparison";
import { stateOf } from "../../plan/changes/replacements";
import type { ResourceState } from "../../plan/changes/model";
import { isDefaultProvider, type PlannedResource, stackType } from "../../plan/graph";
import type { Plan } from "../../plan/plan";
import { ancestry, byWeight, changeDigest, propertyDigest, unchangedDigest } from "./change-digest";
import type { DigestOptions } from "./digest";
import { type PreviewDigest, type StackDigest } from "./preview-digest";
import { cleaner, shortMessage, shortName } from "./text";

/** What of a plan a digest reads. */
export type DigestedPlan = Pick<Plan, "stack" | "project" | "target" | "checks" | "warnings" | "resources">;

/**
 * What a reviewer needs of an offline plan and its comparison with an earlier one: no engine, no credentials, no state. It says what two
 * versions of the program and its settings differ in, not what the cloud holds.
 */
export function digestOfPlan(plan: DigestedPlan, comparison: Comparison, options: DigestOptions = {}): PreviewDigest {
    const clean = cleaner(options.secrets ?? []);
    const names = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const within = ancestry(plan.resources, clean);
    const notCompared = new Set(comparison.notCompared);
    const changed = new Set(comparison.changes.map(({ urn }) => urn));
    const stack: StackDigest = {
        stack: shortName(clean, plan.stack),
        project: shortName(clean, plan.project),
        place: shortName(clean, [plan.target, regionOf(plan.resources)].filter((part) => part !== undefined).join(" ")),
        source: "offline plan",
        status: "succeeded",
        counts: { ...comparison.summary, import: 0, other: 0 },
        changes: comparison.changes
            // Of a comparison that was read from a file, the resources say the states.
            .map((change) => ({ ...change, after: change.after ?? stateIn(names, change.urn) }))
            .map((change) => changeDigest(change, within(change), clean, options.values ?? false))
            .sort(byWeight),
        unchanged: unchangedDigest(
            plan.resources.filter(
                (resource) =>
                    !changed.has(resource.urn) &&
                    !notCompared.has(resource.urn) &&
                    resource.type !== stackType &&
                    !isDefaultProvider(resource),
            ),
            within,
            clean,
        ),
        outputs: comparison.outputs.map((output) => propertyDigest("", output, clean, false)),
        policies: [],
        diagnostics: plan.checks
            .filter(({ status }) => status !== "pass")
            .map(({ name, status, detail }) => ({
                severity: status === "fail" ? ("error" as const) : ("warning" as const),
                message: shortMessage(clean, `${name}: ${detail}`),
            })),
        warnings: comparison.warnings.map((warning) => shortMessage(clean, warning)),
    };
    return {
        version: 1,
        stacks: [
            stack.diagnostics.some(({ severity }) => severity === "error") ? { ...stack, status: "failed" } : stack,
        ],
    };
}

/** A stack of which nothing is known but why its preview or plan ended: it gets its row and its reason. */
export function digestOfFailure(
    stack: string,
    project: string,
    source: StackDigest["source"],
    reason: string,
    options: DigestOptions = {},
): PreviewDigest {
    const clean = cleaner(options.secrets ?? []);
    return {
        version: 1,
        stacks: [
            {
                stack: shortName(clean, stack),
                project: shortName(clean, project),
                place: "",
                source,
                status: "failed",
                counts: { create: 0, update: 0, replace: 0, delete: 0, import: 0, other: 0, same: 0 },
                changes: [],
                unchanged: [],
                outputs: [],
                policies: [],
                diagnostics: [],
                warnings: [],
                error: shortMessage(clean, reason === "" ? "It gave no reason." : reason),
            },
        ],
    };
}

function stateIn(resources: ReadonlyMap<string, PlannedResource>, urn: string): ResourceState | undefined {
    const resource = resources.get(urn);
    return resource === undefined ? undefined : stateOf(resource);
}

/** The region that providers or, on DigitalOcean, the cluster name. */
function regionOf(resources: readonly PlannedResource[]): string | undefined {
    const places = resources
        .flatMap(({ inputs }) => [inputs["region"], inputs["location"]])
        .filter((place) => typeof place === "string")
        .filter((place) => !place.includes("${"));
    return places[0];
}
