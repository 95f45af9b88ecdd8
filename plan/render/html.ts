import { stringify } from "yaml";
import type { Comparison, ResourceChange } from "../compare";
import type { PlannedResource } from "../graph";
import { escapeHtml } from "../leaks";
import type { Plan } from "../plan";
import { actionSigns, showChange, summaryText } from "./changes";
import { factsOf, shortType } from "./facts";
import { pageHead, pageScript, pageStyle } from "./page";
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
    warnings("Worth knowing", plan.warnings),
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

const verdicts = {
    pass: "every check holds",
    warn: "every check holds or deserves a thought",
    fail: "a check is broken",
} as const;

function verdict({ checks: all }: Plan): string {
    const status = (["fail", "warn"] as const).find((each) => all.some((check) => check.status === each)) ?? "pass";
    return `<span class="badge ${status}">${checkWords[status]}</span> ${all.length.toString()} checks: ${verdicts[status]}`;
}

const checkWords = { pass: "holds", warn: "think", fail: "broken" } as const;

function overview(plan: Plan): string {
    const facts = edgeFacts(plan)
        .map(([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`)
        .join("");
    const picture = `<div class="scroll" tabindex="0">${renderSvg(topologyOf(plan))}</div>`;
    return section("way", "The way of a device", `${picture}\n<dl class="facts">${facts}</dl>`);
}

function checks({ checks: all }: Plan): string {
    const rows = all.map(
        ({ name, status, detail }) =>
            `<tr><td><span class="badge ${status}">${checkWords[status]}</span></td><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(detail)}</td></tr>`,
    );
    return section("checks", "Checks", `<div class="scroll"><table><tbody>${rows.join("\n")}</tbody></table></div>`);
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
            comparison.edgeBefore === null ? "" : `<p>The way was: ${escapeHtml(comparison.edgeBefore)}</p>`,
            care === "" ? "" : `<ul class="warnings">${care}</ul>`,
            ...comparison.changes.map(change),
            comparison.outputs.length === 0
                ? ""
                : `<article class="change update"><h3><span class="sign">~</span> outputs of the stack</h3>${properties(comparison.outputs)}</article>`,
        ].join("\n"),
    );
}

function change(each: ResourceChange): string {
    const notes = [
        each.action,
        ...(each.because.length > 0 ? [`because of ${each.because.join(", ")}`] : []),
        ...(each.deletedFirst ? ["the old one is deleted first"] : []),
        ...(each.protected ? ["refused: it is protected"] : []),
        ...(each.retained ? ["it stays in the cloud"] : []),
    ];
    return (
        `<article class="change ${each.action}"><h3><span class="sign">${actionSigns[each.action]}</span> ${escapeHtml(each.name)} ` +
        `<span class="type">${escapeHtml(shortType(each.type))}</span> <span class="notes">${escapeHtml(notes.join("; "))}</span></h3>${properties(each.properties)}</article>`
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
    const names = new Map(plan.resources.map((resource) => [resource.urn, resource.name]));
    const filter =
        `<div class="filter"><label for="filter">Filter by name, type or setting</label>` +
        `<input id="filter" type="search" autocomplete="off"><button type="button" id="open">Open all</button>` +
        `<output id="count" for="filter" data-total="${all.length.toString()}">${all.length.toString()} shown</output></div>`;
    return section(
        "resources",
        "Components and resources",
        `${filter}\n<ul class="tree">${tree.map((node) => treeItem(node, names)).join("\n")}</ul>`,
    );
}

function treeItem(node: TreeNode, names: ReadonlyMap<string, string>): string {
    const { resource, children } = node;
    const kind = resource.custom ? "resource" : "component";
    const facts = factsOf(resource)
        .map((fact) => `<span class="fact">${escapeHtml(fact)}</span>`)
        .join("");
    const mark = resource.protect ? '<span class="badge pass">protected</span>' : "";
    const head = `<span class="name">${escapeHtml(resource.name)}</span> <span class="type" title="${escapeHtml(resource.type)}">${escapeHtml(shortType(resource.type))}</span> ${mark}${facts}`;
    const below = children.length === 0 ? "" : `<ul>${children.map((child) => treeItem(child, names)).join("\n")}</ul>`;
    return resource.custom
        ? `<li class="${kind}"><details><summary>${head}</summary>${details(resource, names)}</details>${below}</li>`
        : `<li class="${kind}"><div class="head">${head}</div>${below}</li>`;
}

function details(resource: PlannedResource, names: ReadonlyMap<string, string>): string {
    const named = (urn: string) => names.get(urn) ?? urn;
    const rows = [
        ["Type", resource.type],
        ...(resource.provider === null ? [] : [["Provider", named(resource.provider)]]),
        ...(resource.dependencies.length === 0 ? [] : [["Depends on", resource.dependencies.map(named).join(", ")]]),
        ...Object.entries(resource.options).map(([key, value]) => [key, JSON.stringify(value)]),
    ];
    const facts = rows.map(
        ([label = "", value = ""]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
    );
    return `<dl class="facts">${facts.join("")}</dl><pre>${values(resource.inputs)}</pre>`;
}

/** Inputs as YAML, because that shows texts of many lines as they are. Secrets and what only the cloud knows stand out. */
function values(inputs: PlannedResource["inputs"]): string {
    const text = Object.keys(inputs).length === 0 ? "(no inputs)" : stringify(inputs, { lineWidth: 0 }).trimEnd();
    return escapeHtml(text)
        .replaceAll("[secret]", '<span class="secret">[secret]</span>')
        .replaceAll(/\$\{[^}\n]*\}/g, (symbol) => `<span class="symbol">${symbol}</span>`);
}
