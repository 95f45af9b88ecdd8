import { covers, type Path, remainder, renderPath, touches } from "../../components/common/property-path";
import { type Difference, differences, itemNames } from "../diff";
import { type PlannedResource, secretMark, stackType } from "../graph";
import { kindOf, type PropertyChange, type ResourceChange, type ResourceState } from "./model";
import { compareSecrets } from "./secrets";

/** What a simulated cloud knows about updates of a type. */
interface UpdateRules {
    /** Properties that cannot be changed in place. */
    readonly replaceOn: readonly string[];
    /** Whether a replacement deletes the old one first. */
    readonly deletesFirst: boolean;
    /** Outputs that are the inputs of the same name. */
    readonly echoes?: readonly string[];
}

/** The update rules of a resource, given what it was and what it would be. */
export type RulesFor = (before: PlannedResource, after: PlannedResource) => UpdateRules;

/** A resource that both plans have. */
export interface Pair {
    readonly before: PlannedResource;
    readonly after: PlannedResource;
}

export function isPair(pair: { before: PlannedResource | undefined; after: PlannedResource }): pair is Pair {
    return pair.before !== undefined;
}

/**
 * Finds out which resources are replaced. A replacement gives outputs that only the cloud knows, so it reaches on to the resources
 * that read them, and from there further, until nothing more is replaced.
 */
export class Replacements {
    readonly #changes = new Map<string, ResourceChange>();
    /** Replaced resources: whether the old one goes first, by URN. */
    readonly #replaced = new Map<string, boolean>();

    constructor(private readonly plans: ComparedPlans) {
        while (this.#pass()) {
            // Each pass finds at least one more replacement, so their number bounds the passes.
        }
    }

    /** The change of a resource, or none. */
    changeOf(pair: Pair): readonly ResourceChange[] {
        const change = this.#changes.get(pair.after.urn);
        return change === undefined || (change.action === "update" && change.properties.length === 0) ? [] : [change];
    }

    #pass(): boolean {
        const found = this.#replaced.size;
        for (const pair of this.plans.pairs.filter(({ after }) => after.type !== stackType)) {
            const change = this.#judge(pair);
            this.#changes.set(pair.after.urn, change);
            if (change.action === "replace") {
                this.#replaced.set(pair.after.urn, change.deletedFirst);
            }
        }
        return this.#replaced.size > found;
    }

    #judge(pair: Pair): ResourceChange {
        const { before, after } = pair;
        const rules = after.custom ? this.plans.rulesFor(before, after) : { replaceOn: [], deletesFirst: false };
        const replaceOn = [...rules.replaceOn, ...(after.options.replaceOnChanges ?? [])];
        const own = this.#ownChanges(pair, replaceOn);
        const following = this.#followingChanges(after, replaceOn).filter(
            ({ path }, index, all) =>
                !own.some((change) => change.path === path) &&
                all.findIndex((change) => change.path === path) === index,
        );
        const properties = [...own, ...following];
        const because = [
            ...properties.filter((change) => change.replaces).map((change) => change.path),
            ...(after.custom ? this.#otherReasons(pair) : []),
        ];
        const replaced = because.length > 0;
        return {
            action: replaced ? "replace" : "update",
            urn: after.urn,
            type: after.type,
            name: after.name,
            parent: after.parent,
            properties,
            because,
            deletedFirst: replaced && (after.options.deleteBeforeReplace ?? rules.deletesFirst),
            protected: replaced && before.protect && (after.protect || this.#goesFirst(after, following)),
            retained: replaced && (before.options.retainOnDelete ?? false),
            before: stateOf(before),
            after: stateOf(after),
        };
    }

    #ownChanges({ before, after }: Pair, replaceOn: readonly string[]): readonly PropertyChange[] {
        const ignored = after.options.ignoreChanges ?? [];
        const isIgnored = ({ path }: { readonly path: Path }) => ignored.some((pattern) => covers(pattern, path));
        const visible = differences(before.inputs, after.inputs)
            .filter((difference) => !isIgnored(difference))
            .map((difference) => ({
                ...propertyChange(difference),
                replaces: replaceOn.some((pattern) => touches(pattern, difference)),
            }));
        const secrets = compareSecrets(before, after, this.plans.isSameKey)
            .changed.filter((path) => !isIgnored({ path }))
            .map((path) => ({
                path: renderPath(path),
                kind: "update" as const,
                secret: true as const,
                // What differs inside cannot be seen, so a pattern below it counts.
                replaces: replaceOn.some((pattern) => covers(pattern, path) || remainder(pattern, path)),
            }));
        return [...visible, ...secrets];
    }

    /** Properties that read an output of a replaced resource: their text stays, their value does not. */
    #followingChanges(after: PlannedResource, replaceOn: readonly string[]): readonly PropertyChange[] {
        const ignored = after.options.ignoreChanges ?? [];
        return Object.entries(after.propertyDependencies).flatMap(([property, urns]) =>
            urns.flatMap((urn) => {
                const deletedFirst = this.#replaced.get(urn);
                if (deletedFirst === undefined || urn === after.urn) {
                    return [];
                }
                const follows = this.plans.fresh.get(urn)?.name ?? urn;
                const root: Path = [{ key: property, inList: false }];
                const read = symbolPaths(without(after.inputs[property], this.#kept(urn)), `\${${follows}.`, root)
                    .filter((path) => !ignored.some((pattern) => covers(pattern, path)))
                    .map((path) => ({
                        path: renderPath(path),
                        kind: "update" as const,
                        follows,
                        replaces: replaceOn.some((pattern) => covers(pattern, path)),
                    }));
                // While the old one is gone the engine takes every property that comes from it for unknown.
                const cannotWait =
                    deletedFirst && replaceOn.some((pattern) => covers(pattern, root) || remainder(pattern, root));
                return cannotWait && !read.some((change) => change.replaces)
                    ? [...read, { path: property, kind: "update" as const, follows, replaces: true }]
                    : read;
            }),
        );
    }

    /** Symbols of a replaced resource whose values stay: outputs that echo an input which does not change. */
    #kept(urn: string): readonly string[] {
        const pair = this.plans.pairs.find(({ after }) => after.urn === urn);
        const changed = this.#changes.get(urn)?.properties ?? [];
        return pair === undefined
            ? []
            : (this.plans.rulesFor(pair.before, pair.after).echoes ?? [])
                  .filter((echo) => !changed.some(({ path }) => path.split(/[.[]/)[0] === echo))
                  .map((echo) => `\${${pair.after.name}.${echo}}`);
    }

    /**
     * Whether a resource is deleted before what it reads is created anew. The engine then looks at its former protection alone, while a
     * replacement of itself lets it give protection up in the same update (pulumi 3.260, pkg/resource/deploy/step_generator.go: "we do
     * allow unprotecting and replacing to happen in a single update cycle", and the check of `dependentResource.Protect`).
     */
    #goesFirst({ propertyDependencies }: PlannedResource, following: readonly PropertyChange[]): boolean {
        const sources = Object.values(propertyDependencies).flat();
        return following.some(({ replaces }) => replaces) && sources.some((urn) => this.#replaced.get(urn) === true);
    }

    #otherReasons({ before, after }: Pair): readonly string[] {
        const { deletedWith } = after.options;
        return [
            ...(this.#providerReplaced(before, after) ? ["provider"] : []),
            ...(deletedWith !== undefined && this.#replaced.has(deletedWith) ? ["deletedWith"] : []),
        ];
    }

    /** As in the engine: a provider of another name counts only where its configuration asks for a replacement. */
    #providerReplaced(before: PlannedResource, after: PlannedResource): boolean {
        if (after.provider === null || before.provider === null) {
            return after.provider !== before.provider;
        }
        const [old, fresh] = [this.plans.old.get(before.provider), this.plans.fresh.get(after.provider)];
        if (old === undefined || fresh === undefined || after.provider === before.provider) {
            return this.#replaced.has(after.provider);
        }
        const { replaceOn } = this.plans.rulesFor(old, fresh);
        return differences(old.inputs, fresh.inputs).some((difference) =>
            replaceOn.some((pattern) => touches(pattern, difference)),
        );
    }
}

/** The earlier plan and this one, by URN, and what is in both. */
interface ComparedPlans {
    readonly pairs: readonly Pair[];
    readonly old: ReadonlyMap<string, PlannedResource>;
    readonly fresh: ReadonlyMap<string, PlannedResource>;
    readonly rulesFor: RulesFor;
    readonly isSameKey: boolean;
}

/** A difference as the change of a property. */
export function propertyChange({ path, before, after, reordered }: Difference): Omit<PropertyChange, "replaces"> {
    return {
        path: renderPath(path),
        kind: kindOf(before, after),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(reordered === undefined ? {} : { reordered }),
    };
}

/** A value without some symbols in its texts. */
function without(value: unknown, symbols: readonly string[]): unknown {
    return typeof value === "string" ? symbols.reduce((text, symbol) => text.replaceAll(symbol, ""), value) : value;
}

/** The places in a value whose text holds a symbol, or that are secret and so may hold it. */
function symbolPaths(value: unknown, symbol: string, path: Path): readonly Path[] {
    if (typeof value === "string") {
        return value === secretMark || value.includes(symbol) ? [path] : [];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const inList = Array.isArray(value);
    const nameOf = Array.isArray(value) ? itemNames(value, value) : undefined;
    return Object.entries(value).flatMap(([key, item]) =>
        symbolPaths(item, symbol, [...path, { key: nameOf?.(item) ?? key, inList }]),
    );
}

/** The part of a planned resource that decisions rest on. */
export function stateOf({ inputs, outputs, custom, protect, options, provider }: PlannedResource): ResourceState {
    return {
        ...{ inputs, custom, protect },
        outputs: outputs ?? {},
        retainOnDelete: options.retainOnDelete ?? false,
        provider: provider ?? "",
    };
}
