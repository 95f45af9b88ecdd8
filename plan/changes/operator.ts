import { compact } from "../../components/common/compact";
import { brokerNames, claimName, podName } from "../../components/broker/names";
import type { ResourceInputs } from "../graph";
import { valueOf } from "../../components/common/property-path";
import { brokerRelease, operatedBrokers, sizeOf } from "../roles";

type Resources = readonly ResourceInputs[];

/** What an update does to brokers that VerneMQ's operator deploys, and what a change of engine does. */
export function operatorConsequences(before: Resources, after: Resources): readonly string[] {
    const [old, fresh] = [operatedBrokers(before), operatedBrokers(after)];
    return [
        ...changedEngine(before, after),
        ...(old === undefined || fresh === undefined ? [] : [...changedSpec(old, fresh), ...fewer(old, fresh)]),
    ];
}

function changedEngine(before: Resources, after: Resources): readonly string[] {
    const [old = "", fresh = ""] = [before, after].map((resources) =>
        operatedBrokers(resources) !== undefined ? "operator" : brokerRelease(resources) && "helm",
    );
    return compact([
        old !== fresh &&
            old !== "" &&
            fresh !== "" &&
            `The engine changes from ${old} to ${fresh}: the brokers of ${fresh} are a separate cluster. Sessions, queued and retained messages stay behind with the old ones, and every device is disconnected and reconnects.`,
    ]);
}

/** Fields of the resource that the operator writes into its Secret vernemq-yaml, and not into the StatefulSet. */
const secretFields = ["config"];

/** Fields of the Deployment of the plugin bundler. */
const bundlerFields = ["bundlerImage"];

/**
 * As published, the operator reads what it made before into what it wants and writes that back (vmq-operator,
 * controllers/vernemq_controller.go, createOrUpdate), so a change reaches only what it recreates.
 */
function changedSpec(old: ResourceInputs, fresh: ResourceInputs): readonly string[] {
    const specOf = ({ inputs }: ResourceInputs) => (valueOf(inputs, "spec") ?? {}) as Readonly<Record<string, unknown>>;
    const [was, is] = [specOf(old), specOf(fresh)];
    const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
        .sort();
    const { workload } = brokerNames.operator;
    const namespace = String(valueOf(fresh.inputs, "metadata.namespace"));
    const remake = compact([
        changed.some((name) => secretFields.includes(name)) && "secret vernemq-yaml",
        changed.some((name) => bundlerFields.includes(name)) && `deployment ${workload}-deployment`,
        changed.some((name) => ![...secretFields, ...bundlerFields].includes(name)) &&
            `statefulset ${workload} --cascade=orphan`,
    ]).map((what) => `kubectl delete ${what} --namespace ${namespace}`);
    return changed.length === 0
        ? []
        : [
              `The VerneMQ resource changes (${changed.join(", ")}), and the operator as published never changes what it created. After the update it recreates what you delete: ${remake.join(", ")}. A new StatefulSet restarts its brokers one after another.`,
          ];
}

function fewer(old: ResourceInputs, fresh: ResourceInputs): readonly string[] {
    const [from, to] = [sizeOf(old), sizeOf(fresh)];
    if (from === undefined || to === undefined || to >= from) {
        return [];
    }
    const names = brokerNames.operator;
    const ordinals = Array.from({ length: from - to }, (_, index) => to + index).reverse();
    const hasClaims = valueOf(old.inputs, "spec.storage.volumeClaimTemplate") !== undefined;
    return [
        `From ${from} to ${to} brokers: ${ordinals.map((ordinal) => podName(names, ordinal)).join(" and ")} must leave the cluster, which upstream's preStop hook does` +
            (hasClaims
                ? `, and their volume claims, ${ordinals.map((ordinal) => claimName(names, ordinal)).join(" and ")}, have to be deleted then: a broker that starts again with the data of one that left is a silent, separate cluster.`
                : "."),
    ];
}
