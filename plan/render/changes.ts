import { compact } from "../../components/common/compact";
import type { Comparison } from "../changes/from-comparison";
import type { Action, PropertyChange, ResourceChange } from "../changes/model";
import { lineDifferences } from "../diff";

/** A property change in lines: one with both values, or the lines of a longer text that differ. */
export interface ShownChange {
    readonly path: string;
    /** `1 → 3`, or empty where `lines` say it. */
    readonly text: string;
    readonly lines: readonly { readonly kind: "removed" | "added" | "kept" | "gap"; readonly text: string }[];
    readonly replaces: boolean;
}

/** The sign of each action. */
export const actionSigns: Readonly<Record<Action, string>> = {
    create: "+",
    update: "~",
    replace: "±",
    delete: "-",
    import: "=",
    forget: "×",
    unknown: "?",
    read: " ",
    same: " ",
};

/** What becomes of a resource, and why; `mark` sets off the names of others. */
export function changeNotes(change: ResourceChange, mark = (text: string) => text): readonly string[] {
    return compact([
        change.action,
        change.because.length > 0 && `because of ${change.because.map(mark).join(", ")}`,
        change.deletedFirst && "the old one is deleted first",
        change.protected && "refused: it is protected",
        change.retained && "it stays in the cloud",
    ]);
}

/** How many lines of a text's differences are shown. */
const mostLines = 24;
const longestValue = 72;

export function showChange(change: PropertyChange): ShownChange {
    const { path, before, after, replaces } = change;
    if (change.follows !== undefined) {
        return { path, text: `new, because ${change.follows} is replaced`, lines: [], replaces };
    }
    if (change.secret === true) {
        return { path, text: "contents changed (secret)", lines: [], replaces };
    }
    if (change.reordered === true) {
        return { path, text: "the same items in another order", lines: [], replaces };
    }
    if (typeof before === "string" && typeof after === "string" && `${before}${after}`.includes("\n")) {
        return { path, text: "", lines: changedLines(before, after), replaces };
    }
    if (isScalarList(before) && isScalarList(after)) {
        return { path, text: itemChanges(before, after), lines: [], replaces };
    }
    const [old, fresh] = nearDifference(render(before), render(after));
    return { path, text: `${old} → ${fresh}`, lines: [], replaces };
}

function isScalarList(value: unknown): value is readonly unknown[] {
    return Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
}

function itemChanges(before: readonly unknown[], after: readonly unknown[]): string {
    const [gone, come] = [
        before.filter((item) => !after.includes(item)),
        after.filter((item) => !before.includes(item)),
    ];
    const parts = [
        ...(come.length > 0 ? [`+ ${come.map(render).join(", ")}`] : []),
        ...(gone.length > 0 ? [`- ${gone.map(render).join(", ")}`] : []),
    ];
    return parts.length > 0 ? shorten(parts.join("  ")) : `${shorten(render(before))} → ${shorten(render(after))}`;
}

function render(value: unknown): string {
    return value === undefined ? "(none)" : JSON.stringify(value);
}

function shorten(text: string, most = longestValue): string {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Two values, long ones cut around their first difference. */
function nearDifference(before: string, after: string): readonly [string, string] {
    if (Math.max(before.length, after.length) <= longestValue) {
        return [before, after];
    }
    let same = 0;
    while (same < before.length && before[same] === after[same]) {
        same++;
    }
    const start = Math.max(0, same - 16);
    const cut = (text: string) => shorten(start > 0 ? `…${text.slice(start)}` : text);
    return [cut(before), cut(after)];
}

/** The lines that differ, with one kept line around them and gaps between. */
function changedLines(before: string, after: string): ShownChange["lines"] {
    const lines = lineDifferences(before, after);
    const isNear = (index: number) =>
        [index - 1, index, index + 1].some((near) => (lines[near]?.kind ?? "kept") !== "kept");
    const shown: { kind: "removed" | "added" | "kept" | "gap"; text: string }[] = [];
    for (const [index, line] of lines.entries()) {
        if (isNear(index)) {
            shown.push(line);
        } else if (shown.length > 0 && shown.at(-1)?.kind !== "gap") {
            shown.push({ kind: "gap", text: "…" });
        }
    }
    const tidy = shown.at(-1)?.kind === "gap" ? shown.slice(0, -1) : shown;
    return tidy.length > mostLines
        ? [...tidy.slice(0, mostLines), { kind: "gap", text: `… ${tidy.length - mostLines} more lines` }]
        : tidy;
}

/** `1 to create, 2 to update, 20 unchanged`; what does not occur is left out. */
export function summaryText(summary: Readonly<Comparison["summary"]>): string {
    const actions = (["create", "update", "replace", "delete"] as const)
        .filter((action) => summary[action] > 0)
        .map((action) => `${summary[action]} to ${action}`);
    const { notCompared, same } = summary;
    return [
        ...(actions.length > 0 ? actions : ["nothing to change"]),
        ...(notCompared > 0 ? [`${notCompared} not compared (secret contents)`] : []),
        `${same} unchanged`,
    ].join(", ");
}
