import type { Verdict } from "../../../simulation/replacements";
import { awsAlternatives, awsExtras, awsSettings, awsTypes } from "./aws";
import { emittedResources } from "./emitted";
import { changesOf, furtherChangesOf, type PropertyChange } from "./probes";
import { type Finding, writeTable } from "./table";
import { type Answer, type ResourceSchema, Terraform } from "./terraform";
import { stateOf, translate } from "./translate";

type Attributes = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, ResourceSchema>>;

/**
 * Asks Terraform's AWS provider, which Pulumi's bridges, to plan a change of each property, and writes what it would replace.
 *
 * @param mirror a folder with the provider, as `terraform providers mirror` makes it
 */
export async function askTerraform(mirror: string): Promise<void> {
    const emitted = [...(await emittedResources("aws")), ...awsExtras];
    const terraform = new Terraform(mirror, "hashicorp/aws", awsSettings);
    try {
        const { version, schemas } = terraform.schemas();
        const types = [...new Set(emitted.map(({ type }) => type))].sort();
        const changes = types.flatMap((type) => {
            const bases = emitted.filter((one) => one.type === type);
            const { block } = schemaOf(schemas, type);
            return [
                ...changesOf(type, bases, block, awsAlternatives),
                ...furtherChangesOf(type, bases, block, awsAlternatives),
            ];
        });
        const states = statesOf(terraform, schemas, changes);
        const probes = changes.map((change) => {
            const { block } = schemaOf(schemas, change.type);
            const base = states.get(keyOf(change)) ?? {};
            // What no stack has is there before as well.
            const extra = change.before === change.base ? {} : translate(block, change.before).config;
            return {
                type: awsTypes[change.type] ?? "",
                state: { ...base, ...extra },
                config: translate(block, change.after).config,
            };
        });
        const findings = findingsOf(changes, terraform.ask(probes, schemas), schemas);
        const obtained =
            "terraform plan -refresh=false of a change of each property of resources that stacks of the tests have, read from the " +
            "actions of resource_changes; no network, no credentials (npm run audit:replacements -- terraform MIRROR)";
        await writeTable("aws", { provider: "hashicorp/aws for Terraform", version, obtained }, findings);
    } finally {
        terraform.close();
    }
}

function schemaOf(schemas: Schemas, type: string): ResourceSchema {
    const schema = schemas[awsTypes[type] ?? ""];
    if (schema === undefined) {
        throw new Error(`test/simulation/replacements/aws.ts names no type of Terraform for ${type}`);
    }
    return schema;
}

function keyOf({ type, base }: PropertyChange): string {
    return JSON.stringify([type, base]);
}

/** The states that the stacks' resources would have, by type and inputs: what a plan of their creation says. */
function statesOf(
    terraform: Terraform,
    schemas: Schemas,
    changes: readonly PropertyChange[],
): ReadonlyMap<string, Attributes> {
    const shapes = [...new Map(changes.map((change) => [keyOf(change), change])).values()];
    const probes = shapes.map(({ type, base }) => ({
        type: awsTypes[type] ?? "",
        config: translate(schemaOf(schemas, type).block, base).config,
    }));
    const created = terraform.ask(probes, schemas);
    const states = shapes.map((shape, index) => {
        const answer = created[index];
        if (answer?.kind !== "planned") {
            throw new Error(`the provider refuses ${JSON.stringify(shape.base)}: ${answer?.message ?? ""}`);
        }
        return [keyOf(shape), stateOf(schemaOf(schemas, shape.type).block, answer.after)] as const;
    });
    const map = new Map(states);
    // What is there already and stays must not be replaced, or the states are not what the provider would have.
    const kept = terraform.ask(
        probes.map((probe, index) => ({ ...probe, state: states[index]?.[1] ?? {} })),
        schemas,
    );
    for (const [index, answer] of kept.entries()) {
        if (answer.kind === "refused" || answer.actions.includes("delete")) {
            throw new Error(`${JSON.stringify(shapes[index])} would not stay: ${JSON.stringify(answer)}`);
        }
    }
    return map;
}

function findingsOf(
    changes: readonly PropertyChange[],
    answers: readonly Answer[],
    schemas: Schemas,
): readonly Finding[] {
    const groups = new Map<string, { change: PropertyChange; answers: Answer[] }>();
    for (const [index, change] of changes.entries()) {
        const key = `${change.type} ${change.path}`;
        const group = groups.get(key) ?? { change, answers: [] };
        const answer = answers[index];
        const exists = translate(schemaOf(schemas, change.type).block, change.after).unknown.length === 0;
        if (answer !== undefined && (exists || !isUnknown(change, schemas))) {
            group.answers.push(answer);
        }
        groups.set(key, group);
    }
    return [...groups.values()].flatMap(({ change, answers: all }) => {
        const { type, path } = change;
        const verdict = verdictOf(all);
        const refusal = all.find((answer) => answer.kind === "refused")?.message;
        const isOfStacks = change.before === change.base;
        return verdict === undefined && !isOfStacks
            ? []
            : [
                  {
                      ...{ type, path },
                      ...(verdict === undefined ? {} : { verdict }),
                      ...(refusal === undefined || !isOfStacks ? {} : { refusal }),
                  },
              ];
    });
}

/** Whether this version of the provider does not know the property itself. */
function isUnknown({ type, path, after }: PropertyChange, schemas: Schemas): boolean {
    return translate(schemaOf(schemas, type).block, after).unknown.some((place) => place === path);
}

function verdictOf(answers: readonly Answer[]): Verdict | undefined {
    const planned = answers.flatMap((answer) => (answer.kind === "planned" ? [answer.actions] : []));
    const changing = planned.filter((actions) => !actions.includes("no-op"));
    const replaced = changing.filter((actions) => actions.includes("delete"));
    if (changing.length === 0) {
        return undefined;
    }
    return replaced.length === 0 ? "updates" : replaced.length === changing.length ? "replaces" : "depends";
}
