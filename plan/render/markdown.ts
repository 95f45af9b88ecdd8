import { compact } from "../../components/common/compact";
import type { Comparison } from "../changes/from-comparison";
import type { ResourceChange } from "../changes/model";
import type { Plan } from "../plan";
import { capacityNotes, type CapacityTable, poolTable } from "./capacity";
import { actionSigns, changeNotes, type ShownChange, showChange, summaryText } from "./changes";
import { factsOf, shortType } from "./facts";
import { quotaTable } from "./quotas";
import { rightsSource, rightsTable } from "./rights";
import { renderMermaid } from "./mermaid";
import { edgeFacts, topologyOf } from "./topology";
import { countsOf, descendants, type TreeNode, treeOf } from "./tree";

/** A plan as Markdown, for a pull request or a wiki. */
export function renderMarkdown(plan: Plan, comparison: Comparison | undefined): string {
    const blocks = [
        `# Plan of stack ${code(plan.stack)}`,
        summaryTable(plan, comparison),
        "## Topology",
        fence(renderMermaid(topologyOf(plan)), "mermaid"),
        ...(comparison === undefined ? [] : changes(comparison)),
        "## Checks",
        table(
            ["", "Claim", "Detail"],
            plan.checks.map(({ name, status, detail }) => [checkWords[status], text(name), text(detail)]),
        ),
        ...capacity(plan),
        ...quotas(plan),
        ...rights(plan),
        ...(plan.warnings.length === 0 ? [] : ["## Notes", bullets(plan.warnings)]),
        "## Resources",
        ...treeOf(plan.resources).map(component),
    ];
    return `${blocks.join("\n\n")}\n`;
}

function capacity(plan: Plan): readonly string[] {
    const [pools, notes] = [poolTable(plan.capacity), capacityNotes(plan.capacity)];
    const blocks = compact([pools !== undefined && plainTable(pools), notes.length !== 0 && bullets(notes)]);
    return blocks.length === 0 ? [] : ["## Capacity", ...blocks];
}

function rights({ rights: needed }: Plan): readonly string[] {
    const found = rightsTable(needed);
    return needed === null || found === undefined
        ? []
        : ["## Rights of the account", plainTable(found), text(rightsSource(needed))];
}

function quotas(plan: Plan): readonly string[] {
    const found = quotaTable(plan.quotas);
    return found === undefined ? [] : ["## Quotas of the account", plainTable(found)];
}

const checkWords = { pass: "✅", warn: "⚠️", fail: "❌" } as const;

function summaryTable(plan: Plan, comparison: Comparison | undefined): string {
    const { resources, components } = countsOf(treeOf(plan.resources));
    const counts = (["pass", "warn", "fail"] as const).map(
        (status) => `${plan.checks.filter((check) => check.status === status).length} ${statusWords[status]}`,
    );
    const rows = compact([
        ["Target", plan.target],
        ...edgeFacts(plan),
        ["Resources", `${resources} in ${components} components`],
        ["Checks", counts.filter((count) => !count.startsWith("0 ")).join(", ")],
        comparison !== undefined && (["Changes", summaryText(comparison.summary)] as const),
    ]);
    return table(
        ["", ""],
        rows.map(([label = "", value = ""]) => [`**${text(label)}**`, text(value)]),
    );
}

const statusWords = { pass: "passed", warn: "with a warning", fail: "failed" } as const;

function changes(comparison: Comparison): readonly string[] {
    return compact([
        "## Changes",
        `${text(summaryText(comparison.summary))}.`,
        comparison.edgeBefore !== null && `The connection path was: ${text(comparison.edgeBefore)}`,
        comparison.warnings.length !== 0 && `**Warnings**\n\n${bullets(comparison.warnings)}`,
        comparison.changes.length !== 0 &&
            table(
                ["", "Resource", "Type", "Why and what"],
                comparison.changes.map((change) => [
                    code(actionSigns[change.action]),
                    text(change.name),
                    text(shortType(change.type)),
                    whatChanges(change),
                ]),
            ),
        ...comparison.changes.flatMap(longTexts),
        comparison.outputs.length !== 0 &&
            `Outputs of the stack:\n\n${comparison.outputs
                .map(showChange)
                .map(inline)
                .map((line) => `- ${line}`)
                .join("\n")}`,
    ]);
}

function whatChanges(change: ResourceChange): string {
    const [action = "", ...notes] = changeNotes(change, code);
    return [[`**${action}**`, ...notes].join("; "), ...change.properties.map(showChange).map(inline)].join("<br>");
}

function inline({ path, text: shown, lines }: ShownChange): string {
    return lines.length > 0 ? `${code(path)}: see below` : `${code(path)} ${code(shown)}`;
}

/** The differences of long texts, which do not fit into a table. */
function longTexts(change: ResourceChange): readonly string[] {
    return change.properties
        .map(showChange)
        .filter(({ lines }) => lines.length > 0)
        .map(({ path, lines }) => {
            const signs = { added: "+", removed: "-", kept: " ", gap: "@@" } as const;
            const diff = lines.map((line) => `${signs[line.kind]} ${line.text}`.trimEnd()).join("\n");
            return `${code(path)} of ${text(change.name)}:\n\n${fence(diff, "diff")}`;
        });
}

function component(node: TreeNode): string {
    const [own, ...below] = descendants(node);
    const resources = own?.custom === true ? [own, ...below] : below;
    const heading = `${text(node.resource.name)} · ${text(shortType(node.resource.type))} · ${resources.length}`;
    const rows = resources.map((resource) => [
        text(resource.name),
        text(shortType(resource.type)),
        compact([resource.protect && "protected", ...factsOf(resource)])
            .map(text)
            .join(", "),
    ]);
    return `<details>\n<summary>${heading}</summary>\n\n${table(["Name", "Type", "Settings"], rows)}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function plainTable({ head, rows }: CapacityTable): string {
    return table(
        head.map(text),
        rows.map((row) => row.map(text)),
    );
}

function bullets(items: readonly string[]): string {
    return items.map((item) => `- ${text(item)}`).join("\n");
}

/** Whatever ends a line somewhere, with the white space around it: Markdown's own (also a lone carriage return) and Unicode's. */
export const lineEnds = /\s*[\n\r\u2028\u2029]\s*/g;

/** A text that Markdown shows as it is, in a table too. */
export function text(value: string): string {
    return value
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll(/[\\`*_[\]|~]/g, (sign) => `\\${sign}`)
        .replaceAll("@", "@&#8203;")
        .replaceAll(lineEnds, " ");
}

/** A text as code. Backticks inside ask for a longer fence, and a pipe would end a cell. */
export function code(value: string): string {
    const longest = Math.max(0, ...[...value.matchAll(/`+/g)].map(([ticks]) => ticks.length));
    const quotes = "`".repeat(longest + 1);
    const padding = value.startsWith("`") || value.endsWith("`") ? " " : "";
    return `${quotes}${padding}${value.replaceAll("|", "\\|").replaceAll(lineEnds, " ")}${padding}${quotes}`;
}

function fence(content: string, language: string): string {
    const longest = Math.max(2, ...[...content.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
    const ticks = "`".repeat(longest + 1);
    return `${ticks}${language}\n${content}\n${ticks}`;
}
