import { filled, wrap } from "../common/width";
import { createColors } from "picocolors";
import { compact } from "../../components/common/compact";
import type { Hop } from "../../components/edge/plan";
import { chainsOf, headerSent } from "../../components/edge/summary";
import type { Comparison } from "../changes/from-comparison";
import type { ResourceChange } from "../changes/model";
import type { Plan } from "../plan";
import { capacityNotes, type CapacityTable, poolTable } from "./capacity";
import { actionSigns, changeNotes, showChange, summaryText } from "./changes";
import { factsOf, shortType } from "./facts";
import { quotaTable } from "./quotas";
import { countedByService, rightsTable } from "./rights";
import { dutiesOf } from "./topology";
import { countsOf, type TreeNode, treeOf } from "./tree";

export interface TerminalOptions {
    readonly colors: boolean;
    /** Columns; longer lines are wrapped. */
    readonly width: number;
    /** Only what a reader has to act on: no tree, no capacity, no quotas, no rights and no checks that passed. */
    readonly quiet?: boolean;
}

type Colors = ReturnType<typeof createColors>;

interface Style extends TerminalOptions {
    readonly c: Colors;
}

/** A plan for people at a terminal. */
export function renderTerminal(plan: Plan, comparison: Comparison | undefined, options: TerminalOptions): string {
    const style = { ...options, c: createColors(options.colors) };
    const isWhole = comparison === undefined && options.quiet !== true;
    const sections = [
        headline(plan, style),
        edgeLines(plan, style),
        ...(comparison === undefined ? [] : [comparisonLines(comparison, style)]),
        ...(isWhole ? [treeLines(plan, style)] : []),
        // Beside changes, what holds as before would only be in the way.
        checkLines(plan.checks, isWhole, style),
        ...(isWhole ? [capacityLines(plan, style), quotaLines(plan, style), rightsLines(plan, style)] : []),
        warningLines("Notes", plan.warnings, style),
    ];
    return `${sections
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.join("\n"))
        .join("\n\n")}\n`;
}

/** What a program creates, where that is all there is to say. */
export function renderResources(plan: Pick<Plan, "stack" | "resources">, options: TerminalOptions): string {
    const style = { ...options, c: createColors(options.colors) };
    const sections = [headline(plan, style), ...(options.quiet === true ? [] : [treeLines(plan, style)])];
    return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function headline(plan: Pick<Plan, "stack" | "resources"> & Partial<Plan>, { c }: Style): readonly string[] {
    const { resources, components } = countsOf(treeOf(plan.resources));
    const counts = `${resources} resources in ${components} components`;
    return [compact([c.bold(c.cyan(plan.stack)), plan.target, c.dim(counts)]).join(` ${c.dim("·")} `)];
}

function edgeLines({ edge }: Plan, { c }: Style): readonly string[] {
    return chainsOf(edge).map(({ listeners, hops }) => chainLine(listeners, hops, c));
}

function chainLine(listeners: string, hops: readonly Hop[], c: Style["c"]): string {
    const steps = hops.map((hop, index) => {
        const duties = dutiesOf(hop);
        const duty = duties.length === 0 ? "" : ` ${c.green(`[${duties.join(", ")}]`)}`;
        const header = headerSent(hop);
        const arrow = header === "" ? " → " : ` ${c.dim(`─${header}→`)} `;
        return `${c.bold(hop.title)}${duty}${index === hops.length - 1 ? "" : arrow}`;
    });
    return `  ${listeners === "" ? "" : `${c.cyan(listeners)} → `}${steps.join("")}`;
}

function treeLines(plan: Pick<Plan, "resources">, style: Style): readonly string[] {
    const rows = treeOf(plan.resources).flatMap((node) => treeRows(node, "", "", ""));
    const nameWidth = Math.max(0, ...rows.map((row) => row.branch.length + row.name.length));
    const typeWidth = Math.max(0, ...rows.map((row) => shortType(row.node.resource.type).length));
    return rows.flatMap(({ branch, name, node }) => {
        const { c, width } = style;
        const { resource } = node;
        const pad = " ".repeat(nameWidth - branch.length - name.length);
        const type = shortType(resource.type).padEnd(typeWidth);
        // Where names and types leave no room, facts go on below, further left.
        const room = width - nameWidth - typeWidth - 6;
        const indent = room < narrowestFacts ? factsIndent : nameWidth + typeWidth + 6;
        const facts = filled(compact([resource.protect && "protected", ...factsOf(resource)]), " · ", width - indent);
        const head = `  ${c.dim(branch)}${resource.custom ? name : c.bold(name)}${pad}  ${resource.custom ? type : c.cyan(type)}`;
        const [first = "", ...more] = room < narrowestFacts ? ["", ...facts] : facts;
        return [`${head}  ${c.dim(first)}`.trimEnd(), ...more.map((line) => " ".repeat(indent) + c.dim(line))];
    });
}

interface Row {
    readonly branch: string;
    /** The name without its parent's, which stands above it. */
    readonly name: string;
    readonly node: TreeNode;
}

function treeRows(node: TreeNode, parent: string, branch: string, below: string): readonly Row[] {
    const { children, resource } = node;
    const name = resource.name.startsWith(`${parent}-`) ? resource.name.slice(parent.length + 1) : resource.name;
    const last = children.length - 1;
    return [
        { branch, name, node },
        ...children.flatMap((child, index) =>
            treeRows(
                child,
                resource.name,
                `${below}${index === last ? "└─ " : "├─ "}`,
                `${below}${index === last ? "   " : "│  "}`,
            ),
        ),
    ];
}

/** Columns below which facts are not put beside what they are about. */
const narrowestFacts = 24;

/** Where facts stand that have no room beside a resource. */
const factsIndent = 8;

const checkSigns = { pass: "✓", warn: "!", fail: "✗" } as const;

function checkLines(checks: Plan["checks"], withPassed: boolean, style: Style): readonly string[] {
    const { c } = style;
    const colors = { pass: c.green, warn: c.yellow, fail: c.red };
    const shown = withPassed ? checks : checks.filter(({ status }) => status !== "pass");
    const width = Math.max(0, ...shown.map(({ name }) => name.length));
    const passed = `${checks.length - shown.length} passed`;
    return [
        `  ${c.bold("Checks")}${withPassed ? "" : c.dim(` · ${passed}`)}`,
        ...shown.map(({ name, status, detail }) => {
            const claim = status === "pass" ? name : colors[status](name);
            const [first = "", ...more] = wrap(detail, Math.max(style.width - width - 6, narrowestFacts));
            const head = `  ${colors[status](checkSigns[status])} ${claim}${" ".repeat(width - name.length)}`;
            return [`${head}  ${c.dim(first)}`, ...more.map((line) => " ".repeat(width + 6) + c.dim(line))].join("\n");
        }),
    ];
}

/** Rows in columns, below a head. */
function tableLines(table: CapacityTable | undefined, c: Colors): readonly string[] {
    const rows = table === undefined ? [] : [table.head, ...table.rows];
    const widths = (table?.head ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows.map((row, index) => {
        const text = row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd();
        return `  ${index === 0 ? c.dim(text) : text}`;
    });
}

/** Quotas without their sources, for which there is no room. */
function quotaLines({ quotas }: Plan, { c }: Style): readonly string[] {
    const table = quotaTable(quotas);
    const withoutSource = (row: readonly string[]) => row.slice(0, 3);
    return table === undefined
        ? []
        : [
              `  ${c.bold("Quotas of the account")}`,
              ...tableLines({ head: withoutSource(table.head), rows: table.rows.map(withoutSource) }, c),
          ];
}

/** Rights, of AWS as numbers: the policies have the names. */
function rightsLines({ rights }: Plan, style: Style): readonly string[] {
    const { c } = style;
    const rows = rightsTable(rights, countedByService)?.rows ?? [];
    const width = Math.max(0, ...rows.map(([command = ""]) => command.length));
    const lines = rows.flatMap(([command = "", list = ""]) =>
        wrap(list, Math.max(style.width - width - 6, narrowestFacts)).map(
            (line, index) => `  ${(index === 0 ? command : "").padEnd(width)}  ${line}`,
        ),
    );
    return lines.length === 0
        ? []
        : [`  ${c.bold("Rights of the account")}${c.dim(" · --rights <file> writes them")}`, ...lines];
}

function capacityLines({ capacity }: Plan, style: Style): readonly string[] {
    const { c } = style;
    const lines = tableLines(poolTable(capacity), c);
    const notes = capacityNotes(capacity).flatMap((note) => wrap(note, style.width - 4).map((line) => `  ${line}`));
    return lines.length + notes.length === 0 ? [] : [`  ${c.bold("Capacity")}`, ...lines, ...notes];
}

function warningLines(title: string, warnings: readonly string[], style: Style): readonly string[] {
    const { c } = style;
    return warnings.length === 0
        ? []
        : [
              `  ${c.bold(title)}`,
              ...warnings.flatMap((warning) =>
                  wrap(warning, style.width - 6).map((line, index) => `  ${index === 0 ? c.yellow("!") : " "} ${line}`),
              ),
          ];
}

function comparisonLines(comparison: Comparison, style: Style): readonly string[] {
    const { c } = style;
    return [
        `  ${c.bold("Changes")} ${c.dim(`· ${summaryText(comparison.summary)}`)}`,
        ...(comparison.edgeBefore === null ? [] : [`  ${c.dim(`was: ${comparison.edgeBefore}`)}`]),
        ...comparison.changes.flatMap((change) => changeLines(change, style)),
        ...outputLines(comparison, style),
        ...(comparison.warnings.length > 0 ? ["", ...warningLines("Warnings", comparison.warnings, style)] : []),
    ];
}

function changeLines(change: ResourceChange, style: Style): readonly string[] {
    const { c } = style;
    const color = { create: c.green, update: c.yellow, replace: c.magenta, delete: c.red }[change.action];
    return [
        `  ${color(actionSigns[change.action])} ${c.bold(change.name)}  ${shortType(change.type)}  ${color(changeNotes(change).join("; "))}`,
        ...propertyLines(change.properties, style),
    ];
}

function outputLines({ outputs }: Comparison, style: Style): readonly string[] {
    return outputs.length === 0
        ? []
        : [`  ${style.c.yellow("~")} ${style.c.bold("outputs of the stack")}`, ...propertyLines(outputs, style)];
}

function propertyLines(changes: Comparison["outputs"], { c }: Style): readonly string[] {
    const width = Math.max(0, ...changes.map(({ path }) => path.length));
    return changes.map(showChange).flatMap(({ path, text, lines, replaces }) => {
        const shownPath = replaces ? c.magenta(path) : path;
        const pad = " ".repeat(text === "" ? 0 : width - path.length + 2);
        return [
            `      ${shownPath}${pad}${text}`,
            ...lines.map((line) => {
                switch (line.kind) {
                    case "added":
                        return c.green(`        + ${line.text}`);
                    case "removed":
                        return c.red(`        - ${line.text}`);
                    case "kept":
                        return c.dim(`          ${line.text}`);
                    case "gap":
                        return c.dim(`        ${line.text}`);
                }
            }),
        ];
    });
}
