import { compact } from "../../components/common/compact";
import { actionSigns } from "../../plan/render/changes";
import { changeCount, type ChangeDigest, type PreviewDigest, type StackDigest } from "./preview-digest";
import { alert, code, fence, inline, link, table, text } from "./markdown";
import { type Cuttable, cuttable, cutWords, type Ration } from "./ration";
import { stackDetails } from "./stack-details";
import {
    columns,
    dangers,
    errorTexts,
    facts,
    headline,
    notesOf,
    notices,
    plural,
    roleAndType,
    staleness,
    stateIcons,
    stateOf,
    type Context,
    whereOf,
    worstState,
} from "./wording";
import { shortType } from "../../plan/render/facts";
import { wellFormed } from "../masking";

/** How replacements and deletions are listed: each with its reasons, each with its name, by type with names, or only counted. */
export const forms = ["full", "named", "grouped", "counted"] as const;
export type Form = (typeof forms)[number];

/**
 * The comment with what the ration allows.
 *
 * @param shown.errorLength the longest error message, in characters
 */
export function compose(
    digest: PreviewDigest,
    context: Context,
    ration: Ration,
    { form, errorLength }: { readonly form: Form; readonly errorLength: number },
): string {
    const quiet =
        worstState(digest) === "same" && !digest.stacks.some(hasSomethingToSay) && context.notice === undefined;
    if (quiet && digest.stacks.length > 0) {
        return `${quietLine(digest, context)}\n`;
    }
    const above = [
        title(digest, context),
        contextLine(digest, context),
        ...noticeBox(digest, context),
        countsTable(digest, form),
        ...danger(digest, form),
        ...errors(digest, ration, errorLength),
        ...policies(digest, ration),
        ...consequences(digest, ration),
    ];
    const below = digest.stacks.flatMap((stack) => stackDetails(stack, ration));
    return `${[...above, ...below, ...cutNote(ration, shortenings(digest, form, errorLength), context), `<sub>${text(staleness(context))}</sub>`].join("\n\n")}\n`;
}

function hasSomethingToSay(stack: StackDigest): boolean {
    return (
        stack.source !== "engine" ||
        stack.policies.length > 0 ||
        stack.diagnostics.length > 0 ||
        stack.warnings.length > 0 ||
        stack.incomplete !== undefined
    );
}

/** No changes: nothing to read but that. */
function quietLine(digest: PreviewDigest, context: Context): string {
    const names = digest.stacks.map(({ stack }) => code(stack)).join(", ");
    const same = digest.stacks.reduce((sum, { counts }) => sum + counts.same, 0);
    return [
        `${stateIcons.same} **${text(context.title ?? "Preview")}: no changes** in ${names} (${plural(same, "resource")} unchanged)`,
        ...facts(digest, context, inline),
    ].join(" · ");
}

function title(digest: PreviewDigest, { title: word = "Preview" }: Context): string {
    const pieces = headline(digest).map((piece) =>
        piece.stack === undefined ? text(piece.text) : `${code(piece.stack)} ${text(piece.text)}`,
    );
    return `### ${stateIcons[worstState(digest)]} ${text(word)}: ${pieces.join(" · ")}`;
}

function contextLine(digest: PreviewDigest, context: Context): string {
    const line = facts(digest, context, inline).join(" · ");
    return line === "" ? plural(digest.stacks.length, "stack") : `${line.slice(0, 1).toUpperCase()}${line.slice(1)}`;
}

function noticeBox(digest: PreviewDigest, context: Context): readonly string[] {
    const lines = notices(digest, context, inline);
    return lines.length === 0 ? [] : [alert("NOTE", lines.flatMap((line) => ["", line]).slice(1))];
}

function countsTable(digest: PreviewDigest, form: Form): string {
    const shownColumns = columns(digest);
    const head = ["", "Stack", "Where", ...shownColumns.map(({ title: name }) => name)];
    const align = [
        ":-:",
        "---",
        "---",
        ...shownColumns.map(({ title: name }) => (name === "Policy" || name === "Cost" ? "---" : "--:")),
    ];
    // Only where thousands of stacks leave no room for a row each.
    const shown = form === "counted" ? digest.stacks.slice(0, fewRows) : digest.stacks;
    const rows = shown.map((stack) => [
        stateIcons[stateOf(stack)],
        code(stack.stack),
        text(whereOf(stack)),
        ...shownColumns.map(({ cell }) => strong(cell(stack))),
    ]);
    const total = (pick: (stack: StackDigest) => number) => digest.stacks.reduce((sum, stack) => sum + pick(stack), 0);
    const all =
        `All ${plural(digest.stacks.length, "stack")} together: ${plural(total(changeCount), "change")}, ` +
        `${total(({ counts }) => counts.replace)} to replace, ${total(({ counts }) => counts.delete)} to delete.`;
    return compact([table(head, align, rows), shown.length < digest.stacks.length && all]).join("\n\n");
}

const fewRows = 50;

function strong(cell: string): string {
    return /^[1-9]/.test(cell) ? `**${text(cell)}**` : text(cell);
}

/** Everything that is replaced or deleted: it is never cut, only said with fewer words. */
function danger(digest: PreviewDigest, form: Form): readonly string[] {
    const all = dangers(digest);
    if (all.length === 0) {
        return [];
    }
    const count = (action: ChangeDigest["action"]) => all.filter(({ change }) => change.action === action).length;
    const heading = compact([
        count("replace") > 0 && `${plural(count("replace"), "resource")} replaced`,
        count("delete") > 0 && `${plural(count("delete"), "resource")} deleted`,
    ]).join(", ");
    const lines =
        form === "full" || form === "named"
            ? all.map(({ stack, change }) => `- ${code(stack.stack)} ${dangerLine(change, form)}`)
            : byType(all, form);
    return [alert("CAUTION", [`**${heading}**`, "", ...lines])];
}

function dangerLine(change: ChangeDigest, form: Form): string {
    const what = `${code(actionSigns[change.action])} **${change.action}** ${code(change.name)} (${text(roleAndType(change))})`;
    if (form === "named") {
        return what;
    }
    const notes = notesOf(change, inline, mostReasons);
    return notes.length === 0 ? what : `${what}: ${notes.join("; ")}`;
}

/** A replaced resource may differ in hundreds of places; these say enough, and the rest is in its diff. */
const mostReasons = 8;

function byType(all: readonly { stack: StackDigest; change: ChangeDigest }[], form: Form): readonly string[] {
    const groups = new Map<string, string[]>();
    for (const { stack, change } of all) {
        const key = `${code(stack.stack)} **${change.action}** ${text(shortType(change.type))}`;
        groups.set(key, [...(groups.get(key) ?? []), change.name]);
    }
    const lines = [...groups].map(([key, names]) =>
        form === "counted" ? `- ${key}: ${names.length}` : `- ${key} (${names.length}): ${names.map(code).join(" ")}`,
    );
    return form === "counted"
        ? [...lines.slice(0, mostGroups), "", "Their names do not fit into one comment; the full preview has them."]
        : lines;
}

const mostGroups = 100;

/** Why it fails, before anything has to be opened. */
function errors(digest: PreviewDigest, ration: Ration, longest: number): readonly string[] {
    return digest.stacks.flatMap((stack) => {
        const all = errorTexts(stack);
        const shown = ration.take("errors", all);
        return shown.map(
            ({ message, resource }) =>
                `**${code(stack.stack)} ${text(stack.status === "cancelled" ? "was cancelled" : "fails")}${resource === undefined ? "" : ` at ${code(resource)}`}**\n\n${fence(endOf(message, longest), "text")}`,
        );
    });
}

function endOf(message: string, longest: number): string {
    return message.length > longest ? wellFormed(`…${message.slice(-longest)}`) : message;
}

/** Broken mandatory policies first; warnings below them. */
function policies(digest: PreviewDigest, ration: Ration): readonly string[] {
    const level = (wanted: "mandatory" | "advisory", kind: Cuttable) =>
        digest.stacks.flatMap((stack) =>
            ration
                .take(
                    kind,
                    stack.policies.filter((policy) => policy.level === wanted),
                )
                .map(
                    ({ policy, pack, resource, message }) =>
                        `- ${wanted === "mandatory" ? "🔴 **mandatory**" : "🟠 advisory"} ${code(stack.stack)} ${code(policy)} of ${code(pack)}` +
                        `${resource === undefined ? "" : ` at ${code(resource)}`}: ${text(message)}`,
                ),
        );
    const lines = [...level("mandatory", "policies"), ...level("advisory", "advisories")];
    return lines.length === 0 ? [] : [`**Policies**\n\n${lines.join("\n")}`];
}

function consequences(digest: PreviewDigest, ration: Ration): readonly string[] {
    const lines = digest.stacks.flatMap((stack) =>
        ration.take("consequences", stack.warnings).map((warning) => `- ${code(stack.stack)}: ${text(warning)}`),
    );
    return lines.length === 0
        ? []
        : [alert("WARNING", ["**What this does to devices, data and brokers**", "", ...lines])];
}

/** What is shown with fewer words. */
function shortenings(digest: PreviewDigest, form: Form, errorLength: number): readonly string[] {
    const long = digest.stacks.flatMap(errorTexts).filter(({ message }) => message.length > errorLength).length;
    return compact([
        form !== "full" && "the reasons of replacements and deletions",
        long > 0 && `the beginning of ${plural(long, "error message")}`,
    ]);
}

function cutNote(ration: Ration, shortened: readonly string[], { full, runUrl }: Context): readonly string[] {
    const dropped = cuttable.flatMap((kind) => {
        const [one, many] = cutWords[kind];
        const count = ration.dropped(kind);
        return compact([count > 0 && `${count} ${count === 1 ? one : many}`]);
    });
    if (dropped.length + shortened.length === 0) {
        return [];
    }
    const where = full === undefined ? link("the run", runUrl) : link(full.name, full.url);
    return [
        `**Left out, because it does not fit:** ${[...dropped, ...shortened].map(text).join(", ")}. Everything is in ${where}.`,
    ];
}
