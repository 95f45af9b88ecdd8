import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { renderPath } from "../../components/common/property-path";
import { differences } from "../../plan/diff";
import { isDefaultProvider, type PlannedResource, stackType } from "../../plan/graph";
import { loadUpdateRules } from "../../plan/changes/update-rules";
import type { StackConfig } from "../support";

/** Plans of stacks as they were: compressed, because they are a megabyte of JSON, and as text, so that a diff of commits stays one. */
export const fixture = join(__dirname, "fixtures", "kept-plans.txt");

/** What of a resource reaches the engine; of the stack's outputs, what the program gives. */
export type KeptResource = Pick<
    PlannedResource,
    "urn" | "type" | "parent" | "provider" | "dependencies" | "inputs" | "outputs" | "protect" | "options"
>;

export interface KeptPlan {
    readonly config: StackConfig;
    readonly resources: readonly KeptResource[];
}

/** A plan as it is kept. The name of a default provider has the version of its package in it, which is no matter of a stack. */
export function keptPart(resources: readonly PlannedResource[]): readonly KeptResource[] {
    const own = (urn: string | null) => (urn?.includes("::default_") === true ? null : urn);
    return resources
        .filter((resource) => !isDefaultProvider(resource))
        .map(({ urn, type, parent, provider, dependencies, inputs, outputs, protect, options }) => ({
            urn,
            type,
            parent,
            provider: own(provider),
            dependencies,
            inputs,
            outputs: type === stackType ? outputs : null,
            protect,
            options,
        }));
}

/** The plans that are kept, by variant. Equal resources of several plans are written once. */
export function readKept(): ReadonlyMap<string, KeptPlan> {
    const text = brotliDecompressSync(Buffer.from(readFileSync(fixture, "ascii"), "base64")).toString("utf8");
    const { plans, resources } = JSON.parse(text) as {
        readonly plans: Readonly<
            Record<string, { readonly config: StackConfig; readonly resources: readonly number[] }>
        >;
        readonly resources: readonly KeptResource[];
    };
    return new Map(
        Object.entries(plans).map(([name, plan]) => [
            name,
            {
                config: plan.config,
                resources: plan.resources.flatMap((index) => resources[index] ?? []),
            },
        ]),
    );
}

/** The text of the fixture. */
export function writeKept(plans: ReadonlyMap<string, KeptPlan>): string {
    const places = new Map<string, number>();
    const placeOf = (resource: KeptResource): number => {
        const text = JSON.stringify(resource);
        const place = places.get(text) ?? places.size;
        places.set(text, place);
        return place;
    };
    const written = Object.fromEntries(
        [...plans].map(([name, { config, resources }]) => [name, { config, resources: resources.map(placeOf) }]),
    );
    const text = `{"plans":${JSON.stringify(written)},"resources":[${[...places.keys()].join(",")}]}`;
    const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    const lines =
        brotliCompressSync(text, { params })
            .toString("base64")
            .match(/.{1,140}/g) ?? [];
    return `${lines.join("\n")}\n`;
}

/** What an update of a kept plan does to what users have. */
export interface Update {
    /** What it deletes or replaces. */
    readonly lost: readonly string[];
    /** What else it changes: `type path`, without the positions in lists. */
    readonly changed: ReadonlySet<string>;
}

export async function updateOf(before: readonly KeptResource[], planned: readonly PlannedResource[]): Promise<Update> {
    const after = keptPart(planned);
    const found = new Map(
        after.flatMap((each) => [each.urn, ...(each.options.aliases ?? [])].map((urn) => [urn, each])),
    );
    const rulesFor = await loadUpdateRules([...planned]);
    const lost: string[] = [];
    const changed = new Set<string>();
    for (const old of before) {
        const fresh = found.get(old.urn);
        const resource = planned.find(({ urn }) => urn === fresh?.urn);
        if (fresh === undefined || resource === undefined) {
            lost.push(`${old.urn} is deleted`);
            continue;
        }
        const { replaceOn } = rulesFor({ ...resource, inputs: old.inputs }, resource);
        const replacing = [...replaceOn, ...(fresh.options.replaceOnChanges ?? [])].filter(
            (pattern) => JSON.stringify(select(old.inputs, pattern)) !== JSON.stringify(select(fresh.inputs, pattern)),
        );
        if (replacing.length > 0 || old.provider !== fresh.provider) {
            lost.push(`${old.urn} is replaced because of ${[...replacing, "its provider"][0] ?? ""}`);
        }
        for (const { path } of differences({ ...old, urn: fresh.urn }, JSON.parse(JSON.stringify(fresh)))) {
            changed.add(`${old.type} ${renderPath(path).replaceAll(/\[\d+\]/g, "[]")}`);
        }
    }
    return { lost, changed };
}

/** What stands at a path; `*` stands for each item or key. */
function select(value: unknown, pattern: string | readonly string[]): unknown {
    const [name, ...rest] = typeof pattern === "string" ? (pattern.match(/[^.[\]]+/g) ?? []) : pattern;
    if (name === undefined || typeof value !== "object" || value === null) {
        return value;
    }
    return name === "*"
        ? Object.entries(value).map(([key, item]) => [key, select(item, rest)])
        : select((value as Record<string, unknown>)[name], rest);
}
