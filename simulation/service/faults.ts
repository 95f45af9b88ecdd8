import { join } from "node:path";
import { readText, writeAtomically } from "./inventory";

export type Operation = "create" | "read" | "update" | "delete";

/**
 * - `throttle` and `server-error`: the call is refused and nothing happens; the provider tries again.
 * - `timeout`: the resource is made, but the answer is lost; the provider tries again.
 * - `quota` and `permanent`: the call is refused, and trying again does not help.
 * - `eventual`: what was made is not to be seen for `calls` calls, neither by reads nor by those who depend on it.
 */
export type FaultKind = "throttle" | "server-error" | "timeout" | "quota" | "permanent" | "eventual";

/** What goes wrong, and when. */
export interface Fault {
    readonly kind: FaultKind;
    /** Default: create, update and delete. */
    readonly operations?: readonly Operation[];
    /** What the type starts with, for example `aws:eks/`. Default: all. */
    readonly type?: string;
    /** Calls that go well first. Default: 0. */
    readonly after?: number;
    /** Then each nth call is hit. Default: 1, each. */
    readonly every?: number;
    /** At most this many are hit. Default: no limit. */
    readonly times?: number;
    /** With `eventual`: calls that do not see it. Default: 2. */
    readonly calls?: number;
}

/** What goes wrong in the simulated clouds. */
export interface FaultPlan {
    readonly faults: readonly Fault[];
}

/** How many faults of each kind were injected. */
export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>;

const planFile = "faults.plan";
const countsFile = "faults.counts";

/** Says from now on what goes wrong; a running service reads it at its next call. */
export function setFaults(folder: string, plan: FaultPlan): void {
    writeAtomically(join(folder, planFile), JSON.stringify(plan));
}

export function injectedFaults(folder: string): FaultCounts {
    return JSON.parse(readText(join(folder, countsFile)) ?? "{}") as FaultCounts;
}

/** Decides at each call whether a fault strikes. Faults count their calls from when the plan was set. */
export class FaultInjector {
    readonly #folder: string;
    #text = "";
    #plan: FaultPlan = { faults: [] };
    #seen: number[] = [];
    #hit: number[] = [];

    constructor(folder: string) {
        this.#folder = folder;
    }

    /** The fault that strikes this call, if any. */
    strike(operation: Operation, type: string): Fault | undefined {
        this.#reload();
        for (const [index, fault] of this.#plan.faults.entries()) {
            const operations = fault.operations ?? ["create", "update", "delete"];
            if (!operations.includes(operation) || !type.startsWith(fault.type ?? "")) {
                continue;
            }
            const seen = (this.#seen[index] = (this.#seen[index] ?? 0) + 1);
            const hit = this.#hit[index] ?? 0;
            const turn = seen - (fault.after ?? 0);
            if (turn > 0 && (turn - 1) % (fault.every ?? 1) === 0 && hit < (fault.times ?? Infinity)) {
                this.#hit[index] = hit + 1;
                this.#count(fault.kind);
                return fault;
            }
        }
        return undefined;
    }

    #reload(): void {
        const text = readText(join(this.#folder, planFile)) ?? '{"faults":[]}';
        if (text !== this.#text) {
            this.#text = text;
            this.#plan = JSON.parse(text) as FaultPlan;
            this.#seen = [];
            this.#hit = [];
        }
    }

    #count(kind: FaultKind): void {
        const counts = injectedFaults(this.#folder);
        writeAtomically(join(this.#folder, countsFile), JSON.stringify({ ...counts, [kind]: (counts[kind] ?? 0) + 1 }));
    }
}
