import { isObject } from "../../components/common/is-object";
import { jsonIn } from "../../components/common/json";

/** A row of a table by column; values are strings, a JSON boolean `true` or `false`. */
export type Row = Readonly<Record<string, string>>;

export interface Output {
    readonly rows: readonly Row[];
    /** Lines that are no table. */
    readonly texts: readonly string[];
    /** Lines by which it says that it did not do what was asked. */
    readonly alerts: readonly string[];
}

/**
 * Reads what vmq-admin wrote: JSON (`--format=json`, vmq_cli_json_writer.erl), or lines of text from the commands that write nothing else.
 * Around JSON there may be other lines, for example of a shell or of Erlang's logger.
 */
export function readOutput(text: string): Output {
    const lines = text.split(/\r?\n/);
    const documents = lines.flatMap((line) => parsed(line) ?? []);
    if (documents.length > 0) {
        return joined(documents.map((document) => elementOutput(document)));
    }
    return { rows: [], texts: lines.map((line) => line.trim()).filter((line) => line !== ""), alerts: [] };
}

/** A line as JSON of vmq-admin's; undefined where it is something else. */
function parsed(line: string): unknown[] | undefined {
    const document = /^\s*[[{]/.test(line) ? jsonIn(line) : undefined;
    const elements: unknown[] = Array.isArray(document) ? document : [document];
    return elements.every((element) => isObject(element) && typeof element["type"] === "string") ? elements : undefined;
}

function elementOutput(element: unknown, alert = false): Output {
    const empty: Output = { rows: [], texts: [], alerts: [] };
    if (!isObject(element)) {
        return empty;
    }
    const lines = (value: unknown) =>
        (typeof value === "string" ? value : "").split("\n").filter((line) => line !== "");
    switch (element["type"]) {
        case "table": {
            const table: unknown[] = Array.isArray(element["table"]) ? element["table"] : [];
            return { ...empty, rows: table.filter(isObject).map(rowOf) };
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
