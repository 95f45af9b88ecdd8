import { labelsOf, selects } from "../../components/edge/evidence/facts";
import { valueOf } from "../../components/common/property-path";
import { millicoresOf } from "../../components/common/quantity";
import { type Brokers, brokersOf } from "../brokers";
import { type Resource, type Rule, shown } from "../rule";

const guide =
    "https://docs.vernemq.com/guides/vernemq-on-kubernetes#general-recommendations-for-large-scale-deployments";

/** A rule about brokers, of which some have fewer than it is for. */
function ofBrokers(
    least: number,
    rule: Omit<Rule, "concerns" | "check">,
    check: (brokers: Brokers, resource: Resource, all: readonly Resource[]) => readonly string[],
): Rule {
    return {
        ...rule,
        concerns: (resource) => (brokersOf(resource)?.replicas ?? 0) >= least,
        check: (resource, all) => {
            const brokers = brokersOf(resource);
            return brokers === undefined ? [] : check(brokers, resource, all);
        },
    };
}

const noAnonymous = ofBrokers(
    1,
    {
        id: "no-anonymous",
        level: "mandatory",
        title: "No client connects without authentication",
        text: "With allow_anonymous VerneMQ asks no plugin who a client is or what it may do.",
        remedy: "Leave allow_anonymous off and give VerneMQ users, a database or webhooks.",
        source: "https://docs.vernemq.com/configuring-vernemq/db-auth",
        scope: "resource",
    },
    ({ configuration }) => (configuration.get("allow_anonymous") === "on" ? ["allow_anonymous is on"] : []),
);

const onePerNode = ofBrokers(
    2,
    {
        id: "one-broker-per-node",
        level: "mandatory",
        title: "No two brokers share a node",
        text: "Brokers that share a node are lost together, and take each other's memory.",
        remedy: "`podAntiAffinity: hard` in the chart's values, or a required podAntiAffinity on kubernetes.io/hostname.",
        source: guide,
        scope: "resource",
    },
    ({ repel }) => (repel ? [] : ["nothing keeps its pods apart"]),
);

/** Brokers from which on what they copy to each other, their whole state, speaks for fewer and bigger ones. */
const manyBrokers = 5;
/** Cores that are few for one of many: any node of a managed cluster that is meant for work offers them. */
const fewCores = 2;

const fewBig = ofBrokers(
    2,
    {
        id: "few-big-brokers",
        level: "advisory",
        title: "Few powerful brokers rather than many small ones",
        text: "Each broker keeps the whole subscription state, and each change of it goes to all brokers.",
        remedy: "Fewer replicas with more CPU and memory each.",
        source: guide,
        scope: "resource",
    },
    ({ replicas, cpu }) => {
        const cores = coresOf(cpu);
        return replicas >= manyBrokers && cores !== undefined && cores < fewCores
            ? [`${replicas.toString()} brokers reserve ${cores.toString()} cores each`]
            : [];
    },
);

/** Nothing to say of brokers that reserve no CPU. */
const fewBigBrokers: Rule = {
    ...fewBig,
    concerns: (resource, all) => fewBig.concerns(resource, all) && coresOf(brokersOf(resource)?.cpu) !== undefined,
};

/** A Kubernetes quantity of CPU in cores. */
function coresOf(quantity: unknown): number | undefined {
    const millicores = millicoresOf(quantity);
    return millicores === undefined ? undefined : millicores / 1000;
}

const persistence = ofBrokers(
    2,
    {
        id: "persistence",
        level: "mandatory",
        title: "Sessions and messages survive a restart",
        text: "Without a volume a broker restarts empty, under a name that the others hold state for.",
        remedy: "`persistentVolume.enabled: true` in the chart's values, or volumeClaimTemplates.",
        source: "https://docs.vernemq.com/configuring-vernemq/storage",
        scope: "resource",
    },
    ({ hasVolumes }, { type }) => (hasVolumes || type === operated ? [] : ["its brokers have no volumes"]),
);

/** The operator moves a broker's queues before it stops it, so volumes are not what keeps them there. */
const operated = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";

const disruptionBudget = ofBrokers(
    2,
    {
        id: "disruption-budget",
        level: "advisory",
        title: "Node maintenance takes one broker at a time",
        text: "A PodDisruptionBudget keeps an upgrade of the nodes from evicting several brokers at once.",
        remedy: "`pdb.enabled: true` with `minAvailable` one less than the replicas, or your own PodDisruptionBudget.",
        source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
        scope: "stack",
    },
    ({ replicas, ownBudget, podLabels }, _resource, all) => {
        const budget = all.find(
            ({ type, inputs }) =>
                type === "kubernetes:policy/v1:PodDisruptionBudget" &&
                selects(labelsOf(valueOf(inputs, "spec.selector.matchLabels")), podLabels),
        );
        const most = budget === undefined ? undefined : valueOf(budget.inputs, "spec.maxUnavailable");
        const least = ownBudget ?? (budget === undefined ? undefined : valueOf(budget.inputs, "spec.minAvailable"));
        if (ownBudget === undefined && budget === undefined) {
            return ["there is no PodDisruptionBudget"];
        }
        return least === replicas - 1 || most === 1
            ? []
            : [least === undefined ? `maxUnavailable is ${shown(most)}` : `minAvailable is ${shown(least)}`];
    },
);

/** The rules of the brokers. */
export const brokerRules: readonly Rule[] = [noAnonymous, onePerNode, fewBigBrokers, persistence, disruptionBudget];
