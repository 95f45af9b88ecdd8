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
