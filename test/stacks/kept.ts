import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDefaultProvider, type PlannedResource } from "../../plan/graph";
import { loadUpdateRules } from "../../plan/changes/update-rules";
import { planOf, type StackConfig } from "../support";

/** Resources that stacks have had since the fixture was written: a line `URN digest` each, then the variants that have it. */
export const fixture = join(__dirname, "fixtures", "kept-resources.txt");

/** What a resource is to an update: its URN, its former ones, and a digest of everything whose change replaces it. */
export interface Identity {
    readonly urns: readonly string[];
    readonly digest: string;
}

/** The identities of a stack's resources. */
export async function identitiesOf(config: StackConfig): Promise<readonly Identity[]> {
    const { resources } = await planOf(config);
    const rulesFor = await loadUpdateRules(resources);
    // The name of a default provider has the version of its package in it, which is no matter of a stack.
    const own = resources.filter((resource) => !isDefaultProvider(resource));
    return own.map((resource) => {
        // Places in a list follow from a comparison of two plans and say nothing of one.
        const replaceOn = rulesFor(resource, resource).replaceOn.filter((pattern) => !/\[\d+\]$/.test(pattern));
        return {
            urns: [resource.urn, ...(resource.options.aliases ?? [])].map(shortened),
            digest: digestOf(resource, [...replaceOn, ...(resource.options.replaceOnChanges ?? [])]),
        };
    });
}

/** Without what each URN of these stacks begins with. */
function shortened(urn: string): string {
    return urn.replace(/^urn:pulumi:test::vernemq::/, "");
}

function digestOf({ inputs, provider }: PlannedResource, replaceOn: readonly string[]): string {
    const values = [...new Set(replaceOn)]
        .sort()
        .map((pattern) => [pattern, select(inputs, pattern.match(/[^.[\]]+/g) ?? [])]);
    return createHash("sha256")
        .update(JSON.stringify([provider?.includes("::default_") === true ? null : provider, values]))
        .digest("hex")
        .slice(0, 8);
}

/** What stands at a path; `*` stands for each item or key. */
function select(value: unknown, [name, ...rest]: readonly string[]): unknown {
    if (name === undefined || typeof value !== "object" || value === null) {
        return value;
    }
    return name === "*"
        ? Object.entries(value).map(([key, item]) => [key, select(item, rest)])
        : select((value as Record<string, unknown>)[name], rest);
}

/** The fixture by variant: the digest of each URN. */
export function readKept(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    const kept = new Map<string, Map<string, string>>();
    for (const line of readFileSync(fixture, "utf8").trimEnd().split("\n")) {
        const [urn = "", digest = "", ...names] = line.split(" ");
        for (const name of names) {
            kept.set(name, (kept.get(name) ?? new Map<string, string>()).set(urn, digest));
        }
    }
    return kept;
}
