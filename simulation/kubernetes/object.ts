import { at, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { isSymbolic, matches, ofType, textOr } from "../rules";

const names = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
const labels = "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set";

/** The entries of an object, none where it is something else. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
    return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Names of Namespaces and Services are labels of DNS. */
export const nameIsLabel = matches(
    "metadata.name",
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "this name is a DNS label: at most 63 lower-case letters, digits and hyphens, starting with a letter",
    `${names}#rfc-1035-label-names`,
);

function isLabel(key: string, value: unknown): boolean {
    const word = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)$/;
    const [name, prefix, ...more] = key.split("/").reverse();
    const prefixIsValid = prefix === undefined || (/^[a-z0-9.-]{1,253}$/.test(prefix) && more.length === 0);
    const valueIsValid = typeof value === "string" && (value === "" || isSymbolic(value) || word.test(value));
    return name !== undefined && word.test(name) && prefixIsValid && valueIsValid;
}

/** A rule about each entry of maps. */
export function eachEntry(
    maps: readonly string[],
    text: string,
    source: string,
    holds: (key: string, value: unknown) => boolean,
): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }) =>
            maps
                .flatMap((map) => entriesOf(at(inputs, map)).map(([key, value]) => ({ map, key, value })))
                .filter(({ key, value }) => !holds(key, value))
                .map(({ map, key }) => `${map}["${key}"]`)[0],
    };
}

/** What every object has: a checked name, and a name and namespace that cannot be changed in place. */
export const object: ResourceModel = {
    rules: [
        matches(
            "metadata.name",
            /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
            "an object's name is at most 253 lower-case letters, digits, hyphens and dots",
            names,
        ),
        eachEntry(
            ["metadata.labels"],
            "a label is NAME or PREFIX/NAME with a value of at most 63 letters, digits, hyphens, underscores and dots",
            labels,
            isLabel,
        ),
    ],
    // metadataForceNewProperties in pulumi-kubernetes, provider/pkg/provider/diff.go; kinds of which no table says more have these alone.
    replaceOn: ["metadata.name", "metadata.namespace"],
    // Two objects of one name cannot be in one namespace; where one of the two changes, old and new can. An object that the program gives
    // no name has another one after each replacement (pulumi-kubernetes, provider/pkg/provider/provider.go, Diff).
    deletesFirst: (before, after) =>
        at(after, "metadata.name") !== undefined &&
        ["metadata.name", "metadata.namespace"].every((path) => at(before, path) === at(after, path)),
    outputs: ({ inputs, symbol }) => ({
        metadata: {
            name: symbol("metadata.name"),
            ...(at(inputs, "metadata") as object | undefined),
            uid: symbol("metadata.uid"),
        },
    }),
    id: ({ inputs, symbol }) => {
        const namespace = at(inputs, "metadata.namespace");
        const own = textOr(at(inputs, "metadata.name"), symbol("metadata.name"));
        return typeof namespace === "string" ? `${namespace}/${own}` : own;
    },
};

/** An object of a kind in the world. */
export function objectOf(world: World, type: string, namespace: unknown, name: unknown): SimulatedResource | undefined {
    return ofType(world, type).find(
        ({ inputs }) => at(inputs, "metadata.name") === name && at(inputs, "metadata.namespace") === namespace,
    );
}

/** The model of a kind: what every object has, and its own. */
export function extend(model: ResourceModel): ResourceModel {
    return {
        ...object,
        ...model,
        rules: [...(object.rules ?? []), ...(model.rules ?? [])],
        outputs: (resource, world) => ({ ...object.outputs?.(resource, world), ...model.outputs?.(resource, world) }),
    };
}
