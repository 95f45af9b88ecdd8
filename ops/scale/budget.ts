import { isObject } from "../../components/common/is-object";
import { ApiError, collections, ConnectionError, type Kube } from "../kubernetes/client";
import { sentence } from "../../plan/common/sentence";
import { type KubernetesObject, listAt, recordAt } from "../kubernetes/objects";
import { commandLine } from "../../plan/common/command-name";

/** How the PodDisruptionBudget misses a number of brokers, until Pulumi sets it anew: it is part of the release, so it is not changed here. */
export interface Maintenance {
    /** No broker may be evicted, so the drain of its node waits; several may be at once; or the budget could not be read. */
    readonly state: "blocked" | "unguarded" | "unknown";
    /** Brokers that may be evicted at once; undefined where that is unknown. */
    readonly evictable?: number;
    /** One sentence for the user. */
    readonly message: string;
}

type Labels = Readonly<Record<string, string>>;

const untilUpdate = `until the next \`${commandLine("up")}\``;

/**
 * Compares the PodDisruptionBudget with the brokers that run now: one of them may be evicted at a time. Work that is done does not fail by what
 * cannot be read here.
 *
 * @param podLabels of the brokers' pods
 * @returns undefined where it fits
 */
export async function readMaintenance(
    kube: Kube,
    podLabels: Labels,
    replicas: number,
): Promise<Maintenance | undefined> {
    try {
        return maintenanceOf(await kube.list(collections.disruptionBudgets), podLabels, replicas);
    } catch (error) {
        if (error instanceof ApiError || error instanceof ConnectionError) {
            return {
                state: "unknown",
                message: sentence(`Whether node maintenance is blocked or unguarded is unknown: ${error.message}`),
            };
        }
        throw error;
    }
}

/** What the budgets of a namespace mean for the brokers; undefined where one broker may be evicted at a time. */
export function maintenanceOf(
    objects: readonly KubernetesObject[],
    podLabels: Labels,
    replicas: number,
): Maintenance | undefined {
    const [budget, ...others] = objects.filter((object) => selects(recordAt(object, "spec")["selector"], podLabels));
    if (budget === undefined) {
        return replicas < 2
            ? undefined
            : {
                  state: "unguarded",
                  evictable: replicas,
                  message: `Node maintenance is unguarded ${untilUpdate}: no PodDisruptionBudget selects the brokers, so all ${replicas} may be evicted at once.`,
              };
    }
    if (others.length > 0) {
        // kubernetes pkg/registry/core/pod/storage/eviction.go
        const names = [budget, ...others].map(({ metadata }) => metadata.name).sort();
        return {
            state: "blocked",
            evictable: 0,
            message: `Node maintenance is blocked: Kubernetes evicts no pod that several PodDisruptionBudgets select, and ${names.join(" and ")} select the brokers; delete the one that is not the stack's.`,
        };
    }
    const evictable = evictableBy(recordAt(budget, "spec"), replicas);
    const name = `PodDisruptionBudget ${budget.metadata.name}`;
    if (evictable === 0) {
        return {
            state: "blocked",
            evictable,
            message: `Node maintenance is blocked ${untilUpdate}: ${name} lets no broker be evicted, so the drain of a broker's node waits.`,
        };
    }
    return evictable === 1
        ? undefined
        : {
              state: "unguarded",
              evictable,
              message: `Node maintenance is unguarded ${untilUpdate}: ${name} lets ${evictable} of ${replicas} brokers be evicted at once.`,
          };
}

/** Pods that a budget lets go at once while all are healthy (kubernetes pkg/controller/disruption/disruption.go, getExpectedPodCount). */
function evictableBy(spec: Readonly<Record<string, unknown>>, replicas: number): number {
    const { maxUnavailable, minAvailable } = spec;
    const least =
        maxUnavailable === undefined ? scaled(minAvailable, replicas) : replicas - scaled(maxUnavailable, replicas);
    return Math.max(0, replicas - Math.max(0, least));
}

/** A number, or a share such as `50%` of the pods, rounded up. */
function scaled(value: unknown, replicas: number): number {
    const share = typeof value === "string" ? /^(\d+)%$/.exec(value)?.[1] : undefined;
    return share === undefined ? Number(value ?? 0) : Math.ceil((Number(share) * replicas) / 100);
}

/** Whether a label selector of policy/v1 holds for labels: an empty one selects every pod, and none at all selects none. */
function selects(selector: unknown, labels: Labels): boolean {
    return (
        isObject(selector) &&
        Object.entries(recordAt(selector, "matchLabels")).every(([key, value]) => labels[key] === value) &&
        listAt(selector, "matchExpressions").every(({ key, operator, values }) => {
            const value = labels[String(key)];
            const isListed = Array.isArray(values) && value !== undefined && values.includes(value);
            switch (operator) {
                case "In":
                    return isListed;
                case "NotIn":
                    return !isListed;
                case "Exists":
                    return value !== undefined;
                default:
                    return value === undefined;
            }
        })
    );
}
