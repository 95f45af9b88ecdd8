import { join } from "node:path";
import {
    type Fault,
    type FaultKind,
    type FaultPlan,
    FaultSchedule,
    type Operation,
    planProblem,
} from "./fault-schedule";
import { readText, writeAtomically } from "./inventory";

/** How many faults of each kind were injected. */
export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>;

const planFile = "faults.plan";
const countsFile = "faults.counts";

/**
 * Says from now on what goes wrong; a running service reads it at its next call.
 *
 * @throws Error where a provider's retries may not be enough for it.
 */
export function setFaults(folder: string, plan: FaultPlan): void {
    const problem = planProblem(plan);
    if (problem !== undefined) {
        throw new Error(problem);
    }
    writeAtomically(join(folder, planFile), JSON.stringify(plan));
}

export function injectedFaults(folder: string): FaultCounts {
    return JSON.parse(readText(join(folder, countsFile)) ?? "{}") as FaultCounts;
}

/** Injects the faults that were set for a folder. A new plan begins a new schedule. */
export class FaultInjector {
    #text = "";
    #schedule = new FaultSchedule({ faults: [] });

    constructor(private readonly folder: string) {}

    /** The fault that strikes this call, if any. */
    strike(operation: Operation, resource: { readonly urn: string; readonly type: string }): Fault | undefined {
        const text = readText(join(this.folder, planFile)) ?? '{"faults":[]}';
        if (text !== this.#text) {
            this.#text = text;
            this.#schedule = new FaultSchedule(JSON.parse(text) as FaultPlan);
        }
        const fault = this.#schedule.strike(operation, resource);
        if (fault !== undefined) {
            const counts = injectedFaults(this.folder);
            const next = { ...counts, [fault.kind]: (counts[fault.kind] ?? 0) + 1 };
            writeAtomically(join(this.folder, countsFile), JSON.stringify(next));
        }
        return fault;
    }
}
