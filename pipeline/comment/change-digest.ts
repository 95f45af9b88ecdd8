import { parsePattern } from "../../components/common/property-path";
import { type Change, changingActions, type PropertyChange } from "../../plan/changes/model";
import { nameOf, secretMark, stackType } from "../../plan/graph";
import { isSensitiveName } from "../../plan/values";
import { type ChangeDigest, compareTexts, type PropertyDigest, type StackDigest } from "./preview-digest";
import { type Clean, shortName } from "./text";

const longestValue = 80;

/**
 * What a reviewer needs of a change.
 *
 * @param within the names of the components around it
 * @param withValues show old and new values, but never those that are or hold a secret
 */
export function changeDigest(change: Change, within: string[], clean: Clean, withValues: boolean): ChangeDigest {
    const { action, operation, urn, type, name, because, deletedFirst, after } = change;
    if (action === "same" || action === "read") {
        throw new Error(`${urn} does not change`);
    }
    const isNew = action === "create" || action === "import";
    const properties = isNew
        ? Object.keys(after?.inputs ?? {})
              .sort()
              .map((path) => ({ path: shortName(clean, path), kind: "add" as const, replaces: false }))
        : change.properties.map((property) => propertyDigest(type, property, clean, withValues));
    return {
        action,
        operation: operation && shortName(clean, operation),
        urn: shortName(clean, urn),
        type: shortName(clean, type),
        name: shortName(clean, name),
        within,
        properties: properties.sort((a, b) => Number(b.replaces) - Number(a.replaces)),
        because: because.map((path) => shortName(clean, path)),
        deletedFirst,
        protected: change.protected,
        retained: change.retained,
    };
}

/** A resource of a plan, of a preview or of a change. */
interface Located {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent: string | null;
}

/** The names of the components around a resource, the stack left out. */
export function ancestry(resources: readonly Located[], clean: Clean): (resource: Pick<Located, "parent">) => string[] {
    const parents = new Map(resources.filter(({ type }) => type !== stackType).map(({ urn, parent }) => [urn, parent]));
    return ({ parent }) => {
        const names: string[] = [];
        const seen = new Set<string>();
        for (
            let urn = parent ?? "";
            parents.has(urn) && !seen.has(urn) && names.length < 40;
            urn = parents.get(urn) ?? ""
        ) {
            seen.add(urn);
            names.unshift(shortName(clean, nameOf(urn)));
        }
        return names;
    };
}

/** Resources that stay as they are, by name. */
export function unchangedDigest(
    resources: readonly Located[],
    within: ReturnType<typeof ancestry>,
    clean: Clean,
): StackDigest["unchanged"] {
    return resources
        .map((each) => ({ type: shortName(clean, each.type), name: shortName(clean, each.name), within: within(each) }))
        .sort((a, b) => compareTexts(`${a.name} ${a.type}`, `${b.name} ${b.type}`));
}

/** A property of a resource of this type, by its path. */
export function propertyDigest(
    type: string,
    { path, kind, replaces, reordered, secret, follows, before, after }: PropertyChange,
    clean: Clean,
    withValues: boolean,
): PropertyDigest {
    const shown = withValues ? showable(type, parsePattern(path), before, after) : {};
    return {
        path: shortName(clean, path),
        kind,
        replaces,
        reordered,
        secret,
        follows: follows && shortName(clean, follows),
        before: shown.before && shortName(clean, shown.before),
        after: shown.after && shortName(clean, shown.after),
    };
}

/** The gravest first, then by name. */
export function byWeight(a: ChangeDigest, b: ChangeDigest): number {
    return (
        changingActions.indexOf(a.action) - changingActions.indexOf(b.action) ||
        compareTexts(`${a.name} ${a.urn}`, `${b.name} ${b.urn}`)
    );
}

/** Types whose values are secret by nature, and the bodies in which charts carry passwords in the open (pulumi/pulumi-kubernetes, Helm). */
const closedTypes =
    /^kubernetes:core\/v1:(Secret|ConfigMap)(Patch)?$|^kubernetes:helm\.sh\/|:Secret(Version)?$|Password|^random:|^tls:/;

/** Both values where both may be shown: plain, short, and of a place and a resource that hold no secret. */
function showable(
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
    return !plain || closedTypes.test(type) || keys.some(isSensitiveName)
        ? {}
        : { before: JSON.stringify(before), after: JSON.stringify(after) };
}
