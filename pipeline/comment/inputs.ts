import { readFileSync, statSync } from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import * as z from "zod";
import { isObject } from "../../components/common/is-object";
import { jsonIn } from "../../components/common/json";
import type { Baseline, Comparison } from "../../plan/changes/from-comparison";
import { checkFormat, readBaseline } from "../../plan/baseline";
import type { Plan } from "../../plan/plan";
import { UserError } from "../../plan/common/errors";
import { digest, type DigestOptions, type PreviewRun } from "./digest";
import { type DigestedPlan, digestOfFailure, digestOfPlan } from "./offline";
import { mergeDigests, parseDigest, type PreviewDigest } from "./preview-digest";

export interface Inputs {
    /** Files of runs, events, plans or digests, each known by what is in it. */
    readonly files: readonly string[];
    /** Earlier plans, for the plans among the files. */
    readonly against: readonly string[];
    /** `stack=file`: a stack that left nothing but what it said. */
    readonly failed: readonly string[];
    readonly onlyDigests: boolean;
    readonly offline: boolean;
}

/** A file that another job wrote could be of any size. */
const largestFile = 50 * 1024 * 1024;

const run = z.looseObject({
    stack: z.string(),
    status: z.enum(["succeeded", "failed", "misconfigured", "refused", "locked", "cancelled"]),
    events: z.array(z.looseObject({})),
    error: z.string().optional(),
    startedAt: z.iso.datetime({ offset: true }).optional(),
    seconds: z.number().optional(),
});
const runs = z.union([
    z.array(run).min(1),
    z.looseObject({ runs: z.array(run).min(1) }).transform((file) => file.runs),
    run.transform((one) => [one]),
]);

const plan = z.looseObject({
    stack: z.string(),
    project: z.string(),
    target: z.string(),
    checks: z.array(z.looseObject({ name: z.string(), status: z.enum(["pass", "warn", "fail"]), detail: z.string() })),
    resources: z.array(z.looseObject({ urn: z.string(), type: z.string(), name: z.string() })),
});

/** The digest of everything that the files hold. */
export async function readInputs(inputs: Inputs, options: DigestOptions): Promise<PreviewDigest> {
    const earlier = new Map(inputs.against.map((file) => [readPlan(file).stack, file]));
    const digests: PreviewDigest[] = [];
    for (const file of inputs.files) {
        digests.push(await readOne(file, inputs.onlyDigests, earlier, options));
    }
    for (const each of inputs.failed) {
        const [, stack = "", file = ""] = /^([^=]+)=(.+)$/.exec(each) ?? [];
        if (stack === "") {
            throw new UserError(`--failed takes STACK=FILE, not ${each}`);
        }
        const source = inputs.offline ? "offline plan" : "engine";
        digests.push(digestOfFailure(stack, "vernemq", source, readText(file), options));
    }
    const merged = mergeDigests(digests);
    const names = merged.stacks.map(({ project, stack }) => `${project}/${stack}`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
        throw new UserError(`${twice} is in more than one of the files; name each stack's preview once`);
    }
    return merged;
}

async function readOne(
    file: string,
    onlyDigests: boolean,
    earlier: ReadonlyMap<string, string>,
    options: DigestOptions,
): Promise<PreviewDigest> {
    const content = readJson(file);
    if (isObject(content) && "version" in content && "stacks" in content) {
        try {
            return parseDigest(content);
        } catch (error) {
            throw new UserError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
        }
    }
    if (onlyDigests) {
        throw new UserError(`${file} is not a digest (comment --digest)`);
    }
    const planned = plan.safeParse(content);
    if (planned.success) {
        checkFormat(file, content);
        const current = planned.data as unknown as Plan & { readonly comparison?: Comparison };
        const against = earlier.get(current.stack);
        return digestOfPlan(current, await comparisonOf(current, against), options);
    }
    const found = runs.safeParse(content);
    if (!found.success) {
        throw new UserError(
            `${file} holds no runs (preview --runs), no plan (plan --json) and no digest (comment --digest)`,
        );
    }
    return digest(found.data as unknown as readonly PreviewRun[], options);
}

/** The comparison that the plan carries, or one with an earlier plan; without either everything is new. */
async function comparisonOf(
    current: Plan & { readonly comparison?: Comparison },
    against: string | undefined,
): Promise<Comparison> {
    if (against === undefined && current.comparison !== undefined) {
        return current.comparison;
    }
    const { compareWith } = await import("../../plan/render");
    const nothing: Baseline = { stack: current.stack, target: current.target, edge: current.edge, resources: [] };
    return compareWith(against === undefined ? nothing : readBaseline(against, current.stack), current);
}

function readPlan(file: string): DigestedPlan {
    const result = plan.safeParse(readJson(file));
    if (!result.success) {
        throw new UserError(`${file} is not a plan that plan --json wrote`);
    }
    return result.data as unknown as DigestedPlan;
}

function readText(file: string): string {
    try {
        if (statSync(file).size > largestFile) {
            throw new UserError(`${file} is larger than ${largestFile / 1024 / 1024} MiB`);
        }
        return readFileSync(file, "utf8");
    } catch (error) {
        throw error instanceof UserError ? error : new UserError(`${file} cannot be read`);
    }
}

function readJson(file: string): unknown {
    const text = readText(file);
    const content = jsonIn(text);
    if (content !== undefined) {
        return content;
    }
    const events = eventLines(text);
    if (events === undefined) {
        throw new UserError(`${file} is not JSON`);
    }
    return runOfEvents(events);
}

/** The engine's own event log, one event a line. */
function eventLines(text: string): readonly EngineEvent[] | undefined {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const isEvent = (value: unknown): value is EngineEvent => isObject(value) && typeof value["sequence"] === "number";
    const events = lines.map(jsonIn);
    return events.every(isEvent) ? events : undefined;
}

function runOfEvents(events: readonly EngineEvent[]): PreviewRun {
    const urn = events.map((event) => event.resourcePreEvent?.metadata.urn).find((found) => found !== undefined);
    const failed = events.some(({ diagnosticEvent }) => diagnosticEvent?.severity === "error");
    return {
        stack: urn?.split("::")[0]?.replace("urn:pulumi:", "") ?? "unnamed",
        status: failed ? "failed" : "succeeded",
        events,
    };
}
