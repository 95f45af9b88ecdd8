import { targets } from "../../stacks/targets/registry";
import type { DiagnosticEvent, EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation";
import { differences } from "../../plan/diff";
import { compact } from "../../components/common/compact";
import { jsonIn } from "../../components/common/json";
import { renderPath, valueOf } from "../../components/common/property-path";
import { consequences } from "../../plan/changes/consequences";
import { changesIn } from "../../plan/changes/from-events";
import { type Action, type Change, countActions, isReal, kindOf, type ResourceState } from "../../plan/changes/model";
import { isDefaultProvider, nameOf, stackType } from "../../plan/graph";
import type { StackRun } from "../run";
import { ancestry, byWeight, changeDigest, propertyDigest, unchangedDigest } from "./change-digest";
import {
    compareTexts,
    type DiagnosticDigest,
    type PolicyDigest,
    type PreviewDigest,
    type StackDigest,
} from "./preview-digest";
import { type Clean, cleaner, halfSecrets, openSecretsOf, shortMessage, shortName } from "./text";

export interface DigestOptions {
    /** Texts that must not be shown, for example the values of the environment's tokens. */
    readonly secrets?: readonly string[];
    /** Show old and new values, but never of secrets, of Helm values or of objects that hold secrets. @default false */
    readonly values?: boolean;
}

/** What of a run a digest reads. */
export type PreviewRun = Pick<StackRun, "stack" | "status" | "events" | "error"> &
    Partial<Pick<StackRun, "startedAt" | "seconds" | "verb" | "preview" | "refusals">>;

/** What a reviewer needs of previews of the engine. */
export function digest(runs: readonly PreviewRun[], options: DigestOptions = {}): PreviewDigest {
    const stacks = runs.map((run) => digestRun(run, options));
    return {
        version: 1,
        stacks: stacks.sort((a, b) => compareTexts(`${a.project}/${a.stack}`, `${b.project}/${b.stack}`)),
    };
}

function digestRun(run: PreviewRun, options: DigestOptions): StackDigest {
    const { events } = run;
    const all = changesIn(events);
    const resources = all.filter((change) => change.type !== stackType && !isOwn(change));
    const own = all.find(({ type }) => type === stackType);
    const clean = cleaner([
        ...(options.secrets ?? []),
        ...openSecretsOf(events),
        ...compact([...resources, own]).flatMap(formerSecrets),
    ]);
    const within = ancestry(resources, clean);
    const diagnostics = events.flatMap(({ diagnosticEvent }) =>
        diagnosticEvent === undefined ? [] : diagnosticOf(diagnosticEvent, clean),
    );
    const failed = run.status !== "succeeded";
    const error = failed ? errorOf(run, diagnostics, clean) : undefined;
    return {
        stack: shortName(clean, run.stack),
        project: shortName(clean, projectOf(events)),
        place: shortName(clean, placeOf(events)),
        source: "engine",
        status: run.status === "succeeded" ? "succeeded" : run.status === "cancelled" ? "cancelled" : "failed",
        counts: countsOf(resources),
        changes: resources
            .filter(isReal)
            .map((change) => changeDigest(change, within(change), clean, options.values ?? false))
            .sort(byWeight),
        unchanged: unchangedDigest(
            resources.filter((change) => !isReal(change)),
            within,
            clean,
        ),
        outputs: own?.after === undefined ? [] : outputsOf(own, clean),
        policies: policiesOf(events, clean),
        diagnostics: distinct(diagnostics)
            .sort((a, b) => compareTexts(a.severity, b.severity))
            .slice(0, mostDiagnostics),
        warnings: [
            ...domainWarnings(resources).map((warning) => shortMessage(clean, warning)),
            ...(run.refusals ?? []).map(({ reason, remedy }) => shortMessage(clean, `${reason} ${remedy}`)),
        ],
        error,
        incomplete: incompleteness(run),
        startedAt: run.startedAt,
        seconds: run.seconds,
    };
}

/** The engine closes secrets; what was open on the other side of a change is closed by us. */
function formerSecrets({ before, after }: Change): readonly string[] {
    return [...halfSecrets(before?.inputs, after?.inputs), ...halfSecrets(before?.outputs, after?.outputs)];
}

function outputsOf({ before, after }: Change, clean: Clean) {
    return differences(before?.outputs ?? {}, after?.outputs ?? {}).map(({ path, reordered, ...sides }) =>
        propertyDigest(
            "",
            { path: renderPath(path), kind: kindOf(sides.before, sides.after), reordered, replaces: false },
            clean,
            false,
        ),
    );
}

function countsOf(resources: readonly Change[]): StackDigest["counts"] {
    const counts = countActions(resources);
    const count = (...actions: readonly Action[]) => actions.reduce((sum, action) => sum + (counts[action] ?? 0), 0);
    return {
        create: count("create"),
        update: count("update"),
        replace: count("replace"),
        delete: count("delete"),
        import: count("import"),
        other: count("forget", "unknown"),
        same: count("same", "read"),
    };
}

/** The plan's own sentences, from what the engine says of the states before and after. */
function domainWarnings(resources: readonly Change[]): readonly string[] {
    const side = (pick: (change: Change) => ResourceState | undefined) =>
        resources.flatMap((change) => {
            const { urn, type, name } = change;
            const state = pick(change);
            return state === undefined ? [] : [{ urn, type, name, inputs: state.inputs }];
        });
    return consequences(
        resources.filter(isReal),
        side(({ action, before, after }) => before ?? (isReal({ action }) ? undefined : after)),
        side(({ after }) => after),
    );
}

/** The engine creates and drops default providers by itself; only a replacement of one matters. */
function isOwn({ type, name, parent, action }: Change): boolean {
    const isBelowStack = parent === null || parent.includes(`::${stackType}::`);
    return action !== "replace" && isDefaultProvider({ type, name, parent: isBelowStack ? null : parent });
}

const mostDiagnostics = 500;

function diagnosticOf(event: DiagnosticEvent, clean: Clean): readonly DiagnosticDigest[] {
    const message = shortMessage(clean, event.message);
    return (event.severity !== "error" && event.severity !== "warning") || event.ephemeral === true || message === ""
        ? []
        : [{ severity: event.severity, message, resource: resourceName(event.urn, clean) }];
}

function resourceName(urn: string | undefined, clean: Clean): string | undefined {
    return urn === undefined || urn === "" ? undefined : shortName(clean, nameOf(urn));
}

function distinct<T>(items: readonly T[]): T[] {
    return [...new Map(items.map((each) => [JSON.stringify(each), each])).values()];
}

/** Why it failed: its own words, where the diagnostics do not say it already; else the end of what the program wrote. */
function errorOf(run: PreviewRun, diagnostics: readonly DiagnosticDigest[], clean: Clean): string | undefined {
    if (diagnostics.some(({ severity }) => severity === "error")) {
        return undefined;
    }
    const written = run.events.flatMap(({ diagnosticEvent }) =>
        diagnosticEvent?.severity === "info#err" ? [diagnosticEvent.message] : [],
    );
    const text = [...written, run.error ?? ""].join("\n").trim();
    const lines = shortMessage(clean, text === "" ? `The run ended as ${run.status} and gave no reason.` : text).split(
        "\n",
    );
    return lines.slice(-lastLines).join("\n");
}

const lastLines = 40;

function policiesOf(events: readonly EngineEvent[], clean: Clean): PolicyDigest[] {
    const all = events.flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyOf(policyEvent, clean)]));
    return distinct(all).sort(
        (a, b) =>
            Number(b.level === "mandatory") - Number(a.level === "mandatory") ||
            compareTexts(`${a.pack} ${a.policy} ${a.resource ?? ""}`, `${b.pack} ${b.policy} ${b.resource ?? ""}`),
    );
}

function policyOf(event: PolicyEvent, clean: Clean): PolicyDigest {
    return {
        pack: shortName(clean, event.policyPackName),
        policy: shortName(clean, event.policyName),
        level: event.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
        message: shortMessage(clean, event.message),
        resource: resourceName(event.resourceUrn, clean),
    };
}

/** A successful run ends with a summary; without one, events were lost. */
function incompleteness({ status, events }: PreviewRun): string | undefined {
    if (status === "succeeded" && !events.some(({ summaryEvent }) => summaryEvent !== undefined)) {
        return "The engine's events end without a summary: there may be more changes than are shown.";
    }
    return status !== "succeeded" && events.some((event) => event.resourcePreEvent !== undefined)
        ? "It ended before everything was compared: there may be more changes than are shown."
        : undefined;
}

/** The project's name, which every URN holds. */
function projectOf(events: readonly EngineEvent[]): string {
    const urn = events
        .map(({ resourcePreEvent, resOutputsEvent }) => (resourcePreEvent ?? resOutputsEvent)?.metadata.urn)
        .find((found) => found !== undefined);
    return urn?.split("::")[1] ?? "vernemq";
}

/** Target and region by the stack's settings. */
function placeOf(events: readonly EngineEvent[]): string {
    const config: Readonly<Record<string, string>> =
        events.find(({ preludeEvent }) => preludeEvent !== undefined)?.preludeEvent?.config ?? {};
    const regionKeys = targets().flatMap(({ configKeys }) => configKeys.filter(({ name }) => name === "region"));
    const region =
        regionKeys.map(({ key }) => config[key]).find((value) => value !== undefined) ?? clusterRegion(config);
    return [config["vernemq:target"], region].filter((part) => part !== undefined).join(" ");
}

function clusterRegion(config: Readonly<Record<string, string>>): string | undefined {
    const region = valueOf(jsonIn(config["vernemq:cluster"] ?? ""), "region");
    return typeof region === "string" ? region : undefined;
}
