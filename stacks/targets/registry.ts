import { aks } from "./aks";
import { doks } from "./doks";
import { eks } from "./eks";
import { existing } from "./existing";
import { gke } from "./gke";
import type { Target } from "./target";

const records = new Map([eks, gke, aks, doks, existing].map((target) => [target.name, target]));

/** Every target, in the order of the documentation. */
export function targets(): readonly Target[] {
    return [...records.values()];
}

/** The target of a name; undefined for an unknown one. */
export function findTarget(name: unknown): Target | undefined {
    return typeof name === "string" ? records.get(name) : undefined;
}

/**
 * The target of a name that was checked before.
 *
 * @throws Error for an unknown name
 */
export function targetOf(name: string): Target {
    const target = findTarget(name);
    if (target === undefined) {
        throw new Error(`there is no target ${name}`);
    }
    return target;
}

/**
 * Adds a target from outside, for as long as it is required.
 *
 * @returns takes it out again
 * @throws Error where the name is taken
 */
export function register(target: Target): () => void {
    if (records.has(target.name)) {
        throw new Error(`there is a target ${target.name} already`);
    }
    records.set(target.name, target);
    return () => records.delete(target.name);
}
