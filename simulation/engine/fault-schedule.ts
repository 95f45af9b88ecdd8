import { createHash } from "node:crypto";

export type Operation = "create" | "read" | "update" | "delete";

const changing: readonly Operation[] = ["create", "update", "delete"];

/** What can go wrong. */
export const faultKinds = [
    "throttle",
    "server-error",
    "timeout",
    "eventual",
    "quota",
    "permanent",
    "quote-secret",
    "acme-rate-limit",
    "wrong-zone",
] as const;

/**
 * - `throttle` and `server-error`: the call is refused and nothing happens; the provider retries.
 * - `timeout`: the resource is created, but the answer is lost; the provider retries.
 * - `eventual`: what was created is not visible for `calls` calls, neither to reads nor to resources that depend on it.
 * - `quota` and `permanent`: the call is refused, and retrying does not help.
 * - `acme-rate-limit` and `wrong-zone`: a Certificate of cert-manager is created or changed and does not become ready.
 * - `quote-secret`: as `permanent`, and the error quotes the secret inputs, as real providers do.
 */
export type FaultKind = (typeof faultKinds)[number];

/** Types that a fault is about. */
const ownTypes: Readonly<Partial<Record<FaultKind, string>>> = {
    "acme-rate-limit": "kubernetes:cert-manager.io/v1:Certificate",
    "wrong-zone": "kubernetes:cert-manager.io/v1:Certificate",
};

/** What goes wrong, and where. */
export interface Fault {
    readonly kind: FaultKind;
    /** Default: create, update and delete; of `eventual`: create. */
    readonly operations?: readonly Operation[];
    /** Prefix of the resource's type, for example `aws:eks/`. Default: all that the fault can be about. */
    readonly type?: string;
    /** One resource in this many is struck. Default: 1, each. */
    readonly every?: number;
    /**
     * Calls of one operation on one resource that are struck. Default: 2 of what providers retry; for the others no limit, until there is
     * another schedule.
     */
    readonly times?: number;
    /** With `eventual`: calls that do not see the resource. Default: 2. */
    readonly calls?: number;
}

/** What goes wrong in the simulated clouds. */
export interface FaultPlan {
    readonly faults: readonly Fault[];
    /** Decides which resources are struck. Default: 1. */
    readonly seed?: number;
}

/** Providers give up after this many attempts; AWS's gives up after 25 (https://registry.terraform.io/providers/hashicorp/aws, max_retries). */
export const attempts = 12;

const retried: readonly FaultKind[] = ["throttle", "server-error", "timeout", "eventual"];

/** Failed calls that a fault costs one operation on one resource at most; 0 where the provider does not retry it. */
function cost({ kind, times = 2, calls = 2 }: Fault): number {
    return kind === "eventual" ? calls : retried.includes(kind) ? times : 0;
}

/** Why a plan does not converge for sure: faults that providers retry may use up all attempts of one operation. */
export function planProblem({ faults }: FaultPlan): string | undefined {
    const most = faults.reduce((sum, fault) => sum + cost(fault), 0);
    return most < attempts
        ? undefined
        : `faults that providers retry may strike one operation ${most} times, and a provider gives up after ` +
              `${attempts} attempts; expected: times (of eventual: calls) that add up to ${attempts - 1} at most`;
}

/**
 * Decides for each call whether a fault strikes it. That follows from the plan, its seed, and the resource's URN: not from the order in
 * which calls of different resources arrive.
 */
export class FaultSchedule {
    readonly #struck = new Map<string, number>();

    constructor(private readonly plan: FaultPlan) {}

    /** The fault that strikes this call, if any. */
    strike(operation: Operation, { urn, type }: { readonly urn: string; readonly type: string }): Fault | undefined {
        return this.plan.faults.find((fault, index) => {
            const operations = fault.operations ?? (fault.kind === "eventual" ? ["create"] : changing);
            if (!operations.includes(operation) || !type.startsWith(fault.type ?? ownTypes[fault.kind] ?? "")) {
                return false;
            }
            const key = `${this.plan.seed ?? 1} ${index} ${operation} ${urn}`;
            const struck = this.#struck.get(key) ?? 0;
            const times = fault.times ?? (retried.includes(fault.kind) ? 2 : Infinity);
            if (struck >= times || draw(key) % (fault.every ?? 1) !== 0) {
                return false;
            }
            this.#struck.set(key, struck + 1);
            return true;
        });
    }
}

/** A number from 0 to 2^32 - 1 that follows from a string. */
function draw(text: string): number {
    return createHash("sha256").update(text).digest().readUInt32BE(0);
}
