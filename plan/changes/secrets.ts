import { type Path, renderPath } from "../../components/common/property-path";
import { type PlannedResource, secretMark } from "../graph";
import { partsOf } from "../values";

/** What can be told of the secret inputs that a resource has on both sides, where both are masked. */
export interface SecretComparison {
    /** Those with other contents. */
    readonly changed: readonly Path[];
    /** Whether the contents of some can be neither told to be equal nor to differ. */
    readonly isIncomplete: boolean;
}

/**
 * Compares secrets by their digests. Where these are missing or of different keys, other sources of a value still mean other contents.
 *
 * @param isSameKey whether the digests of both sides are of one key
 */
export function compareSecrets(before: PlannedResource, after: PlannedResource, isSameKey: boolean): SecretComparison {
    const old = new Set(secretPlaces(before.inputs).map(renderPath));
    const places = secretPlaces(after.inputs).filter((path) => old.has(renderPath(path)));
    const verdicts = places.map((path) => ({ path, differs: differs(before, after, path, isSameKey) }));
    return {
        changed: verdicts.filter(({ differs }) => differs === true).map(({ path }) => path),
        isIncomplete: verdicts.some(({ differs }) => differs === undefined),
    };
}

function differs(before: PlannedResource, after: PlannedResource, path: Path, isSameKey: boolean): boolean | undefined {
    const place = renderPath(path);
    const [old, fresh] = [before, after].map(({ secretDigests }) => secretDigests?.[place]);
    // A digest has the URN in it.
    if (isSameKey && before.urn === after.urn && old !== undefined && fresh !== undefined) {
        return old !== fresh;
    }
    const root = path[0]?.key ?? "";
    const [from, to] = [before, after].map(({ propertyDependencies }) => JSON.stringify(propertyDependencies[root]));
    return from === to ? undefined : true;
}

/** The places of masked secrets. */
function secretPlaces(inputs: unknown): readonly Path[] {
    return partsOf(inputs, (part) => part === secretMark).map(({ path }) => path);
}
