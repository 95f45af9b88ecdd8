import { randomUUID } from "node:crypto";
import { valueOf } from "../../components/common/property-path";
import {
    deletesFirstOf,
    modelOf,
    type Properties,
    type RefusedChange,
    refusedChanges,
    replaceOnOf,
    type ResourceModel,
    type SimulatedProvider,
} from "../provider";
import { delayOf, sleep } from "./delays";
import { differences, type PropertyDifference } from "./diff";
import { attempts, type Fault, type Operation } from "./fault-schedule";
import type { FaultInjector } from "./faults";
import { localPackages } from "./packages";
import { uniqueName } from "./identity";
import { type CloudResource, type Inventory, protections } from "./inventory";
import { secretTexts, textsIn, unknownValue } from "../../components/common/protocol-values";
import { forRules, mapParts, openSecrets, outputsOf } from "./wire";
import { type SharedWorld, unmade } from "./world";

/** A resource that the engine asks about. */
export interface Subject {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** What its id and its name are unique in; see place.ts. */
    readonly place: string;
}

export interface State {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
}

/** How a cloud that the engine talks to behaves. */
export interface CloudOptions {
    readonly provider: SimulatedProvider;
    readonly inventory: Inventory;
    readonly world: SharedWorld;
    readonly faults: FaultInjector;
    /** Part of real time that the cloud takes; see delays.ts. */
    readonly delayFactor: number;
}

type Unplaced = Omit<Subject, "place">;

/** An error that goes away by itself: providers try again. */
class TransientError extends Error {}

/** What was created or changed and has not become ready. The engine keeps it, and asks for it again with the next update. */
export class NotReadyError extends Error {
    constructor(
        message: string,
        readonly state: State,
    ) {
        super(message);
    }
}

/** First pause between attempts, in milliseconds; each further one is half as long again. */
const firstPause = 2;

/**
 * A simulated cloud with its provider: it checks, makes, reads, changes and deletes resources in the inventory, and tries again what
 * real providers try again.
 */
export class Cloud {
    /** Calls that do not see what is there already, by place and id. */
    readonly #hidden = new Map<string, number>();

    constructor(private readonly options: CloudOptions) {}

    /** The rules that inputs break. */
    check(subject: Unplaced, inputs: Properties): readonly RefusedChange[] {
        const { world } = this.options;
        const simulated = world.check(subject, inputs);
        const around = world.of(subject.urn);
        const rules = this.#model(subject.type).rules ?? [];
        const broken = rules.flatMap(({ text, source, brokenBy }) => {
            const property = brokenBy(simulated, around);
            return property === undefined ? [] : [{ property, rule: text, source }];
        });
        return broken.filter((refusal) => isDecided(refusal, inputs));
    }

    /** The rules that a change of what is there breaks. */
    checkChange(subject: Unplaced, before: Properties, after: Properties): readonly RefusedChange[] {
        const replaced = this.diff(subject, before, after).properties.some(({ replaces }) => replaces);
        const change = { before: opened(before), after: opened(after), replaced };
        const refused = refusedChanges(this.#model(subject.type), change, this.options.world.of(subject.urn));
        return refused.filter((refusal) => isDecided(refusal, after));
    }

    /** What a change of inputs means. */
    diff(
        { type }: Pick<Subject, "type">,
        before: Properties,
        after: Properties,
    ): { readonly properties: readonly PropertyDifference[]; readonly deletesFirst: boolean } {
        const model = this.#model(type);
        const replaceOn = replaceOnOf(model, forRules(after) as Properties, opened(before));
        const properties = differences(before, after, replaceOn);
        const deletesFirst = deletesFirstOf(model);
        const replaces = properties.some((property) => property.replaces);
        return { properties, deletesFirst: replaces && deletesFirst(opened(before), opened(after)) };
    }

    /** What a preview can tell of a resource: what only the cloud knows is unknown. */
    preview({ urn, type, name, place }: Subject, inputs: Properties, current?: State): Properties {
        const made = current === undefined ? undefined : this.options.inventory.find(place, type, current.id);
        const seed = made?.seed ?? unmade;
        const symbolic = this.#symbolicOutputs({ urn, type, name }, seed, inputs);
        const before = made === undefined ? {} : this.#symbolicOutputs({ urn, type, name }, seed, made.inputs);
        const computed = this.#previewOf(symbolic, before) as Properties;
        return outputsOf(inputs, computed, this.#model(type).secretOutputs ?? []);
    }

    async create(subject: Subject, inputs: Properties, signal?: AbortSignal): Promise<State> {
        if (this.#isLocal) {
            return this.#describeLocal(subject, inputs);
        }
        const token = randomUUID();
        const created = await this.#withRetries(
            "create",
            { ...subject, inputs },
            async (fault) => {
                const { inventory, delayFactor } = this.options;
                const earlier = inventory.all().find((resource) => resource.token === token);
                if (earlier !== undefined) {
                    loseAnswer(fault);
                    return earlier;
                }
                // A resource that is created after another one finds it only when it is visible.
                this.#assertSeen(subject.place, textsIn(openSecrets(inputs)));
                this.#assertAdmitted(subject, inputs);
                const resource = this.#make(subject, inputs, token);
                const end = this.options.world.begin(subject.urn);
                try {
                    inventory.add(resource);
                    this.options.world.forget(subject.urn);
                    if (fault?.kind === "eventual") {
                        this.#hidden.set(`${subject.place} ${resource.id}`, fault.calls ?? 2);
                    }
                    await sleep(delayOf(subject.type, delayFactor));
                } finally {
                    end();
                }
                loseAnswer(fault);
                return { ...resource, fault };
            },
            signal,
        );
        return this.#awaited(subject, created);
    }

    /** What is there, or undefined where nothing is. @param state What the engine knows of it. */
    async read(subject: Subject, state: State, signal?: AbortSignal): Promise<State | undefined> {
        if (this.#isLocal) {
            return state;
        }
        const { id } = state;
        return this.#withRetries(
            "read",
            { ...subject, inputs: state.inputs },
            async () => {
                await sleep(delayOf(subject.type, this.options.delayFactor, true));
                const resource = this.options.inventory.find(subject.place, subject.type, id);
                if (resource !== undefined) {
                    this.#assertSeen(subject.place, [resource.id]);
                }
                return resource ?? this.#foreign(subject, id);
            },
            signal,
        );
    }

    async update(subject: Subject, id: string, inputs: Properties, signal?: AbortSignal): Promise<State> {
        if (this.#isLocal) {
            return this.#describeLocal(subject, inputs);
        }
        const updated = await this.#withRetries(
            "update",
            { ...subject, inputs },
            async (fault) => {
                const { inventory, delayFactor } = this.options;
                const before = inventory.find(subject.place, subject.type, id);
                if (before === undefined) {
                    throw new Error(`NotFound: ${subject.type} ${id} does not exist`);
                }
                const after = this.#describe({
                    ...before,
                    inputs,
                    outputs: this.#outputs(subject, before.seed, inputs),
                });
                inventory.change(before, after);
                await sleep(delayOf(subject.type, delayFactor));
                loseAnswer(fault);
                return { ...after, fault };
            },
            signal,
        );
        return this.#awaited(subject, updated);
    }

    /** A resource that is ready. @throws NotReadyError where it does not become so. */
    #awaited(subject: Subject, made: State & { readonly fault?: Fault }): State {
        const { world } = this.options;
        const simulated = world.simulate({ ...subject, seed: unmade }, made.inputs);
        const reason =
            faultReasons[made.fault?.kind ?? ""] ??
            this.#model(subject.type).notReady?.(simulated, world.made(subject.urn));
        const state = { id: made.id, inputs: made.inputs, outputs: made.outputs };
        if (reason !== undefined) {
            throw new NotReadyError(reason, state);
        }
        return state;
    }

    #assertAdmitted(subject: Subject, inputs: Properties): void {
        const { world } = this.options;
        const simulated = world.simulate({ ...subject, seed: unmade }, inputs);
        const reason = this.#model(subject.type).admission?.(simulated, world.made(subject.urn));
        if (reason !== undefined) {
            throw new Error(reason);
        }
    }

    async delete(subject: Subject, id: string, signal?: AbortSignal): Promise<void> {
        await this.#withRetries(
            "delete",
            { ...subject, inputs: this.options.inventory.find(subject.place, subject.type, id)?.inputs ?? {} },
            async (fault) => {
                const { inventory, delayFactor, world } = this.options;
                const resource = inventory.find(subject.place, subject.type, id);
                if (resource !== undefined) {
                    const guard = protections.find((property) => resource.inputs[property] === true);
                    if (guard !== undefined) {
                        throw new Error(`OperationNotPermitted: ${id} is protected from deletion (${guard})`);
                    }
                    inventory.remove(resource);
                    world.forget(subject.urn);
                }
                await sleep(delayOf(subject.type, delayFactor));
                loseAnswer(fault);
            },
            signal,
        );
    }

    /** The answer of a provider function. `urn` is of the stack that asks, where there is one. */
    invoke(token: string, args: Properties, urn: string): Properties {
        const { provider, world } = this.options;
        const run = provider.functions?.[token];
        if (run === undefined) {
            throw new Error(`no simulated cloud answers ${token}`);
        }
        return world.concrete(run(forRules(args) as Properties, world.of(urn))) as Properties;
    }

    get #isLocal(): boolean {
        return localPackages.has(this.options.provider.name);
    }

    /** What a provider without a cloud creates follows from its inputs, as nothing of it is kept elsewhere. */
    #describeLocal(subject: Subject, inputs: Properties): State {
        const seed = symbolSafe(`${subject.urn}/${JSON.stringify(opened(inputs))}`);
        return this.#state(subject, seed, inputs);
    }

    #make(subject: Subject, inputs: Properties, token: string): CloudResource {
        const seed = symbolSafe(`${subject.urn}/${this.options.inventory.nextSerial(subject.urn)}`);
        return this.#describe({ ...subject, seed, token, ...this.#state(subject, seed, inputs) });
    }

    #state(subject: Unplaced, seed: string, inputs: Properties): State {
        const { type, name } = subject;
        const { world } = this.options;
        const simulated = world.simulate({ type, name, seed }, inputs);
        const id = this.#model(type).id?.(simulated) ?? simulated.symbol("id");
        return { id: String(world.concrete(id)), inputs, outputs: this.#outputs(subject, seed, inputs) };
    }

    /** A resource with the name that its inputs give it. */
    #describe(resource: Omit<CloudResource, "uniqueName">): CloudResource {
        const { id, type, place, inputs } = resource;
        return { ...resource, uniqueName: uniqueName(type, opened(inputs), id, place) };
    }

    #outputs(subject: Unplaced, seed: string, inputs: Properties): Properties {
        const computed = this.options.world.concrete(this.#symbolicOutputs(subject, seed, inputs)) as Properties;
        return outputsOf(inputs, computed, this.#model(subject.type).secretOutputs ?? []);
    }

    #symbolicOutputs({ urn, type, name }: Unplaced, seed: string, inputs: Properties): Properties {
        const { world } = this.options;
        return this.#model(type).outputs?.(world.simulate({ type, name, seed }, inputs), world.of(urn)) ?? {};
    }

    /** What the simulated cloud knows of a type. */
    #model(type: string): ResourceModel {
        const model = modelOf(this.options.provider, type);
        if (model === undefined) {
            throw new Error(`no simulated cloud knows ${type}`);
        }
        return model;
    }

    /** What a preview knows of outputs: a symbol that was there before is known, any other one is not. */
    #previewOf(value: unknown, before: unknown): unknown {
        if (typeof value === "string" && value.includes("${")) {
            return value === before ? this.options.world.concrete(value) : unknownValue;
        }
        return mapParts(value, (part, beside) => this.#previewOf(part, beside), before);
    }

    /** What is there although no program here made it, for example the namespace kube-system. */
    #foreign(subject: Subject, id: string): State | undefined {
        const { inventory, world } = this.options;
        const read = this.#model(subject.type).read;
        if (read === undefined || inventory.hasMade(subject.urn)) {
            return undefined;
        }
        const simulated = world.simulate({ type: subject.type, name: subject.name, seed: `foreign/${id}` }, {});
        return { id, inputs: {}, outputs: world.concrete(read(simulated, id)) as Properties };
    }

    /** Whatever a call looks for comes one call nearer at once: many that it depends on do not use up its attempts. */
    #assertSeen(place: string, ids: readonly string[]): void {
        const missing = [...new Set(ids)].filter((id) => this.#hidden.has(`${place} ${id}`));
        for (const id of missing) {
            const key = `${place} ${id}`;
            const calls = this.#hidden.get(key) ?? 0;
            if (calls <= 1) {
                this.#hidden.delete(key);
            } else {
                this.#hidden.set(key, calls - 1);
            }
        }
        if (missing[0] !== undefined) {
            throw new TransientError(`NotFound: ${missing[0]} is not to be seen yet`);
        }
    }

    async #withRetries<T>(
        operation: Operation,
        { urn, type, inputs }: Subject & { readonly inputs: Properties },
        run: (fault: Fault | undefined) => Promise<T>,
        signal?: AbortSignal,
    ): Promise<T> {
        for (let attempt = 1; ; attempt++) {
            try {
                const fault = this.options.faults.strike(operation, { urn, type });
                refuse(fault, inputs);
                return await run(fault);
            } catch (error) {
                if (!(error instanceof TransientError) || attempt === attempts) {
                    throw error;
                }
                await sleep(firstPause * 1.5 ** attempt, signal);
            }
        }
    }
}

/** What the conditions of an object say that these faults keep from becoming ready. */
const faultReasons: Readonly<Record<string, string | undefined>> = {
    // https://letsencrypt.org/docs/rate-limits/; the words are those of its server (letsencrypt/boulder, ratelimits).
    "acme-rate-limit":
        "429 urn:ietf:params:acme:error:rateLimited: too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s",
    "wrong-zone":
        "Waiting for DNS-01 challenge propagation: DNS record for the name not yet propagated: the zone is not the one that the name is looked up in",
};

/** A preview does not know every value: a rule is kept or broken when the value is there. */
function isDecided({ property }: RefusedChange, inputs: Properties): boolean {
    return !textsIn(openSecrets(valueOf(inputs, property))).includes(unknownValue);
}

function loseAnswer(fault: Fault | undefined): void {
    if (fault?.kind === "timeout") {
        throw new TransientError("RequestTimeout: the answer was lost");
    }
}

function refuse(fault: Fault | undefined, inputs: Properties): void {
    switch (fault?.kind) {
        case "throttle":
            throw new TransientError("ThrottlingException: rate exceeded");
        case "server-error":
            throw new TransientError("InternalError: the service is not available (500)");
        case "quota":
            throw new Error("LimitExceeded: the account's quota is used up");
        case "permanent":
            throw new Error("ValidationError: the cloud refuses this request");
        case "quote-secret":
            throw new Error(`ValidationError: the cloud refuses the values ${JSON.stringify(secretTexts(inputs))}`);
        case "timeout":
        case "eventual":
        case "acme-rate-limit":
        case "wrong-zone":
        case undefined:
    }
}

/** A text that can stand in a symbol. */
function symbolSafe(text: string): string {
    return text.replaceAll(/[${}#|]/g, "-");
}

function opened(inputs: Properties): Properties {
    return openSecrets(inputs) as Properties;
}
