import { targets } from "../../stacks/targets/registry";
import type { DiagnosticEvent, EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation";
import type { Baseline, ResourceChange } from "../../plan/compare";
import { consequences } from "../../plan/consequences";
import type { PlannedResource } from "../../plan/graph";
import type { StackRun } from "../run";
import {
    type Action,
    actions,
    type ChangeDigest,
    compareTexts,
    type DiagnosticDigest,
    type PolicyDigest,
    type PreviewDigest,
    type StackDigest,
} from "./preview-digest";
import { changedOutputs, changedProperties } from "./properties";
import { type Json, nameOf, resourceSteps, type ResourceSteps, stackSteps, type State } from "./steps";
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

/** What a reviewer needs of previews that the engine made. */
export function digest(runs: readonly PreviewRun[], options: DigestOptions = {}): PreviewDigest {
    const stacks = runs.map((run) => digestRun(run, options));
    return {
        version: 1,
        stacks: stacks.sort((a, b) => compareTexts(`${a.project}/${a.stack}`, `${b.project}/${b.stack}`)),
    };
}

function digestRun(run: PreviewRun, options: DigestOptions): StackDigest {
    const events = run.events;
    const resources = resourceSteps(events);
    const own = stackSteps(events);
    const clean = cleaner([
        ...(options.secrets ?? []),
        ...openSecretsOf(events),
        ...[...resources, ...(own === undefined ? [] : [own])].flatMap(formerSecrets),
    ]);
    const within = ancestry(resources, clean);
    const diagnostics = events.flatMap(({ diagnosticEvent }) =>
        diagnosticEvent === undefined ? [] : diagnosticOf(diagnosticEvent, clean),
    );
    const failed = run.status !== "succeeded";
    const error = failed ? errorOf(run, events, diagnostics, clean) : undefined;
    return {
        stack: shortName(clean, run.stack),
        project: shortName(clean, projectOf(events)),
        place: shortName(clean, placeOf(events)),
        source: "engine",
        status: run.status === "succeeded" ? "succeeded" : run.status === "cancelled" ? "cancelled" : "failed",
        counts: countActions(resources.map(({ action }) => action)),
        changes: resources
            .flatMap((steps) =>
                steps.action === "same"
                    ? []
                    : [changeOf(steps, steps.action, within(steps), clean, options.values ?? false)],
            )
            .sort(byWeight),
        unchanged: resources
            .filter(({ action }) => action === "same")
            .map((steps) => ({
                type: shortName(clean, steps.type),
                name: shortName(clean, steps.name),
                within: within(steps),
            }))
            .sort((a, b) => compareTexts(`${a.name} ${a.type}`, `${b.name} ${b.type}`)),
        outputs: own?.after === undefined ? [] : outputsOf(own, clean),
        policies: policiesOf(events, clean),
        diagnostics: unique(diagnostics),
        warnings: [
            ...domainWarnings(resources).map((warning) => shortMessage(clean, warning)),
            ...(run.refusals ?? []).map(({ reason, remedy }) => shortMessage(clean, `${reason} ${remedy}`)),
        ],
        ...(error === undefined ? {} : { error }),
        ...incompleteness(run, events),
        ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
        ...(run.seconds === undefined ? {} : { seconds: run.seconds }),
    };
}

/** The engine closes secrets; what was open on the other side of a change is closed by us. */
function formerSecrets({ before, after }: ResourceSteps): readonly string[] {
    return [...halfSecrets(before?.inputs, after?.inputs), ...halfSecrets(before?.outputs, after?.outputs)];
}

function outputsOf({ before, after }: ResourceSteps, clean: Clean) {
    return changedOutputs(before?.outputs ?? {}, after?.outputs ?? {}).map((each) => ({
        ...each,
        path: shortName(clean, each.path),
    }));
}

export function countActions(all: readonly (Action | "same")[]): StackDigest["counts"] {
    const count = (...wanted: readonly (Action | "same")[]) => all.filter((action) => wanted.includes(action)).length;
    return {
        create: count("create"),
        update: count("update"),
        replace: count("replace"),
        delete: count("delete"),
        import: count("import"),
        other: count("forget", "unknown"),
        same: count("same"),
    };
}

/** The gravest first, then by name. */
export function byWeight(a: ChangeDigest, b: ChangeDigest): number {
    return (
        actions.indexOf(a.action) - actions.indexOf(b.action) ||
        compareTexts(`${a.name} ${a.urn}`, `${b.name} ${b.urn}`)
    );
}

function changeOf(steps: ResourceSteps, action: Action, within: string[], clean: Clean, values: boolean): ChangeDigest {
    const properties = changedProperties(steps, values).map((property) => ({
        ...property,
        path: shortName(clean, property.path),
        ...(property.before === undefined ? {} : { before: shortName(clean, property.before) }),
        ...(property.after === undefined ? {} : { after: shortName(clean, property.after) }),
    }));
    const { unknown, before, after } = steps;
    const gone = action === "replace" || action === "delete";
    return {
        action,
        ...(unknown === undefined ? {} : { operation: shortName(clean, unknown) }),
        urn: shortName(clean, steps.urn),
        type: shortName(clean, steps.type),
        name: shortName(clean, steps.name),
        within,
        properties,
        because: action === "replace" ? reasons(steps, properties) : [],
        deletedFirst: steps.deletedFirst,
        protected: gone && (before?.protect ?? false) && (after?.protect ?? true),
        retained: gone && (before?.retain ?? false),
    };
}

function reasons({ before, after }: ResourceSteps, properties: ChangeDigest["properties"]): string[] {
    const paths = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
    const otherProvider = before !== undefined && after !== undefined && before.provider !== after.provider;
    return paths.length === 0 && otherProvider ? ["provider"] : paths;
}

/** The names of the components around a resource, the stack left out. */
function ancestry(resources: readonly ResourceSteps[], clean: Clean): (steps: ResourceSteps) => string[] {
    const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
    return ({ parent }) => {
        const names: string[] = [];
        const seen = new Set<string>();
        for (let urn = parent; parents.has(urn) && !seen.has(urn) && names.length < 40; urn = parents.get(urn) ?? "") {
            seen.add(urn);
            names.unshift(shortName(clean, nameOf(urn)));
        }
        return names;
    };
}

/** The plan's own sentences, from what the engine says of the states before and after. */
function domainWarnings(resources: readonly ResourceSteps[]): readonly string[] {
    const side = (pick: (steps: ResourceSteps) => State | undefined): readonly PlannedResource[] =>
        resources.flatMap((steps) => {
            const state = pick(steps);
            return state === undefined ? [] : [plannedResource(steps, state)];
        });
    const [before, after] = [
        side((steps) => steps.before ?? (steps.action === "same" ? steps.after : undefined)),
        side((steps) => steps.after),
    ];
    const common = { stack: "", target: "", edge: noEdge };
    const changes = resources.flatMap((steps): ResourceChange[] => {
        const { action } = steps;
        return action === "create" || action === "update" || action === "replace" || action === "delete"
            ? [{ ...plainChange(steps), action }]
            : [];
    });
    return consequences({ ...common, resources: before }, { ...common, resources: after }, changes);
}

/** What the engine does not tell: nothing is said about the edge then. */
const noEdge: Baseline["edge"] = {
    target: "existing",
    exposure: "none",
    listeners: [],
    hops: [],
    affinity: "none",
    certificateSource: null,
    clientCertificates: false,
    minimumTlsVersion: "1.2",
    allowedCidrs: [],
    keepaliveSeconds: 0,
    idleTimeoutSeconds: 0,
    tcpKeepaliveSeconds: null,
    warnings: [],
    summary: "",
    tlsEndedBy: null,
    affinityKeptBy: [],
};

function plannedResource({ urn, type, name, parent }: ResourceSteps, state: State): PlannedResource {
    return {
        urn,
        type,
        name,
        parent,
        provider: state.provider,
        dependencies: [],
        inputs: state.inputs,
        protect: state.protect,
        custom: true,
        outputs: state.outputs,
        propertyDependencies: {},
        options: {},
    };
}

function plainChange(steps: ResourceSteps): ResourceChange {
    const properties = changedProperties(steps, false);
    const { urn, type, name, parent, before, after, action } = steps;
    const gone = action === "replace" || action === "delete";
    return {
        action: "update",
        urn,
        type,
        name,
        parent,
        properties,
        because: [],
        deletedFirst: steps.deletedFirst,
        protected: gone && (before?.protect ?? false) && (after?.protect ?? true),
        retained: gone && (before?.retain ?? false),
    };
}

const mostDiagnostics = 500;

function diagnosticOf(event: DiagnosticEvent, clean: Clean): readonly DiagnosticDigest[] {
    const message = shortMessage(clean, event.message);
    return (event.severity !== "error" && event.severity !== "warning") || event.ephemeral === true || message === ""
        ? []
        : [{ severity: event.severity, message, ...resourceName(event.urn, clean) }];
}

function resourceName(urn: string | undefined, clean: Clean): { resource?: string } {
    return urn === undefined || urn === "" ? {} : { resource: shortName(clean, nameOf(urn)) };
}

function unique(diagnostics: readonly DiagnosticDigest[]): DiagnosticDigest[] {
    const found = new Map(diagnostics.map((each) => [JSON.stringify(each), each]));
    return [...found.values()].sort((a, b) => compareTexts(a.severity, b.severity)).slice(0, mostDiagnostics);
}

/** Why it failed: its own words, where the diagnostics do not say it already; else the end of what the program wrote. */
function errorOf(
    run: PreviewRun,
    events: readonly EngineEvent[],
    diagnostics: readonly DiagnosticDigest[],
    clean: Clean,
): string | undefined {
    if (diagnostics.some(({ severity }) => severity === "error")) {
        return undefined;
    }
    const written = events.flatMap(({ diagnosticEvent }) =>
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
    const found = new Map(all.map((each) => [JSON.stringify(each), each]));
    return [...found.values()].sort(
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
        ...resourceName(event.resourceUrn, clean),
    };
}

/** A successful run ends with a summary; without one, events were lost. */
function incompleteness(run: PreviewRun, events: readonly EngineEvent[]): { incomplete?: string } {
    const summary = events.find(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
    if (run.status === "succeeded" && summary === undefined) {
        return { incomplete: "The engine's events end without a summary: there may be more changes than are shown." };
    }
    return run.status !== "succeeded" && events.some((event) => event.resourcePreEvent !== undefined)
        ? { incomplete: "It ended before everything was looked at: there may be more changes than are shown." }
        : {};
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
    try {
        const region = (JSON.parse(config["vernemq:cluster"] ?? "{}") as Json)["region"];
        return typeof region === "string" ? region : undefined;
    } catch {
        return undefined;
    }
}
