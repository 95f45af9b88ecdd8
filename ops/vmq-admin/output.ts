import { isRecord } from "../kubernetes/objects";

/** A row of a table by column; values are texts, as vmq-admin's table shows them. */
export type Row = Readonly<Record<string, string>>;

/** What a vmq-admin command wrote. */
export interface Output {
    /** Rows of its tables. */
    readonly rows: readonly Row[];
    /** Lines that are no table. */
    readonly texts: readonly string[];
    /** Lines by which it says that it did not do what was asked. */
    readonly alerts: readonly string[];
}

/**
 * Reads what vmq-admin wrote: JSON (`--format=json`, vmq_cli_json_writer.erl), or else its tables of ASCII. Around them there may be other
 * lines, for example of a shell or of Erlang's logger.
 */
export function readOutput(text: string): Output {
    const lines = text.split(/\r?\n/);
    const documents = lines.flatMap((line) => parsed(line) ?? []);
    if (documents.length > 0) {
        return joined(documents.map((document) => elementOutput(document)));
    }
    const isOfTable = (line: string) => /^\s*[|+]/.test(line);
    return {
        rows: tableRows(lines.filter(isOfTable)),
        texts: lines.filter((line) => !isOfTable(line) && line.trim() !== "").map((line) => line.trim()),
        alerts: [],
    };
}

/** The rows of tables such as `|Node |Running|`; a column's name is trimmed, and a border of `+---+` parts nothing. */
export function tableRows(lines: readonly string[]): Row[] {
    const rows: Row[] = [];
    let header: readonly string[] | undefined;
    let borders = 0;
    for (const line of lines) {
        if (/^\s*\+[-+\s]*$/.test(line)) {
            // A table has three borders: above its header, below it, and at its end; some writers draw one after each row.
            borders += 1;
            continue;
        }
        const cells = cellsOf(line);
        if (header === undefined) {
            header = cells;
        } else if (borders > 2 && cells.join() === header.join()) {
            continue;
        } else {
            const columns = header;
            rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""])));
        }
    }
    return rows;
}

function cellsOf(line: string): string[] {
    return line
        .trim()
        .replace(/^\|/, "")
        .replace(/\|$/, "")
        .split("|")
        .map((cell) => cell.trim());
}

/** A line as JSON of vmq-admin's; undefined where it is something else. */
function parsed(line: string): unknown[] | undefined {
    if (!/^\s*[[{]/.test(line)) {
        return undefined;
    }
    try {
        const document = JSON.parse(line) as unknown;
        const elements: unknown[] = Array.isArray(document) ? document : [document];
        return elements.every((element) => isRecord(element) && typeof element["type"] === "string")
            ? elements
            : undefined;
    } catch {
        return undefined;
    }
}

function elementOutput(element: unknown, alert = false): Output {
    const empty: Output = { rows: [], texts: [], alerts: [] };
    if (!isRecord(element)) {
        return empty;
    }
    const lines = (value: unknown) =>
        (typeof value === "string" ? value : "").split("\n").filter((line) => line !== "");
    switch (element["type"]) {
        case "table": {
            const table: unknown[] = Array.isArray(element["table"]) ? element["table"] : [];
            return { ...empty, rows: table.filter(isRecord).map(rowOf) };
        }
        case "text":
            return { ...empty, [alert ? "alerts" : "texts"]: lines(element["text"]) };
        case "alert": {
            const inner: unknown[] = Array.isArray(element["alert"]) ? element["alert"] : [element["alert"]];
            return joined(inner.map((item) => elementOutput(item, true)));
        }
        default:
            return empty;
    }
}

function rowOf(row: Record<string, unknown>): Row {
    return Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    );
}

function joined(outputs: readonly Output[]): Output {
    return {
        rows: outputs.flatMap(({ rows }) => rows),
        texts: outputs.flatMap(({ texts }) => texts),
        alerts: outputs.flatMap(({ alerts }) => alerts),
    };
}
