import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";

/** A Helm chart as its publisher has it. */
export interface PublishedChart {
    readonly name: string;
    readonly version: string;
    /** A Helm repository (`https://...`), or the chart's own address in a registry (`oci://.../NAME`). */
    readonly source: string;
}

/**
 * What a release says of its chart. `source` takes the place of the publisher's: a Helm repository, the chart's address in a registry, or
 * the path of an archive `NAME-VERSION.tgz`, as `helm pull` writes it, from the project's folder.
 */
export function chartOf(
    { name, version, source: published }: PublishedChart,
    source: string | undefined,
): Pick<ReleaseArgs, "chart" | "version" | "repositoryOpts"> {
    const from = source ?? published;
    return from.startsWith("oci://") || from.endsWith(".tgz")
        ? { chart: from, version }
        : { chart: name, version, repositoryOpts: { repo: from } };
}

/** A chart's name, whatever it is referred to by: `vernemq`, `repository/vernemq`, `oci://.../vernemq`, `./vernemq-2.1.2.tgz`. */
export function chartName(chart: unknown): string | undefined {
    const last =
        typeof chart === "string"
            ? chart
                  .replace(/[/\\]+$/, "")
                  .split(/[/\\]/)
                  .at(-1)
            : undefined;
    return last === undefined ? undefined : (archiveOf(last)?.name ?? last);
}

/** Name and version of a chart in the name of its archive; undefined for any other file. */
export function archiveOf(path: string): { readonly name: string; readonly version: string } | undefined {
    const [, name, version] =
        /^(.+)-(v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)\.tgz$/.exec(path.split(/[/\\]/).at(-1) ?? "") ?? [];
    return name === undefined || version === undefined ? undefined : { name, version };
}

/**
 * The rule that a chart's source breaks; undefined where it can be one. The machine that runs the update fetches it: over TLS, or from a file
 * there.
 */
export function chartSourceProblem(source: string, name: string): string | undefined {
    if (/^https:\/\/[^\s/@?#]+(\/[^\s@?#]*)?$/.test(source) && !source.endsWith(".tgz")) {
        return undefined;
    }
    if (/^oci:\/\/[^\s/@]+(\/[^\s/@:]+)+$/.test(source)) {
        return chartName(source) === name
            ? undefined
            : `an address in a registry that ends with the chart's name, /${name}`;
    }
    return !source.includes("://") && archiveOf(source)?.name === name
        ? undefined
        : `a Helm repository (https://...), an address in a registry (oci://.../${name}) or the path of an archive ${name}-VERSION.tgz`;
}
