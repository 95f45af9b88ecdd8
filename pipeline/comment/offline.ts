import type { Comparison, PropertyChange, ResourceChange } from "../../plan/compare";
import { kindOf } from "../../plan/engine-diff";
import { isDefaultProvider, type PlannedResource, stackType } from "../../plan/graph";
import { parsePattern } from "../../components/common/property-path";
import type { Plan } from "../../plan/plan";
import { byWeight, type DigestOptions } from "./digest";
import {
    type ChangeDigest,
    compareTexts,
    type PreviewDigest,
    type PropertyDigest,
    type StackDigest,
} from "./preview-digest";
import { showable } from "./properties";
import { type Clean, cleaner, shortMessage, shortName } from "./text";

/** What of a plan a digest reads. */
export type DigestedPlan = Pick<Plan, "stack" | "project" | "target" | "checks" | "warnings" | "resources">;

/**
 * What a reviewer needs of an offline plan and its comparison with an earlier one: no engine, no credentials, no state. It says what two
 * versions of the program and its settings differ in, not what the cloud holds.
 */
export function digestOfPlan(plan: DigestedPlan, comparison: Comparison, options: DigestOptions = {}): PreviewDigest {
    const clean = cleaner(options.secrets ?? []);
    const names = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const changed = new Set(comparison.changes.map(({ urn }) => urn));
    const stack: StackDigest = {
        stack: shortName(clean, plan.stack),
        project: shortName(clean, plan.project),
        place: shortName(clean, [plan.target, regionOf(plan.resources)].filter((part) => part !== undefined).join(" ")),
        source: "offline plan",
        status: "succeeded",
        counts: { ...comparison.summary, import: 0, other: 0 },
        changes: comparison.changes
            .map((change) => changeOf(change, names, clean, options.values ?? false))
            .sort(byWeight),
        unchanged: plan.resources
            .filter(
                (resource) => !changed.has(resource.urn) && resource.type !== stackType && !isDefaultProvider(resource),
            )
            .map(({ type, name, parent }) => ({
                type: shortName(clean, type),
                name: shortName(clean, name),
                within: within(parent, names, clean),
            }))
            .sort((a, b) => compareTexts(`${a.name} ${a.type}`, `${b.name} ${b.type}`)),
        outputs: comparison.outputs.map((output) => propertyOf("", output, clean, false)),
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

type Resources = ReadonlyMap<string, PlannedResource>;

function changeOf(change: ResourceChange, names: Resources, clean: Clean, values: boolean): ChangeDigest {
    const created = change.action === "create" ? Object.keys(names.get(change.urn)?.inputs ?? {}).sort() : [];
    return {
        action: change.action,
        urn: shortName(clean, change.urn),
        type: shortName(clean, change.type),
        name: shortName(clean, change.name),
        within: within(change.parent, names, clean),
        properties: [
            ...created.map((path) => ({ path: shortName(clean, path), kind: "add" as const, replaces: false })),
            ...change.properties.map((property) => propertyOf(change.type, property, clean, values)),
        ].sort((a, b) => Number(b.replaces) - Number(a.replaces)),
        because: change.because.map((path) => shortName(clean, path)),
        deletedFirst: change.deletedFirst,
        protected: change.protected,
        retained: change.retained,
    };
}

function propertyOf(type: string, change: PropertyChange, clean: Clean, values: boolean): PropertyDigest {
    const { path, before, after, follows, replaces, reordered } = change;
    const shown = values ? showable(type, parsePattern(path), before, after) : {};
    return {
        path: shortName(clean, path),
        kind: follows === undefined ? kindOf(before, after) : "update",
        replaces,
        ...(reordered === undefined ? {} : { reordered }),
        ...(follows === undefined ? {} : { follows: shortName(clean, follows) }),
        ...(shown.before === undefined ? {} : { before: shortName(clean, shown.before) }),
        ...(shown.after === undefined ? {} : { after: shortName(clean, shown.after) }),
    };
}

function within(parent: string | null, names: Resources, clean: Clean): string[] {
    const path: string[] = [];
    for (
        let above = names.get(parent ?? "");
        above !== undefined && path.length < 40;
        above = names.get(above.parent ?? "")
    ) {
        if (above.type !== stackType) {
            path.unshift(shortName(clean, above.name));
        }
    }
    return path;
}

/** The region that providers or, on DigitalOcean, the cluster name. */
function regionOf(resources: readonly PlannedResource[]): string | undefined {
    const places = resources
        .flatMap(({ inputs }) => [inputs["region"], inputs["location"]])
        .filter((place) => typeof place === "string")
        .filter((place) => !place.includes("${"));
    return places[0];
}
