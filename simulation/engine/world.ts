import { loadSimulatedProvider } from "..";
import type { Properties, SimulatedProvider, SimulatedResource, World } from "../provider";
import { type Owner, concrete } from "./concrete";
import type { CloudResource, Inventory } from "./inventory";
import { forRules, openSecrets } from "./wire";

/** The stack that a URN belongs to: `urn:pulumi:STACK::PROJECT`. */
export function stackOf(urn: string): string {
    return urn.split("::").slice(0, 2).join("::");
}

/** A resource that is not there yet. */
export const unmade = "unmade";

/**
 * What the rules of the simulated clouds look at: what exists, and what a running update has asked to check but not made yet. The clouds
 * share one, because load balancers of Kubernetes' Services appear in the clouds.
 */
export class SharedWorld {
    /** By URN: the inputs that were checked last. */
    readonly #checked = new Map<string, SimulatedResource>();
    readonly #owners = new Map<string, Owner>();
    /** URNs of what is being created just now. */
    readonly #pending = new Set<string>();
    /** What exists, as the models see it. */
    readonly #models = new WeakMap<CloudResource, SimulatedResource>();

    constructor(private readonly inventory: Inventory) {}

    /** Forgets what an earlier run had checked: the engine checks a provider's configuration before any resource of it. */
    startRun(providerUrn: string, packageName: string): void {
        const stack = stackOf(providerUrn);
        for (const [urn, { type }] of this.#checked) {
            if (stackOf(urn) === stack && type.startsWith(`${packageName}:`)) {
                this.#checked.delete(urn);
            }
        }
    }

    /** Remembers inputs that the engine wants checked. What is there keeps its symbols. */
    check({ urn, type, name }: Pick<CloudResource, "urn" | "type" | "name">, inputs: Properties): SimulatedResource {
        const made = this.inventory.all().find((resource) => resource.urn === urn);
        const simulated = this.simulate({ type, name, seed: made?.seed ?? unmade }, inputs);
        this.#checked.set(urn, simulated);
        return simulated;
    }

    /** From now on a resource is being created, until the function that is returned is called. */
    begin(urn: string): () => void {
        this.#pending.add(urn);
        return () => {
            this.#pending.delete(urn);
        };
    }

    forget(urn: string): void {
        this.#checked.delete(urn);
    }

    /** A resource as the models see it. Its symbols can become concrete later. */
    simulate(owner: Owner, inputs: Properties): SimulatedResource {
        this.#owners.set(`${owner.seed}#${owner.name}`, owner);
        return {
            type: owner.type,
            name: owner.name,
            inputs: forRules(inputs) as Properties,
            symbol: (property) => `\${${owner.seed}#${owner.name}|${property}}`,
        };
    }

    /** Values with every symbol replaced by what the cloud would give. */
    concrete(value: unknown): unknown {
        return concrete(value, (text) => {
            const [key = "", property = ""] = text.slice(2, -1).split("|");
            const owner = this.#owners.get(key);
            return owner === undefined ? undefined : { owner, property };
        });
    }

    #ofStack(stack: string, modelOf: (resource: CloudResource) => SimulatedResource) {
        const own = this.inventory.all().filter(({ urn }) => urn.startsWith(`${stack}::`));
        return own.map((resource) => ({ resource, model: modelOf(resource) }));
    }

    #modelOf(resource: CloudResource): SimulatedResource {
        const model = this.#models.get(resource) ?? this.simulate(resource, resource.inputs);
        this.#models.set(resource, model);
        return model;
    }

    /** What has been created for a stack so far, and what is being created. */
    made(urn: string): World {
        const stack = stackOf(urn);
        const all = this.#ofStack(stack, (resource) => this.#modelOf(resource));
        const isPending = ({ resource }: (typeof all)[number]) => this.#pending.has(resource.urn);
        return {
            resources: all.filter((made) => !isPending(made)).map(({ model }) => model),
            pending: all.filter(isPending).map(({ model }) => model),
            resolve: this.of(urn).resolve,
        };
    }

    /** The world of a stack: stacks have separate accounts, or at least separate names. */
    of(urn: string): World {
        const stack = stackOf(urn);
        // What is there and will be changed counts with its new inputs. Rules tell a resource from others by identity.
        const made = this.#ofStack(stack, (resource) => this.#checked.get(resource.urn) ?? this.#modelOf(resource));
        const known = new Set(made.map(({ resource }) => resource.urn));
        const fresh = [...this.#checked].filter(
            ([checkedUrn]) => checkedUrn.startsWith(`${stack}::`) && !known.has(checkedUrn),
        );
        return {
            resources: [...made.map(({ model }) => model), ...fresh.map(([, model]) => model)],
            resolve: (reference) =>
                typeof reference === "string"
                    ? made.find(({ resource }) => belongsTo(reference, resource))?.model
                    : undefined,
        };
    }
}

/** Whether a text is the id or an output of a resource that only the cloud could know. */
function belongsTo(text: string, { id, inputs, outputs }: CloudResource): boolean {
    return text === id || computedTexts(openSecrets(outputs), openSecrets(inputs)).includes(text);
}

function computedTexts(outputs: unknown, inputs: unknown): string[] {
    if (typeof outputs === "string") {
        return outputs === inputs ? [] : [outputs];
    }
    if (typeof outputs !== "object" || outputs === null) {
        return [];
    }
    const former = typeof inputs === "object" && inputs !== null ? Object.entries(inputs) : [];
    const known = new Map<string, unknown>(former);
    return Object.entries(outputs).flatMap(([key, value]) => computedTexts(value, known.get(key)));
}

export async function loadCloud(packageName: string): Promise<SimulatedProvider> {
    const provider = await loadSimulatedProvider(packageName);
    if (provider === undefined) {
        throw new Error(`there is no simulated ${packageName}`);
    }
    return provider;
}
