import { changingActions } from "../../plan/changes/model";
import { actionSigns } from "../../plan/render/changes";
import { escapeHtml } from "../../plan/leaks";
import { pageHead, pageStyle } from "../../plan/render/page";
import { shortType } from "../../plan/render/facts";
import { type ChangeDigest, type PreviewDigest, type PropertyDigest, type StackDigest } from "./preview-digest";
import { treeLines } from "./stack-details";
import {
    columns,
    errorTexts,
    dangers,
    facts,
    headline,
    type Inline,
    notesOf,
    notesOfProperty,
    notices,
    plural,
    roleAndType,
    stackPhrase,
    staleness,
    type State,
    stateOf,
    type Context,
    whereOf,
    worstState,
} from "./wording";

/** A preview as one page that needs nothing else: no network, no script, no files beside it. Nothing is left out of it. */
export function renderPage(digest: PreviewDigest, context: Context = {}): string {
    const line = headline(digest)
        .map(({ stack, text }) => `${stack === undefined ? "" : `<b>${escapeHtml(stack)}</b> `}${escapeHtml(text)}`)
        .join('<span class="dot"> · </span>');
    return `${pageHead(`Preview of ${escapeHtml(digest.stacks.map(({ stack }) => stack).join(", "))}`, { contentPolicy: "style-src 'unsafe-inline'", style: `${pageStyle}${ownStyle}` })}
<body>
<header>
<p class="kicker">${badge(worstState(digest))} ${escapeHtml(context.title ?? "Preview")}</p>
<h1 class="story">${line}</h1>
<p class="verdict">${facts(digest, context, inline).join(" · ")}</p>
</header>
<main>
${[
    section(
        "notice",
        "Please note",
        notices(digest, context, inline)
            .map((line) => `<p>${line}</p>`)
            .join(""),
    ),
    overview(digest),
    danger(digest),
    failures(digest),
    policies(digest),
    consequences(digest),
    ...digest.stacks.map(stackSection),
]
    .filter((part) => part !== "")
    .join("\n")}
<p class="stale">${escapeHtml(staleness(context))}</p>
</main>
</body>
</html>
`;
}

/** What this page has beyond the plan's. */
const ownStyle = `
.kicker{margin:0 0 6px;color:var(--soft);font-weight:600}
h1.story{font-size:1.7rem;font-weight:400;line-height:1.35}h1.story b{font-weight:700}h1.story .dot{margin:0;font-size:inherit}
.badge.dangerous{color:var(--replace);background:color-mix(in srgb,var(--replace) 15%,transparent)}
.badge.same{color:var(--soft);background:var(--shade)}
.counts th,.counts td{min-width:0;padding-right:18px}.counts td{color:var(--soft);text-align:right;white-space:nowrap;overflow-wrap:normal}.counts thead th{font-size:.82rem;color:var(--soft);font-weight:500;text-align:right}
.counts .left{text-align:left}.counts td.some{color:var(--ink);font-weight:700}.counts td.replace.some{color:var(--replace)}
.counts td.delete.some,.counts td.errors.some{color:var(--fail)}.counts tbody th{white-space:nowrap}.counts .where{font-weight:400;color:var(--soft)}
section.danger{border-color:var(--fail);border-left-width:6px}section.danger h2{color:var(--fail)}
section.failed{border-color:var(--fail)}
section h3.stack{margin-top:14px}section h3.stack:first-of-type{margin-top:0}
.refused{color:var(--fail);font-weight:700}
pre.message{border-left:4px solid var(--fail)}
pre.outline{white-space:pre;overflow-x:auto}
.line{display:block}.line.replace{color:var(--replace);font-weight:700}.line.delete{color:var(--fail);font-weight:700}.line.create{color:var(--pass)}.line.update{color:var(--warn)}
.property{display:block}.property.add{color:var(--pass)}.property.delete{color:var(--fail)}.property.update{color:var(--warn)}.property.replaces{color:var(--replace);font-weight:700}
.stack>summary{font-size:1.1rem;font-weight:650}.stack>summary .phrase{font-weight:400;color:var(--soft)}
.names{overflow-wrap:anywhere}.stale{color:var(--soft);font-size:.86rem;margin:20px 0 40px}
@media (max-width:640px){.counts,.counts tbody,.counts tr,.counts th,.counts td,.counts thead{display:revert;padding:6px 10px 6px 0}}
`;

const stateWords: Readonly<Record<State, string>> = {
    failed: "fails",
    dangerous: "replaces or deletes",
    changes: "changes",
    same: "no change",
};
const stateClasses: Readonly<Record<State, string>> = {
    failed: "fail",
    dangerous: "dangerous",
    changes: "pass",
    same: "same",
};

const inline: Inline = {
    text: escapeHtml,
    code: (name) => `<code>${escapeHtml(name)}</code>`,
    strong: (written) => `<span class="refused">${written}</span>`,
    link: (label, url = "") =>
        /^https?:\/\//.test(url) ? `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>` : escapeHtml(label),
};

function badge(state: State): string {
    return `<span class="badge ${stateClasses[state]}">${stateWords[state]}</span>`;
}

function section(id: string, heading: string, content: string, kind = ""): string {
    return content === ""
        ? ""
        : `<section aria-labelledby="${id}"${kind === "" ? "" : ` class="${kind}"`}>\n<h2 id="${id}">${heading}</h2>\n${content}\n</section>`;
}

function overview(digest: PreviewDigest): string {
    const all = columns(digest);
    const head = ["State", "Stack", "Where"].map((title) => `<th scope="col" class="left">${title}</th>`);
    const rows = digest.stacks.map((stack) => {
        const cells = all.map(({ title, cell }) => {
            const shown = cell(stack);
            return `<td class="${title.toLowerCase()}${/^[1-9]/.test(shown) ? " some" : ""}">${escapeHtml(shown)}</td>`;
        });
        return `<tr><td class="left">${badge(stateOf(stack))}</td><th scope="row">${escapeHtml(stack.stack)}</th><td class="left where">${escapeHtml(whereOf(stack))}</td>${cells.join("")}</tr>`;
    });
    const titles = all.map(({ title }) => `<th scope="col">${title}</th>`).join("");
    return section(
        "stacks",
        plural(digest.stacks.length, "stack"),
        `<div class="scroll" tabindex="0"><table class="counts"><thead><tr>${head.join("")}${titles}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`,
    );
}

function danger(digest: PreviewDigest): string {
    const items = dangers(digest).map(({ stack, change }) => {
        const notes = notesOf(change, inline).join("; ");
        return (
            `<article class="change ${change.action}"><h3><span class="sign">${actionSigns[change.action]}</span> ${change.action} ${escapeHtml(change.name)} ` +
            `<span class="type">${escapeHtml(roleAndType(change))}</span> <span class="notes">in ${escapeHtml(stack.stack)}</span></h3>${notes === "" ? "" : `<p class="names">${notes}</p>`}</article>`
        );
    });
    return section("danger", "Replaced or deleted", items.join("\n"), "danger");
}

function failures(digest: PreviewDigest): string {
    const items = digest.stacks.flatMap((stack) =>
        errorTexts(stack).map(
            ({ message, resource }) =>
                `<h3 class="stack">${escapeHtml(stack.stack)}${resource === undefined ? "" : ` <span class="type">at ${escapeHtml(resource)}</span>`}</h3><pre class="message">${escapeHtml(message)}</pre>`,
        ),
    );
    return section("failed", "Why it fails", items.join("\n"), "failed");
}

function policies(digest: PreviewDigest): string {
    const all = digest.stacks
        .flatMap((stack) => stack.policies.map((policy) => ({ stack, policy })))
        .sort((a, b) => Number(b.policy.level === "mandatory") - Number(a.policy.level === "mandatory"));
    const rows = all.map(
        ({ stack, policy: { level, policy, pack, resource, message } }) =>
            `<tr><td><span class="badge ${level === "mandatory" ? "fail" : "warn"}">${level}</span></td><th scope="row">${escapeHtml(policy)} <span class="type">${escapeHtml(pack)}</span></th>` +
            `<td>${escapeHtml([stack.stack, ...(resource === undefined ? [] : [resource])].join(", "))}: ${escapeHtml(message)}</td></tr>`,
    );
    const table = rows.length === 0 ? "" : `<div class="scroll"><table><tbody>${rows.join("\n")}</tbody></table></div>`;
    return section("policies", "Policies", table);
}

function consequences(digest: PreviewDigest): string {
    const items = digest.stacks.flatMap(({ stack, warnings }) =>
        warnings.map((warning) => `<li><b>${escapeHtml(stack)}</b> ${escapeHtml(warning)}</li>`),
    );
    const list = items.length === 0 ? "" : `<ul class="warnings">${items.join("")}</ul>`;
    return section("care", "What this does to devices, data and brokers", list);
}

function stackSection(stack: StackDigest): string {
    const warned = stack.diagnostics.filter(({ severity }) => severity === "warning");
    const outputs = stack.outputs.map(propertyLine).join("");
    const parts = [
        stack.changes.length === 0 ? "" : `<pre class="outline">${tree(stack)}</pre>`,
        ...[...stack.changes]
            .sort((a, b) => changingActions.indexOf(a.action) - changingActions.indexOf(b.action))
            .map(changeArticle),
        outputs === ""
            ? ""
            : `<article class="change update"><h3>Outputs of the stack</h3><pre>${outputs}</pre></article>`,
        warned.length === 0
            ? ""
            : `<h3 class="stack">Warnings</h3><pre>${warned.map(({ message }) => escapeHtml(message)).join("\n")}</pre>`,
        stack.unchanged.length === 0
            ? ""
            : `<details><summary>${plural(stack.unchanged.length, "resource")} unchanged</summary><p class="names">${stack.unchanged.map(({ name, type }) => `<code>${escapeHtml(name)}</code> <span class="type">${escapeHtml(shortType(type))}</span>`).join(" ")}</p></details>`,
    ].filter((part) => part !== "");
    return parts.length === 0
        ? ""
        : `<section><details class="stack"${stack.changes.length <= mostOpen ? " open" : ""}><summary>${escapeHtml(stack.stack)} <span class="phrase">${escapeHtml(stackPhrase(stack))}</span></summary>${parts.join("\n")}</details></section>`;
}

/** A stack with more changes than this is closed at first. */
const mostOpen = 40;

function tree(stack: StackDigest): string {
    const kinds: Readonly<Record<string, string>> = Object.fromEntries(
        changingActions.map((action) => [actionSigns[action], action]),
    );
    return treeLines(stack.changes)
        .map((line) => `<span class="line ${kinds[line.trimStart().slice(0, 1)] ?? ""}">${escapeHtml(line)}</span>`)
        .join("");
}

function changeArticle(change: ChangeDigest): string {
    return change.properties.length === 0
        ? ""
        : `<article class="change ${change.action}"><h3><span class="sign">${actionSigns[change.action]}</span> ${escapeHtml(change.name)} <span class="type">${escapeHtml(shortType(change.type))}</span> <span class="notes">${escapeHtml(change.operation ?? change.action)}</span></h3><pre>${change.properties.map(propertyLine).join("")}</pre></article>`;
}

const propertySigns = { add: "+", delete: "-", update: "~" } as const;

function propertyLine(property: PropertyDigest): string {
    const { path, kind, replaces, before, after } = property;
    const value = before === undefined && after === undefined ? "" : ` ${before ?? "(none)"} → ${after ?? "(none)"}`;
    const notes = notesOfProperty(property);
    const tail = notes.length === 0 ? "" : `  (${notes.join("; ")})`;
    return `<span class="property ${replaces ? "replaces" : kind}">${escapeHtml(`${propertySigns[kind]} ${path}${value}${tail}`)}</span>`;
}
