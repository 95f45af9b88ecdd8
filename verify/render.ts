import Table from "cli-table3";
import { createColors } from "picocolors";
import type { Report, Result, Status } from "./report";

const symbols: Readonly<Record<Status, string>> = {
    ok: "ok",
    warning: "warning",
    failed: "FAILED",
    skipped: "skipped",
};
/** A narrower table is not readable. */
const narrowest = 80;
/** Width of the three narrow columns and the borders. */
const fixedWidth = 44;

/** The report as a person reads it: a headline, and a row for each thing that was looked at. */
export function renderReport(report: Report, options: { readonly columns: number; readonly colours: boolean }): string {
    const colours = createColors(options.colours);
    const paint: Readonly<Record<Status, (text: string) => string>> = {
        ok: colours.green,
        warning: colours.yellow,
        failed: colours.red,
        skipped: colours.dim,
    };
    const width = Math.max(narrowest, options.columns) - fixedWidth;
    const table = new Table({
        head: ["check", "endpoint", "result", "seen, and what to do"],
        colWidths: [20, 10, 9, width],
        style: { head: [], border: [], compact: true },
        wordWrap: true,
    });
    table.push(
        ...report.results.map((result) => [
            result.check,
            result.endpoint ?? "",
            paint[result.status](symbols[result.status]),
            textOf(result),
        ]),
    );
    return `${headline(report)}\n${table.toString()}`;
}

/** `verify eks: 2 of 14 failed: certificate (mqtts), affinity (wss)` */
export function headline({ target, counts, results, seconds }: Report): string {
    const total = results.length;
    const failed = results.filter(({ status }) => status === "failed").map(titleOf);
    const told = total - counts.skipped;
    const parts = [
        counts.failed > 0
            ? `${counts.failed.toString()} of ${told.toString()} failed: ${failed.join(", ")}`
            : `${(told - counts.warning).toString()} of ${told.toString()} ok`,
        ...(counts.warning > 0 ? [`${counts.warning.toString()} with a warning`] : []),
        ...(counts.skipped > 0 ? [`${counts.skipped.toString()} skipped`] : []),
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
