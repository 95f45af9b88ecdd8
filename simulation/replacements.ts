import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceModel } from "./provider";

/** What a provider does where a property changes: replaces the resource, updates it, or either, as the values are. */
export type Verdict = "replaces" | "updates" | "depends";

/**
 * What the changes of a provider's resources do, by the provider's own word: `replacements.json` of a platform, which
 * `npm run audit:replacements` writes.
 */
export interface ReplacementTable {
    readonly provider: string;
    readonly version: string;
    /** When it was asked, as YYYY-MM-DD. */
    readonly date: string;
    /** How the verdicts were obtained. */
    readonly obtained: string;
    /** Paths of properties by type and verdict; nested ones are dotted, `*` stands for the index of a list. */
    readonly types: Readonly<Record<string, Readonly<Partial<Record<Verdict, readonly string[]>>>>>;
    /** What the provider refuses to plan, with its words: such a change has to be a change rule, or a rule, of the simulated cloud. */
    readonly refused?: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** What this source does not say, each from another one. The audit keeps these rows. */
    readonly byHand: readonly HandRow[];
}

interface HandRow {
    readonly type: string;
    readonly path: string;
    readonly verdict: Verdict;
    readonly source: string;
}

/** The table of a platform, by the name of its folder. */
export function replacementTable(platform: string): ReplacementTable {
    return JSON.parse(readFileSync(join(__dirname, platform, "replacements.json"), "utf8")) as ReplacementTable;
}

/** The paths of a type with a verdict. */
function pathsOf({ types, byHand }: ReplacementTable, type: string, verdict: Verdict): readonly string[] {
    const rows = byHand.filter((row) => row.type === type && row.verdict === verdict);
    return [...(types[type]?.[verdict] ?? []), ...rows.map(({ path }) => path)];
}

/** Models with what their provider's table says of each type. */
export function withReplacements(
    models: Readonly<Record<string, ResourceModel>>,
    table: ReplacementTable,
): Readonly<Record<string, ResourceModel>> {
    return Object.fromEntries(
        Object.entries(models).map(([type, model]) => [
            type,
            { ...model, replaceOn: [...new Set([...(model.replaceOn ?? []), ...pathsOf(table, type, "replaces")])] },
        ]),
    );
}
