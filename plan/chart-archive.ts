import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";

/** What is wrong with the archive of a chart; undefined where it holds the chart in that version. */
export function archiveProblem(path: string, expected: { readonly name: string; readonly version: string }) {
    const file = readArchive(path);
    if (typeof file === "string") {
        return `${path}: ${file}`;
    }
    const chart = chartFileOf(file);
    if (chart === undefined) {
        return `${path} does not hold a chart's Chart.yaml`;
    }
    const found = `${String(chart["name"])} ${String(chart["version"])}`;
    const wanted = `${expected.name} ${expected.version}`;
    return found === wanted ? undefined : `${path} holds ${found}, and the stack installs ${wanted}`;
}

function readArchive(path: string): Buffer | string {
    try {
        return gunzipSync(readFileSync(path), { maxOutputLength: 100 * 2 ** 20 });
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ENOENT"
            ? "there is no such file"
            : "it is not a gzip archive";
    }
}

/** Length of a header and of the blocks that files fill (https://www.gnu.org/software/tar/manual/html_node/Standard.html). */
const block = 512;

/** `NAME/Chart.yaml` in a tar archive: the first file of that name in the first folder. */
function chartFileOf(tar: Buffer): Readonly<Record<string, unknown>> | undefined {
    for (let offset = 0; offset + block <= tar.length;) {
        const name = textAt(tar, offset, 100);
        const size = Number.parseInt(textAt(tar, offset + 124, 12), 8) || 0;
        if (/^(\.\/)?[^/]+\/Chart\.yaml$/.test(name)) {
            return asObject(tar.toString("utf8", offset + block, offset + block + size));
        }
        offset += block + Math.ceil(size / block) * block;
    }
    return undefined;
}

function textAt(tar: Buffer, start: number, length: number): string {
    const end = tar.indexOf(0, start);
    return tar.toString("utf8", start, end < 0 ? start + length : Math.min(end, start + length)).trim();
}

function asObject(text: string): Readonly<Record<string, unknown>> | undefined {
    try {
        const value: unknown = parse(text);
        return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
    } catch {
        return undefined;
    }
}
