import { createColors } from "picocolors";
import { changesIn, doneIn, realChanges } from "../../plan/changes/from-events";
import { type Action, type Change, countActions } from "../../plan/changes/model";
import { actionSigns } from "../../plan/render/changes";
import { formatSeconds } from "../duration";
import { renderRefusals } from "../guards";
import { repairCommand } from "../repair/text";
import type { StackRun, Verb } from "../run";
import type { FinishedResource, Progress } from "./progress";

type Colors = ReturnType<typeof createColors>;

/** How a run ended, in full: what changed, what held it back, what failed and what to do. */
export function renderRun(run: StackRun, colored: boolean): string {
    const colors = createColors(colored);
    const took = colors.dim(formatSeconds(run.seconds));
    const headline = `${mark(run, colors)} ${colors.bold(run.stack)} ${summary(run)} ${took}`;
    return [headline, ...body(run, colors), ...unfinishedLines(run)].join("\n");
}

function mark({ status }: StackRun, colors: Colors): string {
    switch (status) {
        case "succeeded":
            return colors.green("✓");
        case "refused":
        case "unfinished":
        case "locked":
        case "cancelled":
            return colors.yellow("!");
        case "failed":
        case "misconfigured":
            return colors.red("✗");
    }
}

/** What a run did, in a few words. */
export function summary(run: StackRun): string {
    const { verb, status } = run;
    if (status !== "succeeded") {
        const words = {
            failed: "failed",
            misconfigured: "was not started: its configuration is wrong",
            refused: "was refused: nothing was changed",
            unfinished: "was not started: an earlier update was interrupted",
            locked: "is held by another run",
            cancelled: "was cancelled",
        };
        const done = run.preview === undefined || run.events.length === 0 ? "" : ` (${doneCounts(run)})`;
        return `${verb}: ${words[status]}${done}`;
    }
    if (verb === "outputs") {
        return "outputs";
    }
    if (verb === "repair") {
        return `repair: ${describeRepair(run)}`;
    }
    if (verb === "drift") {
        return realChanges(run.events).length === 0
            ? "drift: none"
            : "drift: the cloud differs from the state; `refresh` and then `up` undo it";
    }
    return `${verb}: ${counts(run, verb === "preview" ? "would" : "did")}`;
}

/** Of a run that did not come to its end: what is in the cloud, not what was begun. */
function doneCounts({ events }: StackRun): string {
    const done = doneIn(events).filter(({ action }) => action !== "same");
    return done.length === 0 ? "nothing was changed" : describeCounts(done, "did");
}

function describeRepair({ repair = [] }: StackRun): string {
    const settled = repair.filter(({ kind }) => kind !== "look").length;
    return settled === 0 ? "nothing was left unfinished, and the state is refreshed" : `${settled} settled`;
}

function counts(run: StackRun, tense: "would" | "did"): string {
    return describeCounts(
        changesIn(run.events).filter(({ type }) => !type.startsWith("pulumi:providers:")),
        tense,
    );
}

/** `2 created, 1 replaced, 30 unchanged`. */
export function describeCounts(changes: readonly Change[], tense: "would" | "did"): string {
    const counts = countActions(changes);
    const words: readonly (readonly [Action, string, string])[] = [
        ["create", "to create", "created"],
        ["import", "to import", "imported"],
        ["update", "to update", "updated"],
        ["replace", "to replace", "replaced"],
        ["delete", "to delete", "deleted"],
        ["forget", "to forget", "forgotten"],
        ["unknown", "with an unknown operation", "with an unknown operation"],
        ["same", "unchanged", "unchanged"],
    ];
    const parts = words.flatMap(([action, would, did]) => {
        const count = counts[action] ?? 0;
        return count === 0 ? [] : [`${count} ${tense === "would" ? would : did}`];
    });
    return parts.length === 0 ? "no resources" : parts.join(", ");
}

function body(run: StackRun, colors: Colors): readonly string[] {
    const changes = listed.has(run.verb) ? changeLines(run, colors) : [];
    if (run.refusals !== undefined && run.refusals.length > 0) {
        return [renderRefusals(run.stack, run.refusals)];
    }
    const errors = run.error === undefined ? [] : [indent(run.error)];
    return [...changes, ...errors, ...outputLines(run)];
}

/** Verbs whose result is the list of changes; the others tell it while they go. */
const listed: ReadonlySet<Verb> = new Set<Verb>(["preview", "drift"]);

function changeLines(run: StackRun, colors: Colors): readonly string[] {
    const paint: Partial<Record<Action, (text: string) => string>> = {
        create: colors.green,
        update: colors.yellow,
        replace: colors.magenta,
        delete: colors.red,
    };
    return realChanges(run.events).flatMap((change) => {
        const { action, name, type, because } = change;
        const why = because.length === 0 ? "" : ` because of ${because.join(", ")}`;
        const gone = run.verb === "drift" && action === "delete" ? " is gone" : "";
        return [
            `  ${(paint[action] ?? String)(actionSigns[action])} ${name} ${colors.dim(type)}${gone}${why}`,
            ...inputLines(change),
        ];
    });
}

const mostInputs = 20;
const inputSigns = { add: "+", update: "~", delete: "-" } as const;

/** The names of the inputs that change; their values may be secrets of a program that did not say so. */
function inputLines({ properties }: Change): readonly string[] {
    const more = properties.length - mostInputs;
    return [
        ...properties
            .slice(0, mostInputs)
            .map(
                ({ kind, path, reordered }) =>
                    `      ${inputSigns[kind]} ${path}${reordered === true ? " (the same items in another order)" : ""}`,
            ),
        ...(more > 0 ? [`      and ${more} more`] : []),
    ];
}

function outputLines({ outputs, verb }: StackRun): readonly string[] {
    if (outputs === undefined || (verb !== "outputs" && verb !== "up")) {
        return [];
    }
    return Object.entries(outputs).map(([name, { secret, value }]) => {
        const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
        return indent(`${name}: ${secret && value === undefined ? "[secret]" : text}`);
    });
}

function unfinishedLines({ stack, status, unfinished }: StackRun): readonly string[] {
    // Where nothing was begun, the error names each.
    if (status === "unfinished" || unfinished === undefined || unfinished.length === 0) {
        return [];
    }
    return [
        "  Unfinished, so the cloud may hold resources that the state lacks:",
        ...unfinished.map(({ urn, operation }) => `    ${operation} ${urn}`),
        `  To repair it: ${repairCommand(stack)}`,
    ];
}

/** How a run ended, with what took longest in it. */
export function endedText(run: StackRun, progress: Progress, colored: boolean): string {
    const finished = progress.stacks().find(({ stack }) => stack === run.stack)?.finished ?? [];
    const slow = slowest(finished);
    return `${renderRun(run, colored)}\n${slow.length === 0 ? "" : `  slowest: ${slow.join(", ")}\n`}`;
}

/** The slowest resources of a run, where any took long enough to be worth a line. */
export function slowest(finished: readonly FinishedResource[], atLeastSeconds = 10): readonly string[] {
    return [...finished]
        .map((resource) => ({ ...resource, seconds: (resource.until - resource.since) / 1000 }))
        .filter(({ seconds }) => seconds >= atLeastSeconds)
        .sort((a, b) => b.seconds - a.seconds)
        .slice(0, 3)
        .map(({ name, seconds }) => `${name} ${formatSeconds(seconds)}`);
}

function indent(text: string): string {
    return text.replace(/^(?=.)/gm, "  ");
}
