import { differences } from "../diff";
import { isDefaultProvider, type PlannedResource, stackType } from "../graph";
import type { Plan } from "../plan";
import { consequences, edgeConsequences } from "./consequences";
import type { PlannedAction, PropertyChange, ResourceChange } from "./model";
import { isPair, propertyChange, Replacements, type RulesFor, stateOf } from "./replacements";
import { compareSecrets } from "./secrets";

/** What an update from an earlier plan to this one would do. */
export interface Comparison {
    readonly summary: Readonly<Record<PlannedAction | "notCompared" | "same", number>>;
    readonly changes: readonly ResourceChange[];
    /** URNs of resources that are equal but for secrets whose contents the earlier plan does not tell. */
    readonly notCompared: readonly string[];
    /** Outputs of the stack that change. */
    readonly outputs: readonly PropertyChange[];
    /** The earlier connection path where it differs. */
    readonly edgeBefore: string | null;
    /** What such an update does to devices, data and brokers. */
    readonly warnings: readonly string[];
}

/** An earlier plan, as far as a comparison needs it. */
export type Baseline = Pick<Plan, "stack" | "target" | "edge" | "resources" | "digestKey">;

/** Says what an update from one plan to another would do, as the engine and the clouds decide it. */
export function compare(before: Baseline, after: Plan, rulesFor: RulesFor): Comparison {
    const old = new Map(before.resources.map((resource) => [resource.urn, resource]));
    const pairs = after.resources.map((resource) => ({ after: resource, before: formerly(resource, old) }));
    const kept = new Set(pairs.map((pair) => pair.before?.urn));
    const fresh = new Map(after.resources.map((resource) => [resource.urn, resource]));
    const isSameKey = before.digestKey !== undefined && before.digestKey === after.digestKey;
    const replacements = new Replacements({ pairs: pairs.filter(isPair), old, fresh, rulesFor, isSameKey });
    const changes = [
        ...pairs.flatMap((pair) =>
            isPair(pair)
                ? replacements.changeOf(pair)
                : isDefaultProvider(pair.after)
                  ? []
                  : [wholeChange(pair.after, "create")],
        ),
        ...before.resources
            .filter((resource) => !kept.has(resource.urn) && !isDefaultProvider(resource))
            .map((resource) => wholeChange(resource, "delete")),
    ].sort((a, b) => (`${a.name} ${a.urn}` < `${b.name} ${b.urn}` ? -1 : 1));
    const unchanged = pairs
        .filter(isPair)
        .filter((pair) => pair.after.type !== stackType && !isDefaultProvider(pair.after))
        .filter((pair) => !changes.some(({ urn }) => urn === pair.after.urn));
    const notCompared = unchanged
        .filter((pair) => compareSecrets(pair.before, pair.after, isSameKey).isIncomplete)
        .map((pair) => pair.after.urn);
    const count = (action: PlannedAction) => changes.filter((change) => change.action === action).length;
    return {
        summary: {
            create: count("create"),
            update: count("update"),
            replace: count("replace"),
            delete: count("delete"),
            notCompared: notCompared.length,
            same: unchanged.length - notCompared.length,
        },
        changes,
        notCompared,
        outputs: outputChanges(before, after),
        edgeBefore: before.edge.summary === after.edge.summary ? null : before.edge.summary,
        warnings: [
            ...consequences(changes, before.resources, after.resources),
            ...edgeConsequences(before.edge, after.edge),
        ],
    };
}

/** What a resource was before, found by its URN or by a former one. */
function formerly(resource: PlannedResource, old: ReadonlyMap<string, PlannedResource>): PlannedResource | undefined {
    return [resource.urn, ...(resource.options.aliases ?? [])]
        .map((urn) => old.get(urn))
        .find((found) => found !== undefined);
}

/** What becomes of a resource that only one of the plans has. */
function wholeChange(resource: PlannedResource, action: "create" | "delete"): ResourceChange {
    const { urn, type, name, parent, protect, options } = resource;
    const isGone = action === "delete";
    return {
        urn,
        type,
        name,
        parent,
        properties: [],
        because: [],
        deletedFirst: false,
        protected: isGone && protect,
        retained: isGone && (options.retainOnDelete ?? false),
        action,
        [isGone ? "before" : "after"]: stateOf(resource),
    };
}

function outputChanges(before: Baseline, after: Plan): readonly PropertyChange[] {
    const outputs = ({ resources }: Baseline) => resources.find(({ type }) => type === stackType)?.outputs ?? {};
    return differences(outputs(before), outputs(after)).map((difference) => ({
        ...propertyChange(difference),
        replaces: false,
    }));
}
