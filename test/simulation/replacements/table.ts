import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { ReplacementTable, Verdict } from "../../../simulation/replacements";

const root = join(__dirname, "../../..");

/** What a source says of one property. */
export interface Finding {
    readonly type: string;
    readonly path: string;
    readonly verdict?: Verdict;
    readonly refusal?: string;
}

/** Writes a platform's table; rows by hand stay. */
export async function writeTable(
    platform: string,
    head: Pick<ReplacementTable, "provider" | "version" | "obtained">,
    findings: readonly Finding[],
): Promise<void> {
    const file = join(root, "simulation", platform, "replacements.json");
    const former = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ReplacementTable) : undefined;
    const types: Record<string, Partial<Record<Verdict, string[]>>> = {};
    const refused: Record<string, Record<string, string>> = {};
    for (const { type, path, verdict, refusal } of [...findings].sort(byPlace)) {
        if (verdict !== undefined) {
            ((types[type] ??= {})[verdict] ??= []).push(path);
        }
        if (refusal !== undefined) {
            (refused[type] ??= {})[path] = refusal;
        }
    }
    const table: ReplacementTable = {
        ...head,
        date: new Date().toISOString().slice(0, 10),
        types,
        ...(Object.keys(refused).length === 0 ? {} : { refused }),
        byHand: former?.byHand ?? [],
    };
    const options = await resolveConfig(file);
    writeFileSync(file, await format(JSON.stringify(table), { ...options, filepath: file }));
}

function byPlace(a: Finding, b: Finding): number {
    const [left, right] = [`${a.type} ${a.path}`, `${b.type} ${b.path}`];
    return left < right ? -1 : left > right ? 1 : 0;
}
