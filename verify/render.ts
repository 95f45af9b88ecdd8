import Table from "cli-table3";
import { createColors } from "picocolors";
import type { Report, Result, Status } from "./report";

/** A narrower last column is not readable. */
const narrowest = 36;
/** Widths of columns, with a space on both sides. An endpoint that has to be told from another is longer than its scheme. */
const checkWidth = 20;
const resultWidth = 11;
const endpointWidths = { least: 10, most: 42 } as const;
const borders = 5;

/**
 * The report as the operator reads it: a headline, and a row for each thing that was looked at.
 *
 * @param options.quiet rows only of what is not ok
 */
export function renderReport(
    report: Report,
    { quiet = false, ...options }: { readonly columns: number; readonly colors: boolean; readonly quiet?: boolean },
): string {
    const colors = createColors(options.colors);
    const paint: Readonly<Record<Status, (text: string) => string>> = {
        ok: colors.green,
        warning: colors.yellow,
        failed: colors.red,
        undecided: colors.magenta,
        skipped: colors.dim,
    };
    const results = quiet ? report.results.filter(({ status }) => status !== "ok") : report.results;
    if (results.length === 0) {
        return headline(report);
    }
    const longest = Math.max(...results.map(({ endpoint = "" }) => endpoint.length + 2));
    const endpointWidth = Math.min(endpointWidths.most, Math.max(endpointWidths.least, longest));
    const rest = options.columns - checkWidth - endpointWidth - resultWidth - borders;
    const table = new Table({
        head: ["check", "endpoint", "result", "seen, and what to do"],
        colWidths: [checkWidth, endpointWidth, resultWidth, Math.max(narrowest, rest)],
        style: { head: [], border: [], compact: true },
        wordWrap: true,
    });
    table.push(
        ...results.map((result) => [
            result.check,
            result.endpoint ?? "",
            paint[result.status](result.status === "failed" ? "FAILED" : result.status),
            textOf(result),
        ]),
    );
    return `${headline(report)}\n${table.toString()}`;
}

/** `verify eks: 2 of 14 failed: certificate (mqtts), affinity (wss)` */
export function headline({ target, counts, results, seconds }: Report): string {
    const total = results.length;
    const titles = (wanted: Status) =>
        results
            .filter(({ status }) => status === wanted)
            .map(titleOf)
            .join(", ");
    const told = total - counts.skipped - counts.undecided;
    const parts = [
        counts.failed > 0
            ? `${counts.failed} of ${told} failed: ${titles("failed")}`
            : told === 0
              ? "nothing could be determined"
              : `${told - counts.warning} of ${told} ok`,
        ...(counts.undecided > 0 ? [`${counts.undecided} undecided: ${titles("undecided")}`] : []),
        ...(counts.warning > 0 ? [`${counts.warning} with a warning`] : []),
        ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
    ];
    return `verify ${target}: ${parts.join("; ")} (${seconds.toFixed(1)} s)`;
}

function titleOf({ check, endpoint }: Result): string {
    return endpoint === undefined ? check : `${check} (${endpoint})`;
}

function textOf({ seen, todo }: Result): string {
    const text = todo === undefined ? seen : `${seen}\n> ${todo}`;
    // What a server says of itself (a name in a certificate) must not steer the terminal.
    return text.replaceAll(/[^\P{Cc}\n]|\p{Cf}/gu, "?");
}
