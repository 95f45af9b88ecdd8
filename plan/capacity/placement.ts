import { valueOf, valuesOf } from "../../components/common/property-path";
import type { Pool } from "./pools";

/** No two pods share a node; or none has two more than another; or as it comes. */
export type Spread = "one per node" | "even" | "any";

const hostname = "kubernetes.io/hostname";

/** How pods with a specification share nodes. */
export function spreadOf(spec: unknown): Spread {
    const anti = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.*";
    const labels = JSON.stringify(valueOf(spec, "topologySpreadConstraints.0.labelSelector.matchLabels"));
    const fromItself = valuesOf(spec, anti).some(
        (term) =>
            valueOf(term, "topologyKey") === hostname &&
            JSON.stringify(valueOf(term, "labelSelector.matchLabels")) === labels,
    );
    const even = valuesOf(spec, "topologySpreadConstraints.*").some(
        (constraint) =>
            valueOf(constraint, "topologyKey") === hostname &&
            valueOf(constraint, "whenUnsatisfiable") === "DoNotSchedule",
    );
    return fromItself ? "one per node" : even ? "even" : "any";
}

/** The nodes that a pod's selector, its required affinity to nodes and its tolerations let it run on. */
export function placement(spec: unknown): (pool: Pool) => boolean {
    const selector = Object.entries((valueOf(spec, "nodeSelector") ?? {}) as Readonly<Record<string, unknown>>);
    const required = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.*";
    const terms = valuesOf(spec, required).map((term) => valuesOf(term, "matchExpressions.*"));
    const tolerations = valuesOf(spec, "tolerations.*");
    return ({ labels, taints }) =>
        selector.every(([key, value]) => labels[key] === value) &&
        (terms.length === 0 || terms.some((term) => term.every((expression) => matches(expression, labels)))) &&
        taints.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

function matches(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
    const value = labels[String(valueOf(expression, "key"))];
    const listed = value !== undefined && valuesOf(expression, "values.*").includes(value);
    switch (valueOf(expression, "operator")) {
        case "In":
            return listed;
        case "NotIn":
            return !listed;
        case "Exists":
            return value !== undefined;
        case "DoesNotExist":
            return value === undefined;
        default:
            return false;
    }
}

function tolerates(toleration: unknown, { key, value }: Pool["taints"][number]): boolean {
    const [itsKey, operator] = [valueOf(toleration, "key"), valueOf(toleration, "operator") ?? "Equal"];
    return (
        (itsKey === undefined || itsKey === key) &&
        (operator === "Exists" || (valueOf(toleration, "value") ?? "") === value)
    );
}
