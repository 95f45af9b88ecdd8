/** Columns where nothing says how many there are: a pipe, a log. */
const defaultWidth = 120;

/** Narrower than this, facts are no longer readable in columns; wider lines are no longer found by the eye. */
const [narrowest, widest] = [80, 200];

/** Columns to write for: those of the terminal, else of COLUMNS, from 80 to 200. A terminal without a size says 0. */
export function widthOf(
    stream: { readonly isTTY?: boolean; readonly columns?: number },
    environment: Readonly<Record<string, string | undefined>>,
): number {
    const known = [stream.isTTY === true ? stream.columns : undefined, Number(environment["COLUMNS"])];
    const columns = known.find((count) => count !== undefined && count > 0) ?? defaultWidth;
    return Math.min(widest, Math.max(narrowest, columns));
}

/** Words in lines of at most so many columns; a longer word gets its own line. */
export function wrap(text: string, width: number): readonly string[] {
    return filled(text.split(" "), " ", width);
}

/** Items in lines of at most so many columns; a longer one gets its own line. */
export function filled(items: readonly string[], separator: string, width: number): readonly string[] {
    const lines: string[] = [];
    for (const item of items) {
        const last = lines.at(-1);
        if (last === undefined || last.length + separator.length + item.length > width) {
            lines.push(item);
        } else {
            lines[lines.length - 1] = `${last}${separator}${item}`;
        }
    }
    return lines;
}

/**
 * The notes below a command's options in at most so many columns: an explanation wraps under itself, or below its command where that leaves
 * it no room. Commands stay whole, to be copied.
 */
export function fitted(text: string, width: number): string {
    return text
        .split("\n")
        .flatMap((line) => (line.length > width ? fittedLine(line, width) : [line]))
        .join("\n");
}

function fittedLine(line: string, width: number): readonly string[] {
    const indent = " ".repeat(line.length - line.trimStart().length);
    const [, head, explanation] = /^( *\S.*? {2,})(\S.*)$/.exec(line) ?? [];
    if (head === undefined || explanation === undefined) {
        return line.includes(" --") && indent !== ""
            ? [line]
            : wrap(line.trimStart(), width - indent.length).map((part) => indent + part);
    }
    if (head.length > width / 2) {
        return [head.trimEnd(), ...wrap(explanation, width - 6).map((part) => `      ${part}`)];
    }
    return wrap(explanation, width - head.length).map((part, index) =>
        index === 0 ? head + part : " ".repeat(head.length) + part,
    );
}
