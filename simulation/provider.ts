import { valueOf } from "../components/common/property-path";

/** Property values as the resource protocol carries them, with secrets opened. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource as a simulated cloud sees it. */
export interface SimulatedResource {
    /** The type token, for example `aws:lb/listener:Listener`. */
    readonly type: string;
    /** The logical name. */
    readonly name: string;
    readonly inputs: Properties;
    /** The symbolic value of an output that only the cloud knows: `${mqtt-nlb.dnsName}`. */
    readonly symbol: (property: string) => string;
}

/** What else exists in the simulated cloud. */
export interface World {
    /** Every resource so far, in order of registration. */
    readonly resources: readonly SimulatedResource[];
    /** With the engine: what is being created just now. */
    readonly pending?: readonly SimulatedResource[];
    /** The resource that a symbolic value (`${name.property}`) belongs to; undefined for a plain value. */
    readonly resolve: (reference: unknown) => SimulatedResource | undefined;
}

/** A rule of a cloud's own: what its API would refuse, with the place where it says so. */
export interface Rule {
    /** The rule in a sentence. */
    readonly text: string;
    /** Where the cloud documents it. */
    readonly source: string;
    /** The path of the offending property, or undefined where the rule is kept. */
    readonly brokenBy: (resource: SimulatedResource, world: World) => string | undefined;
}

/** A rule about the change of a resource that is there and stays: what the cloud refuses, or leaves undone. */
export interface ChangeRule extends Pick<Rule, "text" | "source"> {
    /** The path of the property that cannot become what it would; undefined where the rule is kept. */
    readonly brokenBy: (before: Properties, after: Properties, world: World) => string | undefined;
    /** The provider refuses the change before it finds that the resource is to be replaced. */
    readonly alsoOfReplaced?: boolean;
}

/** How a simulated cloud treats one type of resource. */
export interface ResourceModel {
    readonly rules?: readonly Rule[];
    /** Properties that cannot be changed in place: a change of one replaces the resource. Nested ones are dotted, `*` is any part. */
    readonly replaceOn?: readonly string[];
    /** Further such properties, where they depend on what the resource is and was. */
    readonly replaceOnWhen?: (after: Properties, before: Properties) => readonly string[];
    /** What cannot change although nothing replaces the resource. */
    readonly changeRules?: readonly ChangeRule[];
    /**
     * Whether a replacement deletes the old one before it makes the new one. Default: where a physical name in input `name` stays the
     * same, because two of that name cannot be there at once.
     */
    readonly deletesFirst?: (before: Properties, after: Properties) => boolean;
    /** Outputs that the cloud adds to the inputs. */
    readonly outputs?: (resource: SimulatedResource, world: World) => Properties;
    /** Outputs that are the inputs of the same name, so that they outlive a replacement whose cause is another input. */
    readonly echoes?: readonly string[];
    /** Outputs that are secret although no input is. */
    readonly secretOutputs?: readonly string[];
    /** What one that is there without this program looks like when it is read by its id. Default: the type cannot be read. */
    readonly read?: (resource: SimulatedResource, id: string) => Properties;
    /**
     * With the engine, when the resource is created: why the cloud refuses it in a world of what has been created so far; undefined where
     * it does not.
     */
    readonly admission?: (resource: SimulatedResource, world: World) => string | undefined;
    /** With the engine, once it is created or changed: why it does not become ready; undefined where it does. */
    readonly notReady?: (resource: SimulatedResource, world: World) => string | undefined;
    /** The resource's id. Default: `${name.id}`. */
    readonly id?: (resource: SimulatedResource) => string;
}

/** A provider function (an invoke): its result for its arguments. */
export type SimulatedFunction = (args: Properties, world: World) => Properties;

/** A simulated cloud: the rules and outputs of the resources that this program uses of it. */
export interface SimulatedProvider {
    /** The package of its type tokens, for example `aws`. */
    readonly name: string;
    readonly models: Readonly<Record<string, ResourceModel>>;
    /** The model of a type that `models` does not list, where the provider has one for all (custom Kubernetes resources). */
    readonly fallback?: (type: string) => ResourceModel | undefined;
    readonly functions?: Readonly<Record<string, SimulatedFunction>>;
    /** Settings of the provider itself whose change replaces everything that it manages. */
    readonly configurationReplaceOn?: (inputs: Properties) => readonly string[];
}

/** What a simulated cloud knows of a type; undefined where it knows nothing. */
export function modelOf(provider: SimulatedProvider | undefined, type: string): ResourceModel | undefined {
    return provider?.models[type] ?? provider?.fallback?.(type);
}

/** The properties whose change replaces a resource. */
export function replaceOnOf(
    model: ResourceModel | undefined,
    after: Properties,
    before: Properties = after,
): readonly string[] {
    return [...(model?.replaceOn ?? []), ...(model?.replaceOnWhen?.(after, before) ?? [])];
}

/** Whether a replacement deletes the old one first; by default the rule of Pulumi's bridged providers, where the program chose and keeps a name. */
export function deletesFirstOf(model: ResourceModel | undefined): NonNullable<ResourceModel["deletesFirst"]> {
    return (
        model?.deletesFirst ??
        ((before, after) => typeof after["name"] === "string" && before["name"] === after["name"])
    );
}

/** A change that a cloud refuses or leaves undone, with the rule and its source. */
export interface RefusedChange {
    readonly property: string;
    readonly rule: string;
    readonly source: string;
}

/** What cannot change of a resource; one that is replaced has hardly any such limits. */
export function refusedChanges(
    model: ResourceModel | undefined,
    change: { readonly before: Properties; readonly after: Properties; readonly replaced: boolean },
    world: World,
): readonly RefusedChange[] {
    const rules = (model?.changeRules ?? []).filter(
        ({ alsoOfReplaced }) => !change.replaced || alsoOfReplaced === true,
    );
    return rules.flatMap(({ text, source, brokenBy }) => {
        const property = brokenBy(change.before, change.after, world);
        return property === undefined ? [] : [{ property, rule: text, source }];
    });
}

/** A value at a path (`spec.ports`), undefined where there is none. */
export const at = valueOf;

/** A list at a path, empty where there is none. */
export function listAt(value: unknown, path: string): readonly unknown[] {
    const found = at(value, path);
    return Array.isArray(found) ? found : [];
}
