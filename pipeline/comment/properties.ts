import { differences, isObject } from "../../plan/diff";
import { secretMark } from "../../plan/graph";
import { type Path, parsePattern, renderPath, valuesAt } from "../../plan/paths";
import { isSensitiveName } from "../../plan/values";
import type { PropertyDigest } from "./preview-digest";
import type { Json, ResourceSteps } from "./steps";

const longestValue = 80;

/** The properties that change, by path. Values only where they are asked for, and never those that are or hold a secret. */
export function changedProperties(steps: ResourceSteps, withValues: boolean): readonly PropertyDigest[] {
    if (steps.action === "create" || steps.action === "import") {
        return Object.keys(steps.after?.inputs ?? {})
            .sort()
            .map((path) => ({ path, kind: "add", replaces: false }));
    }
    if (steps.action === "same" || steps.action === "delete") {
        return [];
    }
    const found = Object.entries(reported(steps)).flatMap(([path, kind]) => refined(steps, path, kind));
    const unique = new Map(found.map((each) => [each.path, each]));
    return [...unique.values()]
        .sort((a, b) => Number(b.replaces) - Number(a.replaces) || (a.path < b.path ? -1 : 1))
        .map((property) => (withValues ? { ...property, ...valuesFor(steps, property) } : property));
}

/** What the engine names: the detailed diff where the provider gives one, else the changed keys, else what the inputs show. */
function reported({ detailedDiff, diffs, keys, before, after }: ResourceSteps): Readonly<Record<string, string>> {
    if (Object.keys(detailedDiff).length > 0) {
        // A key that replaces and that the diff does not cover is a reason too.
        const covered = new Set(Object.keys(detailedDiff).map((path) => parsePattern(path)[0]));
        return {
            ...Object.fromEntries(keys.filter((name) => !covered.has(name)).map((name) => [name, "update-replace"])),
            ...detailedDiff,
        };
    }
    const named = [...new Set([...diffs, ...keys])];
    const all =
        named.length > 0
            ? named
            : [
                  ...new Set(
                      differences(before?.inputs ?? {}, after?.inputs ?? {}).map(({ path }) => path[0]?.key ?? ""),
                  ),
              ];
    return Object.fromEntries(all.map((name) => [name, keys.includes(name) ? "update-replace" : "update"]));
}

/** An object that changed as a whole is named by the places in it that did, for example `values.replicaCount` of a chart. */
function refined(steps: ResourceSteps, path: string, diffKind: string): readonly PropertyDigest[] {
    const replaces = diffKind.endsWith("-replace");
    const keys = parsePattern(path);
    const [before] = valuesAt(steps.before?.inputs, keys);
    const [after] = valuesAt(steps.after?.inputs, keys);
    if (isObject(before) && isObject(after)) {
        const inside = differences(before, after, asPath(keys));
        if (inside.length > 0) {
            return inside.map((each) => ({
                path: renderPath(each.path),
                kind: kindOf(each.before, each.after),
                replaces,
            }));
        }
    }
    return [{ path, kind: diffKinds[diffKind.replace(/-replace$/, "")] ?? "update", replaces }];
}

const diffKinds: Readonly<Record<string, PropertyDigest["kind"]>> = { add: "add", delete: "delete", update: "update" };

function asPath(keys: readonly string[]): Path {
    return keys.map((key) => ({ key, inList: /^\d+$/.test(key) }));
}

export function kindOf(before: unknown, after: unknown): PropertyDigest["kind"] {
    return before === undefined ? "add" : after === undefined ? "delete" : "update";
}

function valuesFor({ type, before, after }: ResourceSteps, { path }: PropertyDigest): Partial<PropertyDigest> {
    const keys = parsePattern(path);
    return showable(type, keys, valuesAt(before?.inputs, keys)[0], valuesAt(after?.inputs, keys)[0]);
}

/** Types whose values are secret by nature, and the bodies in which charts carry passwords in the open (pulumi/pulumi-kubernetes, Helm). */
const closedTypes =
    /^kubernetes:core\/v1:(Secret|ConfigMap)(Patch)?$|^kubernetes:helm\.sh\/|:Secret(Version)?$|Password|^random:|^tls:/;

/** Both values where both may be shown: plain, short, and of a place and a resource that hold no secret. */
export function showable(
    type: string,
    keys: readonly string[],
    before: unknown,
    after: unknown,
): Pick<PropertyDigest, "before" | "after"> {
    const plain = [before, after].every(
        (value) =>
            value === undefined ||
            typeof value === "number" ||
            typeof value === "boolean" ||
            (typeof value === "string" &&
                !value.includes(secretMark) &&
                value.length <= longestValue &&
                !value.includes("\n")),
    );
    if (!plain || closedTypes.test(type) || keys.some(isSensitiveName)) {
        return {};
    }
    return {
        ...(before === undefined ? {} : { before: JSON.stringify(before) }),
        ...(after === undefined ? {} : { after: JSON.stringify(after) }),
    };
}

/** The paths of a stack's outputs that change. */
export function changedOutputs(before: Json, after: Json): readonly PropertyDigest[] {
    return differences(before, after).map((each) => ({
        path: renderPath(each.path),
        kind: kindOf(each.before, each.after),
        replaces: false,
    }));
}
