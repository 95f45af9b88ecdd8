import { compact } from "../../components/common/compact";
import { actionSigns } from "../../plan/render/changes";
import { shortType } from "../../plan/render/facts";
import { code, details, fence, html, text } from "./markdown";
import type { ChangeDigest, PropertyDigest, StackDigest } from "./preview-digest";
import type { Cuttable, Ration } from "./ration";
import { notesOfProperty, plural, stackPhrase } from "./wording";

/** A stack in full, closed until someone opens it: the tree of what changes, the properties, outputs, warnings and what stays. */
export function stackDetails(stack: StackDigest, ration: Ration): readonly string[] {
    const { changes } = stack;
    const of = (...actions: readonly ChangeDigest["action"][]) =>
        changes.filter(({ action }) => actions.includes(action));
    const blocks = [
        ...tree(stack, ration),
        ...diffs("Replaced", "replacements", of("replace"), ration),
        ...diffs("Updated", "updates", of("update", "import", "forget", "unknown"), ration),
        ...diffs("New", "creates", of("create"), ration),
        ...outputs(stack, ration),
        ...warnings(stack, ration),
        ...unchanged(stack, ration),
    ];
    const head = `<b>${html(stack.stack)}</b> ${html([stack.place, stackPhrase(stack)].filter((part) => part !== "").join(" · "))}`;
    return blocks.length === 0 ? [] : [details(head, blocks)];
}

function tree({ changes }: StackDigest, ration: Ration): readonly string[] {
    const lines = ration.take("tree", treeLines(changes));
    return lines.length === 0 ? [] : [fence(lines.join("\n"), "text")];
}

/** The changed resources below the components they belong to. */
export function treeLines(changes: readonly ChangeDigest[]): readonly string[] {
    const sorted = [...changes].sort((a, b) => comparePaths([...a.within, a.name], [...b.within, b.name]));
    const changed = new Map(changes.map((change) => [JSON.stringify([...change.within, change.name]), change]));
    const lines: string[] = [];
    let open: readonly string[] = [];
    for (const change of sorted) {
        const kept = change.within.findIndex((name, depth) => name !== open[depth]);
        const from = kept < 0 ? change.within.length : kept;
        for (let depth = from; depth < change.within.length; depth++) {
            // A component that changes itself has its own line.
            if (!changed.has(JSON.stringify(change.within.slice(0, depth + 1)))) {
                lines.push(`${"  ".repeat(depth)}  ${oneLine(change.within[depth] ?? "")}`);
            }
        }
        open = [...change.within, change.name];
        const line = [
            `${"  ".repeat(change.within.length)}${actionSigns[change.action]} ${oneLine(change.name)}`,
            oneLine(shortType(change.type)),
            change.protected && "protected",
            change.retained && "retained",
        ];
        lines.push(compact(line).join("  "));
    }
    return lines;
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
    const differing = a.findIndex((name, index) => name !== b[index]);
    const [left, right] = [a[differing], b[differing]];
    if (differing < 0) {
        return a.length - b.length;
    }
    return left !== undefined && (right === undefined || left > right) ? 1 : -1;
}

function diffs(title: string, kind: Cuttable, changes: readonly ChangeDigest[], ration: Ration): readonly string[] {
    const entries = ration.take(
        kind,
        changes.filter(({ properties }) => properties.length > 0),
    );
    return entries.length === 0 ? [] : [`${title}:`, fence(entries.map(diffOf).join("\n"), "diff")];
}

/** One resource's properties with the signs that a diff colors: `+` comes, `-` goes, `!` changes. */
function diffOf(change: ChangeDigest): string {
    const { name, type, properties, operation } = change;
    const head = `@@ ${[name, shortType(type), operation ?? change.action].map(oneLine).join(" · ")} @@`;
    const shown = properties.slice(0, mostProperties).flatMap(diffLines);
    const more = properties.length - mostProperties;
    return [head, ...shown, ...(more > 0 ? [`# and ${plural(more, "more property")}`] : [])].join("\n");
}

const mostProperties = 200;

function diffLines(property: PropertyDigest): readonly string[] {
    const { path, kind, before, after } = property;
    const notes = notesOfProperty(property);
    const tail = notes.length === 0 ? "" : `  (${oneLine(notes.join("; "))})`;
    const value = (shown: string | undefined) => (shown === undefined ? "" : `: ${oneLine(shown)}`);
    switch (kind) {
        case "add":
            return [`+ ${oneLine(path)}${value(after)}${tail}`];
        case "delete":
            return [`- ${oneLine(path)}${value(before)}${tail}`];
        case "update":
            return before === undefined || after === undefined
                ? [`! ${oneLine(path)}${tail}`]
                : [`- ${oneLine(path)}${value(before)}${tail}`, `+ ${oneLine(path)}${value(after)}`];
    }
}

function outputs({ outputs: all }: StackDigest, ration: Ration): readonly string[] {
    const shown = ration.take("outputs", all);
    const marks = { update: "", add: " (new)", delete: " (gone)" };
    const said = shown.map(({ path, kind }) => `${code(path)}${marks[kind]}`).join(", ");
    return compact([shown.length > 0 && `Outputs that change: ${said}`]);
}

function warnings({ diagnostics }: StackDigest, ration: Ration): readonly string[] {
    const shown = ration.take(
        "diagnostics",
        diagnostics.filter(({ severity }) => severity === "warning"),
    );
    const entries = shown.map(
        ({ message, resource }) => `${resource === undefined ? "" : `${oneLine(resource)}: `}${message}`,
    );
    return entries.length > 0 ? ["Warnings:", fence(entries.join("\n"), "text")] : [];
}

function unchanged({ unchanged: all }: StackDigest, ration: Ration): readonly string[] {
    const shown = ration.take("unchanged", all);
    const said = shown.map(({ name, type }) => `${code(name)} ${text(shortType(type))}`).join(", ");
    return compact([shown.length > 0 && details(`${plural(all.length, "resource")} unchanged`, [said])]);
}

function oneLine(value: string): string {
    return value.replaceAll(/\s*\n\s*/g, " ");
}
