import { shortType } from "../../plan/render/facts";
import { namedRoles } from "../../plan/changes/losses";
import { roleOf } from "../../plan/roles";
import {
    changeCount,
    type ChangeDigest,
    isDangerous,
    type PreviewDigest,
    type PropertyDigest,
    type StackDigest,
} from "./preview-digest";

/** The words of the comment, the summary and the page: one place, so that they say the same. */

/** Where a preview comes from and what it is about. Nothing of it is taken from a digest, because another job wrote that. */
export interface Context {
    /** What it is: a drift report reads like a preview. @default "Preview" */
    readonly title?: string;
    /** The commit that was previewed. */
    readonly commit?: string;
    /** The commit it was compared with, or that it is to be merged into. */
    readonly base?: string;
    /** The pipeline's page. */
    readonly runUrl?: string;
    /** Where everything can be read that does not fit. */
    readonly full?: { readonly name: string; readonly url?: string };
    /** Something to say at once, for example why a fork gets an offline plan. */
    readonly notice?: string;
}

export type State = "failed" | "dangerous" | "changes" | "same";

export const stateIcons: Readonly<Record<State, string>> = { failed: "🔴", dangerous: "🟠", changes: "🟢", same: "⚪" };

export function stateOf(stack: StackDigest): State {
    if (stack.status !== "succeeded" || stack.policies.some(({ level }) => level === "mandatory")) {
        return "failed";
    }
    return stack.changes.some(isDangerous)
        ? "dangerous"
        : changeCount(stack) > 0 || stack.outputs.length > 0
          ? "changes"
          : "same";
}

/** The state of the gravest stack. */
export function worstState({ stacks }: PreviewDigest): State {
    const states = new Set(stacks.map(stateOf));
    return (["failed", "dangerous", "changes"] as const).find((state) => states.has(state)) ?? "same";
}

/** What a resource is to those who run it: `node pool`, `cluster`; otherwise its type. */
export function roleWord({ type }: Pick<ChangeDigest, "type">): string {
    const { role } = roleOf(type);
    return namedRoles.includes(role) ? role : shortType(type);
}

/** What a stack's preview comes to, in a few words: `replaces 1 node pool, deletes 3 others, 4 more changes`. */
export function stackPhrase(stack: StackDigest): string {
    const total = changeCount(stack);
    const failure =
        stack.status === "cancelled"
            ? ["was cancelled"]
            : stack.status === "failed"
              ? ["fails"]
              : stack.policies.some(({ level }) => level === "mandatory")
                ? ["breaks a mandatory policy"]
                : [];
    const deeds = [...deedPhrases(stack, "replace", "replaces"), ...deedPhrases(stack, "delete", "deletes")];
    const rest = total - stack.counts.replace - stack.counts.delete;
    const others =
        rest === 0 ? [] : [deeds.length === 0 ? `changes ${plural(rest, "resource")}` : plural(rest, "more change")];
    const said = [...failure, ...deeds, ...others];
    const outputsOnly =
        stack.outputs.length > 0 ? [`changes ${plural(stack.outputs.length, "output")}`] : ["changes nothing"];
    return (said.length > 0 ? said : outputsOnly).join(", ");
}

function deedPhrases(stack: StackDigest, action: "replace" | "delete", verb: string): readonly string[] {
    const all = stack.changes.filter((change) => change.action === action);
    const words = all.map(roleWord);
    const vital = namedRoles.flatMap((role) => {
        const count = words.filter((word) => word === role).length;
        return count === 0 ? [] : [plural(count, role)];
    });
    const others = all.filter(({ type }) => !namedRoles.includes(roleOf(type).role)).length;
    const parts = [
        ...vital,
        ...(others === 0 ? [] : [vital.length === 0 ? plural(others, "resource") : `${others} more`]),
    ];
    return parts.length === 0 ? [] : [`${verb} ${parts.join(" and ")}`];
}

export function plural(count: number, word: string): string {
    const many = word.endsWith("s") ? `${word}es` : /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
    return `${count} ${count === 1 ? word : many}`;
}

/** With more stacks than this a headline counts them instead of naming each. */
const mostNamed = 4;

/** The whole story in one line, in pieces: the name of a stack, or none, and what is said of it. */
export function headline({ stacks }: PreviewDigest): readonly { readonly stack?: string; readonly text: string }[] {
    if (stacks.length === 0) {
        return [{ text: "no stack was previewed" }];
    }
    const order: readonly State[] = ["failed", "dangerous", "changes", "same"];
    const sorted = order.flatMap((state) => stacks.filter((stack) => stateOf(stack) === state));
    if (stacks.length <= mostNamed) {
        return sorted.map((stack) => ({ stack: stack.stack, text: stackPhrase(stack) }));
    }
    const words = {
        failed: "failing",
        dangerous: "with replacements or deletions",
        changes: "with other changes",
        same: "unchanged",
    };
    return order.flatMap((state) => {
        const count = stacks.filter((stack) => stateOf(stack) === state).length;
        return count === 0 ? [] : [{ text: `${plural(count, "stack")} ${words[state]}` }];
    });
}

/** Why a replaced or deleted resource deserves a look, in pieces: plain words and paths. */
export function notesOf(
    change: ChangeDigest,
): readonly { readonly text: string; readonly paths?: readonly string[]; readonly strong?: true }[] {
    return [
        ...(change.action !== "replace"
            ? []
            : change.because.length > 0
              ? [
                    {
                        text: change.because.length === 1 ? "because this changes:" : "because these change:",
                        paths: change.because,
                    },
                ]
              : [{ text: "the engine names no property as the reason" }]),
        ...(change.deletedFirst ? [{ text: "the old one is deleted before the new one exists" }] : []),
        ...(change.protected ? [{ text: "protected: the update is refused", strong: true as const }] : []),
        ...(change.retained ? [{ text: "retained: it stays in the cloud, unmanaged" }] : []),
    ];
}

/** What else is to be said of a changed property. */
export function notesOfProperty({ reordered, secret, replaces, follows }: PropertyDigest): readonly string[] {
    return [
        ...(reordered === true ? ["the same items in another order"] : []),
        ...(secret === true ? ["secret contents"] : []),
        ...(replaces ? ["replaces"] : []),
        ...(follows === undefined ? [] : [`new, because ${follows} is replaced`]),
    ];
}

/** The table's columns: a heading, and the cell of a stack. */
export function columns({
    stacks,
}: PreviewDigest): readonly { readonly title: string; readonly cell: (stack: StackDigest) => string }[] {
    const other = stacks.some(({ counts }) => counts.other > 0);
    return [
        { title: "Create", cell: ({ counts }) => counts.create.toString() },
        { title: "Update", cell: ({ counts }) => counts.update.toString() },
        { title: "Replace", cell: ({ counts }) => counts.replace.toString() },
        { title: "Delete", cell: ({ counts }) => counts.delete.toString() },
        { title: "Import", cell: ({ counts }) => counts.import.toString() },
        ...(other ? [{ title: "Other", cell: ({ counts }: StackDigest) => counts.other.toString() }] : []),
        ...(stacks.some(({ counts }) => (counts.notCompared ?? 0) > 0)
            ? [{ title: "Not compared", cell: ({ counts }: StackDigest) => (counts.notCompared ?? 0).toString() }]
            : []),
        { title: "Same", cell: ({ counts }) => counts.same.toString() },
        { title: "Policy", cell: policyCell },
        { title: "Errors", cell: (stack) => errorTexts(stack).length.toString() },
        { title: "Cost", cell: () => "not estimated" },
    ];
}

function policyCell({ policies }: StackDigest): string {
    const mandatory = policies.filter(({ level }) => level === "mandatory").length;
    const parts = [
        ...(mandatory > 0 ? [`${mandatory} broken`] : []),
        ...(policies.length > mandatory ? [plural(policies.length - mandatory, "warning")] : []),
    ];
    return parts.length === 0 ? "0" : parts.join(", ");
}

/** Everything that says why a stack did not succeed. */
export function errorTexts(stack: StackDigest): readonly { readonly message: string; readonly resource?: string }[] {
    return [
        ...(stack.error === undefined ? [] : [{ message: stack.error }]),
        ...stack.diagnostics.filter(({ severity }) => severity === "error"),
    ];
}

export const offlineNotice =
    "Offline plan: the program was run against simulated clouds, without credentials, engine or state, and compared with the plan of the base. " +
    "It shows what the two versions differ in; what was changed in the cloud by hand it cannot see.";

/** What to do before an approval, where the age of a preview may matter. */
export function staleness({ commit, base }: Context): string {
    const of = commit === undefined ? "" : ` of ${shortCommit(commit)}`;
    const onto = base === undefined ? "" : ` on top of ${shortCommit(base)}`;
    return `This is the preview${of}${onto}. What is merged or changed in the cloud since is not in it; the update previews again before it acts.`;
}

export function shortCommit(commit: string): string {
    return /^[0-9a-f]{40,64}$/i.test(commit) ? commit.slice(0, 7) : commit;
}

/** `3 min 5 s`, of the slowest stack, and when the first one began. */
export function timing({ stacks }: PreviewDigest): readonly string[] {
    const seconds = Math.max(-1, ...stacks.map((stack) => stack.seconds ?? -1));
    const [started] = stacks.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt])).sort();
    return [
        ...(seconds < 0 ? [] : [duration(seconds)]),
        ...(started === undefined ? [] : [`${new Date(started).toISOString().slice(0, 16).replace("T", " ")} UTC`]),
    ];
}

function duration(seconds: number): string {
    const whole = Math.round(seconds);
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
