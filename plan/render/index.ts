import { compact } from "../../components/common/compact";
import { type Baseline, compare, type Comparison } from "../changes/from-comparison";
import type { Options } from "../options";
import { rightsFile } from "../account/rights-file";
import type { Plan } from "../plan";
import { loadUpdateRules } from "../changes/update-rules";
import { renderHtml } from "./html";
import { renderJson } from "./json";
import { renderMarkdown } from "./markdown";
import { renderTerminal, type TerminalOptions } from "./terminal";

/** A rendered plan and where it goes. */
export interface Output {
    readonly text: string;
    /** `-` for standard output. */
    readonly file: string;
    /** What it is, for messages. */
    readonly what: string;
}

export async function compareWith(baseline: Baseline, plan: Plan): Promise<Comparison> {
    return compare(baseline, plan, await loadUpdateRules([...baseline.resources, ...plan.resources]));
}

/** Renders a plan in every format that is asked for. The terminal's own goes to standard output unless another format does. */
export function render(
    plan: Plan,
    comparison: Comparison | undefined,
    options: Options,
    terminal: TerminalOptions,
): readonly Output[] {
    const asked = compact([
        options.json !== undefined && { text: renderJson(plan, comparison), file: options.json, what: "the JSON" },
        options.markdown !== undefined && {
            text: renderMarkdown(plan, comparison),
            file: options.markdown,
            what: "the Markdown",
        },
        options.html !== undefined && { text: renderHtml(plan, comparison), file: options.html, what: "the page" },
        options.rights !== undefined && { text: rightsFile(plan), file: options.rights, what: "the rights" },
    ]);
    const quiet = options.quiet === true;
    return compact([
        asked.every((output) => output.file !== "-") && {
            text: renderTerminal(plan, comparison, { ...terminal, quiet }),
            file: "-",
            what: "the text",
        },
        ...asked,
    ]);
}
