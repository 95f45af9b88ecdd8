import type { Inline } from "./wording";
import { escapeHtml } from "../../plan/leaks";
import { code as inlineCode, lineEnds, text as plainText } from "../../plan/render/markdown";

/** A text that Markdown shows as it is, without links to people, issues or pages that it does not mean. */
export function text(value: string): string {
    return (
        plainText(value)
            .replaceAll(/(?<!&)#/g, "&#35;")
            // An @ inside a word mentions no user, and a command with one in it has to stay fit for copying.
            .replaceAll(/(?<=\w)@&#8203;/g, "@")
            .replaceAll(/(https?|ftp):\/\//gi, "$1:&#8203;//")
            .replaceAll(/\bwww\./gi, "www&#8203;.")
    );
}

/** A text as code, also where it is empty. */
export function code(value: string): string {
    return value.trim() === "" ? "(empty)" : inlineCode(value);
}

export const inline: Inline = { text, code, strong: (written) => `**${written}**`, link };

/** A text inside HTML. */
export function html(value: string): string {
    return escapeHtml(value).replaceAll("@", "@&#8203;").replaceAll(lineEnds, " ");
}

/** A block of code whose fence is longer than any run of backticks inside. */
export function fence(content: string, language: string): string {
    const longest = Math.max(2, ...[...content.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
    const ticks = "`".repeat(longest + 1);
    return `${ticks}${language}\n${content}\n${ticks}`;
}

export function table(head: readonly string[], align: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(head), line(align), ...rows.map(line)].join("\n");
}

/** A closed block that opens on a click. The empty lines let Markdown begin inside. */
export function details(summary: string, blocks: readonly string[]): string {
    return `<details>\n<summary>${summary}</summary>\n\n${blocks.join("\n\n")}\n\n</details>`;
}

/** GitHub's and GitLab's colored box. */
export function alert(kind: "CAUTION" | "WARNING" | "NOTE", lines: readonly string[]): string {
    return [`[!${kind}]`, ...lines].map((line) => `> ${line}`.trimEnd()).join("\n");
}

export function link(label: string, url: string | undefined): string {
    return url === undefined || !/^https?:\/\/[^\s()<>]+$/.test(url) ? text(label) : `[${text(label)}](${url})`;
}
