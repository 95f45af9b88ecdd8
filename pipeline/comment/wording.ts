import { compact } from "../../components/common/compact";
import { shortType } from "../../plan/render/facts";
import { namedRoles } from "../../plan/changes/losses";
import { capitalized } from "../../plan/common/sentence";
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

/** How Markdown or HTML writes words of a sentence. */
export interface Inline {
    readonly text: (words: string) => string;
    readonly code: (name: string) => string;
    /** Of what is written already. */
    readonly strong: (written: string) => string;
    /** The label alone where the URL is none. */
    readonly link: (label: string, url: string | undefined) => string;
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

/** The role and the type, where they are not the same: `node pool, aws:eks:NodeGroup`. */
export function roleAndType(change: ChangeDigest): string {
    return [...new Set([roleWord(change), shortType(change.type)])].join(", ");
}

/** Where a stack is, and that it was not the engine that previewed it. */
export function whereOf({ place, source }: StackDigest): string {
    return compact([place !== "" && place, source !== "engine" && source]).join(", ");
}

/** What is known of the preview itself: its commit, its run, how long it took. */
export function facts(digest: PreviewDigest, { commit, base, runUrl }: Context, inline: Inline): readonly string[] {
    const on = base === undefined ? "" : ` on ${inline.code(shortCommit(base))}`;
    return compact([
        commit !== undefined && `commit ${inline.code(shortCommit(commit))}${on}`,
        runUrl !== undefined && inline.link("run", runUrl),
        ...timing(digest).map(inline.text),
    ]);
}

/** What has to be said before anything else. */
export function notices({ stacks }: PreviewDigest, { notice }: Context, { text, code }: Inline): readonly string[] {
    const offline = stacks.filter(({ source }) => source === "offline plan");
    const of = offline.length === stacks.length ? "" : ` (${offline.map(({ stack }) => code(stack)).join(", ")})`;
    return compact([
        notice !== undefined && text(notice),
        offline.length > 0 && `${text(offlineNotice)}${of}`,
        ...stacks.map(({ stack, incomplete }) => incomplete !== undefined && `${code(stack)}: ${text(incomplete)}`),
    ]);
}

/** Everything that is replaced or deleted. */
export function dangers({ stacks }: PreviewDigest) {
    return stacks.flatMap((stack) => stack.changes.filter(isDangerous).map((change) => ({ stack, change })));
}

/** What a stack's preview comes to, in a few words: `replaces 1 node pool, deletes 3 others, 4 more changes`. */
export function stackPhrase(stack: StackDigest): string {
    const total = changeCount(stack);
    const failure =
        stack.status === "cancelled"
            ? "was cancelled"
            : stack.status === "failed"
              ? "fails"
              : stack.policies.some(({ level }) => level === "mandatory") && "breaks a mandatory policy";
    const deeds = compact([deedPhrase(stack, "replace", "replaces"), deedPhrase(stack, "delete", "deletes")]);
    const rest = total - stack.counts.replace - stack.counts.delete;
    const others = deeds.length === 0 ? `changes ${plural(rest, "resource")}` : plural(rest, "more change");
    const said = compact([failure, ...deeds, rest > 0 && others]);
    const outputs = stack.outputs.length;
    return said.length > 0 ? said.join(", ") : `changes ${outputs > 0 ? plural(outputs, "output") : "nothing"}`;
}

function deedPhrase(stack: StackDigest, action: "replace" | "delete", verb: string): string | undefined {
    const all = stack.changes.filter((change) => change.action === action);
    const words = all.map(roleWord);
    const vital = namedRoles.flatMap((role) => {
        const count = words.filter((word) => word === role).length;
        return compact([count > 0 && plural(count, role)]);
    });
    const others = all.filter(({ type }) => !namedRoles.includes(roleOf(type).role)).length;
    const parts = compact([
        ...vital,
        others > 0 && (vital.length === 0 ? plural(others, "resource") : `${others} more`),
    ]);
    return parts.length === 0 ? undefined : `${verb} ${parts.join(" and ")}`;
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
        return compact([count > 0 && { text: `${plural(count, "stack")} ${words[state]}` }]);
    });
}

/**
 * Why a replaced or deleted resource deserves a look.
 *
 * @param most of the properties that replace it, this many are named
 */
export function notesOf(change: ChangeDigest, { text, code, strong }: Inline, most = Infinity): readonly string[] {
    const { action, because, deletedFirst } = change;
    const names = because.slice(0, most).map(code).join(", ");
    const more = because.length > most ? ` and ${because.length - most} more` : "";
    return compact([
        action === "replace" &&
            (because.length === 0
                ? text("the engine names no property as the reason")
                : `${text(because.length === 1 ? "because this changes:" : "because these change:")} ${names}${more}`),
        deletedFirst && text("the old one is deleted before the new one exists"),
        change.protected && strong(text("protected: the update is refused")),
        change.retained && text("retained: it stays in the cloud, unmanaged"),
    ]);
}

/** What else is to be said of a changed property. */
export function notesOfProperty({ reordered, secret, replaces, follows }: PropertyDigest): readonly string[] {
    return compact([
        reordered === true && "the same items in another order",
        secret === true && "secret contents",
        replaces && "replaces",
        follows !== undefined && `new, because ${follows} is replaced`,
    ]);
}

/** The table's columns: a heading, and the cell of a stack. */
export function columns({
    stacks,
}: PreviewDigest): readonly { readonly title: string; readonly cell: (stack: StackDigest) => string }[] {
    const counted = [
        ...(["create", "update", "replace", "delete", "import"] as const),
        ...(["other", "notCompared"] as const).filter((key) => stacks.some(({ counts }) => (counts[key] ?? 0) > 0)),
        "same" as const,
    ];
    return [
        ...counted.map((key) => ({
            title: key === "notCompared" ? "Not compared" : capitalized(key),
            cell: ({ counts }: StackDigest) => (counts[key] ?? 0).toString(),
        })),
        { title: "Policy", cell: policyCell },
        { title: "Errors", cell: (stack) => errorTexts(stack).length.toString() },
        { title: "Cost", cell: () => "not estimated" },
    ];
}

function policyCell({ policies }: StackDigest): string {
    const mandatory = policies.filter(({ level }) => level === "mandatory").length;
    const advisory = policies.length - mandatory;
    const parts = compact([mandatory > 0 && `${mandatory} broken`, advisory > 0 && plural(advisory, "warning")]);
    return parts.length === 0 ? "0" : parts.join(", ");
}

/** Everything that says why a stack did not succeed. */
export function errorTexts(stack: StackDigest): readonly { readonly message: string; readonly resource?: string }[] {
    return [
        ...(stack.error === undefined ? [] : [{ message: stack.error }]),
        ...stack.diagnostics.filter(({ severity }) => severity === "error"),
    ];
}

const offlineNotice =
    "Offline plan: the program was run against simulated clouds, without credentials, engine or state, and compared with the plan of the base. " +
    "It shows how the two versions differ; it cannot see what was changed by hand in the cloud.";

/** What to do before an approval, where the age of a preview may matter. */
export function staleness({ commit, base }: Context): string {
    const of = commit === undefined ? "" : ` of ${shortCommit(commit)}`;
    const onto = base === undefined ? "" : ` on top of ${shortCommit(base)}`;
    return `This is the preview${of}${onto}. What is merged or changed in the cloud since is not in it; the update previews again before it changes anything.`;
}

function shortCommit(commit: string): string {
    return /^[0-9a-f]{40,64}$/i.test(commit) ? commit.slice(0, 7) : commit;
}

/** `3 min 5 s`, of the slowest stack, and when the first one began. */
function timing({ stacks }: PreviewDigest): readonly string[] {
    const seconds = Math.max(-1, ...stacks.map((stack) => stack.seconds ?? -1));
    const [started] = stacks.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt])).sort();
    return compact([
        seconds >= 0 && duration(seconds),
        started !== undefined && `${new Date(started).toISOString().slice(0, 16).replace("T", " ")} UTC`,
    ]);
}

function duration(seconds: number): string {
    const whole = Math.round(seconds);
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
