import { readFileSync } from "node:fs";
import { join } from "node:path";
import { emittedResources, leafPaths } from "./emitted";
import { fieldOf, GoPackage, type GoValue } from "./go-literal";
import { type Finding, writeTable } from "./table";

/**
 * Reads which fields of a kind Pulumi's Kubernetes provider replaces on (`forceNew` in provider/pkg/provider/diff.go). A Helm release, and
 * Secrets and ConfigMaps, whose contents depend on the provider's settings, stand in the table by hand.
 *
 * @param folder of the provider's source
 * @param version as `git describe` says it
 */
export async function askKubernetes(folder: string, version: string): Promise<void> {
    const source = new GoPackage([readFileSync(join(folder, "provider/pkg/provider/diff.go"), "utf8")]);
    const emitted = await emittedResources("kubernetes");
    const types = [...new Set(emitted.map(({ type }) => type))].filter((type) => !type.includes(":helm.sh/"));
    const findings = types.flatMap((type) => {
        const inputs = emitted.filter((one) => one.type === type).map((one) => one.inputs);
        return findingsOf(
            type,
            inputs.flatMap((one) => leafPaths(one)).filter((path) => path !== "apiVersion" && path !== "kind"),
            ["metadata.name", "metadata.namespace", ...fieldsOf(source, type)],
        );
    });
    const obtained =
        "forceNew of the provider's source, and the name and namespace that it adds to every kind; an update is said of the widest field " +
        "that holds none of these (npm run audit:replacements -- kubernetes FOLDER VERSION)";
    await writeTable("kubernetes", { provider: "pulumi-kubernetes", version, obtained }, findings);
}

/** The fields that the source lists for a kind. */
function fieldsOf(source: GoPackage, type: string): readonly string[] {
    const [, group = "", version = "", kind = ""] = /^kubernetes:(?:([\w.-]+)\/)?(\w+):(\w+)$/.exec(type) ?? [];
    const groups = source.valueOf("forceNew");
    const kinds = source.resolve(
        fieldOf(source.resolve(fieldOf(groups, group) ?? { kind: "opaque" }), version) ?? { kind: "opaque" },
    );
    return textsIn(source, fieldOf(kinds, kind)).map((field) => field.replace(/^\./, ""));
}

function textsIn(source: GoPackage, value: GoValue | undefined): readonly string[] {
    const found = value === undefined ? undefined : source.resolve(value);
    switch (found?.kind) {
        case "literal":
            return found.entries.flatMap((entry) => (entry.value.kind === "string" ? [entry.value.text] : []));
        // append(properties{...}, more(".spec.selector")...): what is added lies below the fields of the first.
        case "call":
            return found.callee === "append" ? textsIn(source, found.values[0]) : [];
        default:
            return [];
    }
}

function findingsOf(type: string, paths: readonly string[], replaces: readonly string[]): readonly Finding[] {
    const isAt = (path: string, place: string) =>
        path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
    const others = paths.filter((path) => !replaces.some((place) => isAt(path, place)));
    const updates = new Set(others.map((path) => widest(path, replaces)));
    return [
        ...replaces.map((path): Finding => ({ type, path, verdict: "replaces" })),
        ...[...updates].map((path): Finding => ({ type, path, verdict: "updates" })),
    ];
}

/** The shortest beginning of a path below which nothing replaces. */
function widest(path: string, replaces: readonly string[]): string {
    const steps = path.split(/\.(?![^[]*\])/);
    const length = steps.findIndex((_, index) => {
        const place = steps
            .slice(0, index + 1)
            .join(".")
            .replace(/\[.*$/, "");
        return !replaces.some((other) => other.startsWith(`${place}.`));
    });
    return steps
        .slice(0, length + 1)
        .join(".")
        .replace(/\[.*$/, "");
}
