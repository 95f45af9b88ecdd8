import type { PendingOperation, PulumiState, StateResource, UnfinishedOperation } from "../run";

/** What a repair does to one resource of the state. */
export interface Taken {
    readonly resource: StateResource;
    readonly id: string;
}

/** The operations that the engine had begun and did not see end. It writes each to the state before it begins it. */
export function pendingIn(state: PulumiState): readonly PendingOperation[] {
    return state.deployment?.pending_operations ?? [];
}

/** The same, for the operator to read. */
export function unfinishedIn(state: PulumiState): readonly UnfinishedOperation[] {
    return pendingIn(state).map(({ resource: { urn }, type }) => ({ urn, operation: type }));
}

export function resourcesIn(state: PulumiState): readonly StateResource[] {
    return state.deployment?.resources ?? [];
}

/**
 * The state with resources that exist in the cloud, and without pending operations. Their outputs are empty, so that the provider reads
 * each by its id alone, as in an import, when the state is refreshed. One that was created to replace another leaves the other to be
 * deleted by the next `up`, and so does each of `going`.
 */
export function settle(state: PulumiState, taken: readonly Taken[], going: readonly Taken[] = []): PulumiState {
    const ids = new Map(taken.map(({ resource, id }) => [resource.urn, id]));
    const old = resourcesIn(state)
        // An earlier repair that was cut off may have taken it in already.
        .filter(({ urn, id }) => id === undefined || ids.get(urn) !== id)
        .map((resource) => (ids.has(resource.urn) ? { ...resource, delete: true } : resource));
    return {
        ...state,
        deployment: {
            ...state.deployment,
            resources: [
                ...old,
                // What was being created depends on what is there, so it comes last.
                ...taken.map(({ resource, id }) => ({ ...resource, id, outputs: {} })),
                ...going.map(({ resource, id }) => ({ ...resource, id, outputs: {}, delete: true })),
            ],
            pending_operations: [],
        },
    };
}

/** Whether a resource carries the marks (tags or labels) that its inputs give it; undefined where they give it none. */
export function bearsMarks(
    inputs: Readonly<Record<string, unknown>>,
    outputs: Readonly<Record<string, unknown>>,
): boolean | undefined {
    for (const key of ["tags", "labels"]) {
        const given = inputs[key];
        if (typeof given === "object" && given !== null && Object.keys(given).length > 0) {
            const carried = (outputs[key] ?? {}) as Readonly<Record<string, unknown>>;
            return Object.entries(given).every(([name, value]) => carried[name] === value);
        }
    }
    return undefined;
}

export function without(state: PulumiState, urns: ReadonlySet<string>): PulumiState {
    return {
        ...state,
        deployment: {
            ...state.deployment,
            resources: resourcesIn(state).filter(({ urn, delete: going }) => going === true || !urns.has(urn)),
        },
    };
}

/** The inputs of a resource's provider: its project, region, subscription and the like. */
export function providerInputs(state: PulumiState, { provider }: StateResource): Readonly<Record<string, unknown>> {
    const urn = provider?.split("::").slice(0, 4).join("::");
    return resourcesIn(state).find((resource) => resource.urn === urn)?.inputs ?? {};
}
