import { stringify } from "yaml";
import type { Comparison } from "../changes/from-comparison";
import type { ResourceChange } from "../changes/model";
import type { PlannedResource } from "../graph";
import { escapeHtml } from "../leaks";
import type { Plan } from "../plan";
import { type CapacityTable, capacityNotes, poolTable } from "./capacity";
import { actionSigns, changeNotes, showChange, summaryText } from "./changes";
import { factsOf, shortType } from "./facts";
import { pageHead, pageScript, pageStyle } from "./page";
import { quotaTable } from "./quotas";
import { rightsSource, rightsTable } from "./rights";
import { renderSvg } from "./svg";
import { edgeFacts, topologyOf } from "./topology";
import { descendants, type TreeNode, treeOf } from "./tree";

/** A plan as one page that needs nothing else: no network, no files beside it. */
export function renderHtml(plan: Plan, comparison: Comparison | undefined): string {
    const title = `Plan of ${escapeHtml(plan.stack)}`;
    return `${pageHead(title, { contentPolicy: "style-src 'unsafe-inline'; script-src 'unsafe-inline'", style: pageStyle })}
<body>
<header>
<h1>${escapeHtml(plan.stack)} <span>VerneMQ, target ${escapeHtml(plan.target)}</span></h1>
<p class="verdict">${verdict(plan)}</p>
</header>
<main>
${[
    overview(plan),
    ...(comparison === undefined ? [] : [changes(comparison)]),
    checks(plan),
    capacity(plan),
    quotas(plan),
    rights(plan),
    warnings("Notes", plan.warnings),
    resources(plan),
]
    .filter((section) => section !== "")
    .join("\n")}
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

function section(id: string, heading: string, content: string): string {
    return `<section aria-labelledby="${id}">\n<h2 id="${id}">${heading}</h2>\n${content}\n</section>`;
}

const checkWords = { fail: "failed", warn: "warning", pass: "passed" } as const;
const worstFirst = ["fail", "warn", "pass"] as const;

function verdict({ checks: all }: Plan): string {
    const counts = worstFirst.map((status) => ({
        word: checkWords[status],
        status,
        count: all.filter((check) => check.status === status).length,
    }));
    const present = counts.filter(({ count }) => count > 0);
    const status = present[0]?.status ?? "pass";
    const words = present.map(({ count, word }) => `${count} ${word}`).join(", ");
    return `<span class="badge ${status}">${checkWords[status]}</span> ${all.length} checks${words === "" ? "" : `: ${words}`}`;
}

function overview(plan: Plan): string {
    const facts = edgeFacts(plan)
        .map(([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`)
        .join("");
    const topology = topologyOf(plan);
    const pictures = `${renderSvg(topology, "row")}${renderSvg(topology, "column")}`;
    return section("path", "Connection path", `${pictures}\n<dl class="facts">${facts}</dl>`);
}

function checks({ checks: all }: Plan): string {
    const rows = all.map(
        ({ name, status, detail }) =>
            `<tr><td><span class="badge ${status}">${checkWords[status]}</span></td><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(detail)}</td></tr>`,
    );
    return section("checks", "Checks", `<table><tbody>${rows.join("\n")}</tbody></table>`);
}

function capacity(plan: Plan): string {
    const [pools, notes] = [poolTable(plan.capacity), capacityNotes(plan.capacity)];
    const table = pools === undefined ? "" : wideTable("Node pools", pools);
    const list = notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n");
    return table + list === "" ? "" : section("capacity", "Capacity", `${table}${list}`);
}

function quotas(plan: Plan): string {
    const found = quotaTable(plan.quotas);
    return found === undefined ? "" : section("quotas", "Quotas of the account", wideTable("Quotas", found));
}

function rights({ rights: needed }: Plan): string {
    const found = rightsTable(needed);
    return needed === null || found === undefined
        ? ""
        : section(
              "rights",
              "Rights of the account",
              `${wideTable("Rights", found)}<p>${escapeHtml(rightsSource(needed))}</p>`,
          );
}

/** A table that scrolls where the window is narrower. */
function wideTable(label: string, { head, rows }: CapacityTable): string {
    const row = (cells: readonly string[]) =>
        `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
    const columns = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("");
    return (
        `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${columns}</tr></thead>` +
        `<tbody>${rows.map(row).join("\n")}</tbody></table></div>`
    );
}

function warnings(heading: string, items: readonly string[]): string {
    return items.length === 0
        ? ""
        : section(
              "warnings",
              escapeHtml(heading),
              `<ul class="warnings">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`,
          );
}

function changes(comparison: Comparison): string {
    const care = comparison.warnings.map((item) => `<li>${escapeHtml(item)}</li>`).join("");
    return section(
        "changes",
        "Changes",
        [
            `<p>${escapeHtml(summaryText(comparison.summary))}.</p>`,
            comparison.edgeBefore === null
                ? ""
                : `<p>The connection path was: ${escapeHtml(comparison.edgeBefore)}</p>`,
            care === "" ? "" : `<ul class="warnings">${care}</ul>`,
            ...comparison.changes.map(change),
            comparison.outputs.length === 0
                ? ""
                : `<article class="change update"><h3><span class="sign">~</span> outputs of the stack</h3>${properties(comparison.outputs)}</article>`,
        ].join("\n"),
    );
}

function change(each: ResourceChange): string {
    return (
        `<article class="change ${each.action}"><h3><span class="sign">${actionSigns[each.action]}</span> ${escapeHtml(each.name)} ` +
        `<span class="type">${escapeHtml(shortType(each.type))}</span> <span class="notes">${escapeHtml(changeNotes(each).join("; "))}</span></h3>${properties(each.properties)}</article>`
    );
}

function properties(all: Comparison["outputs"]): string {
    const items = all.map(showChange).map(({ path, text, lines, replaces }) => {
        const diff = lines.map(({ kind, text: line }) => `<span class="${kind}">${escapeHtml(line)}</span>`).join("\n");
        const value = diff === "" ? `<code>${escapeHtml(text)}</code>` : `<pre class="diff">${diff}</pre>`;
        return `<li><code class="path${replaces ? " replaces" : ""}">${escapeHtml(path)}</code> ${value}</li>`;
    });
    return items.length === 0 ? "" : `<ul class="properties">${items.join("")}</ul>`;
}

function resources(plan: Plan): string {
    const tree = treeOf(plan.resources);
    const all = tree.flatMap(descendants);
    const anchors = anchorsOf(plan.resources, new Set(all));
    const filter =
        `<div class="filter"><label for="filter">Filter by name, type or setting</label>` +
        `<input id="filter" type="search" autocomplete="off"><button type="button" id="open">Open all</button>` +
        `<button type="button" id="close">Close all</button>` +
        `<output id="count" for="filter" data-total="${all.length}">${all.length} shown</output></div>`;
    return section(
        "resources",
        "Components and resources",
        `${filter}\n<ul class="tree">${tree.map((node) => treeItem(node, anchors)).join("\n")}</ul>`,
    );
}

interface Anchor {
    readonly name: string;
    /** Its place in the page, which stays the same as long as the resource has its name and type; null where it has none. */
    readonly id: string | null;
}

/** Where each resource is in the page, by URN. */
function anchorsOf(all: Plan["resources"], shown: ReadonlySet<PlannedResource>): ReadonlyMap<string, Anchor> {
    const named = (name: string) => all.filter((resource) => resource.name === name).length;
    const used = new Map<string, number>();
    return new Map(
        all.map((resource): [string, Anchor] => {
            const { urn, name, type } = resource;
            if (!shown.has(resource)) {
                return [urn, { name, id: null }];
            }
            const words = named(name) === 1 ? name : `${name} ${shortType(type)}`;
            const slug = words.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
            const before = used.get(slug) ?? 0;
            used.set(slug, before + 1);
            return [urn, { name, id: `resource-${slug}${before === 0 ? "" : `-${before + 1}`}` }];
        }),
    );
}

function treeItem(node: TreeNode, anchors: ReadonlyMap<string, Anchor>): string {
    const { resource, children } = node;
    const facts = factsOf(resource)
        .map((fact) => `<span class="fact">${escapeHtml(fact)}</span>`)
        .join("");
    const mark = resource.protect ? '<span class="badge pass">protected</span>' : "";
    const head = `<span class="name">${escapeHtml(resource.name)}</span> <span class="type" title="${escapeHtml(resource.type)}">${escapeHtml(shortType(resource.type))}</span> ${mark}${facts}`;
    const below =
        children.length === 0 ? "" : `<ul>${children.map((child) => treeItem(child, anchors)).join("\n")}</ul>`;
    const id = anchors.get(resource.urn)?.id ?? "";
    const link = `<a class="anchor" href="#${id}" aria-label="Link to ${escapeHtml(resource.name)}">#</a>`;
    return resource.custom
        ? `<li class="resource" id="${id}">${link}<details><summary>${head}</summary>${details(resource, anchors)}</details>${below}</li>`
        : `<li class="component" id="${id}">${link}<details open><summary>${head}</summary>${below}</details></li>`;
}

function details(resource: PlannedResource, anchors: ReadonlyMap<string, Anchor>): string {
    const linked = (urn: string) => {
        const { name, id } = anchors.get(urn) ?? { name: urn, id: null };
        return id === null ? escapeHtml(name) : `<a href="#${id}">${escapeHtml(name)}</a>`;
    };
    const rows = [
        ["Type", escapeHtml(resource.type)],
        ...(resource.provider === null ? [] : [["Provider", linked(resource.provider)]]),
        ...(resource.dependencies.length === 0 ? [] : [["Depends on", resource.dependencies.map(linked).join(", ")]]),
        ...Object.entries(resource.options).map(([key, value]) => [key, escapeHtml(JSON.stringify(value))]),
    ];
    const facts = rows.map(([label = "", value = ""]) => `<div><dt>${escapeHtml(label)}</dt><dd>${value}</dd></div>`);
    return `<dl class="facts">${facts.join("")}</dl><pre>${values(resource.inputs)}</pre>`;
}

/** Inputs as YAML, because that shows texts of many lines as they are. Secrets and what only the cloud knows stand out. */
function values(inputs: PlannedResource["inputs"]): string {
    const text = Object.keys(inputs).length === 0 ? "(no inputs)" : stringify(inputs, { lineWidth: 0 }).trimEnd();
    return escapeHtml(text)
        .replaceAll("[secret]", '<span class="secret">[secret]</span>')
        .replaceAll(/\$\{[^}\n]*\}/g, (symbol) => `<span class="symbol">${symbol}</span>`);
}
