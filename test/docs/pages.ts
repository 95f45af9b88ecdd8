import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The repository, and the folder of the pages that take a reader from nothing to a connected device. */
export const root = join(__dirname, "..", "..");
export const folder = join(root, "docs", "get-started");
export const pages: readonly string[] = readdirSync(folder).sort();

export const textOf = (page: string): string => readFileSync(join(folder, page), "utf8");

export interface Block {
    readonly language: string;
    readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
    return [...textOf(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
        language,
        text,
    }));
}

/** The stack whose file a page edits; undefined for pages that edit none. */
export function stackOf(page: string): string | undefined {
    return /Pulumi\.(\w+)\.yaml/.exec(textOf(page))?.[1];
}

/** One command per line: continued lines, pipes and quoted scripts are joined, comments left out. */
export function shellCommands(text: string): readonly string[] {
    return text
        .replaceAll(/'[^']*'/g, (quoted) => quoted.replaceAll(/\n\s*/g, " "))
        .replaceAll(/(\\|\|)\n\s*/g, (_, end: string) => (end === "|" ? "| " : ""))
        .split("\n")
        .map((line) => line.replace(/^#.*/, "").trim())
        .filter((line) => line !== "");
}
