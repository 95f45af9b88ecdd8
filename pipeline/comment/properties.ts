import { differences } from "../../plan/diff";
import { kindOf, reportedChanges } from "../../plan/engine-diff";
import { secretMark } from "../../plan/graph";
import { parsePattern, renderPath } from "../../components/common/property-path";
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
    return reportedChanges({ ...steps, before: steps.before?.inputs, after: steps.after?.inputs }).map(
        ({ before, after, ...property }) =>
            withValues
                ? { ...property, ...showable(steps.type, parsePattern(property.path), before, after) }
                : property,
    );
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
        ...(each.reordered === true ? { reordered: true as const } : {}),
    }));
}
