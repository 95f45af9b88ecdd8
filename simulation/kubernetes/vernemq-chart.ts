import { chartName } from "../../components/common/charts";
import { at, listAt, type Properties, type Rule } from "../provider";
import { isWithin, items, rule } from "../rules";
import { entriesOf } from "./object";

const chart = "https://github.com/vernemq/docker-vernemq/blob/master/helm/vernemq/values.yaml";
const statefulSet = "https://github.com/vernemq/docker-vernemq/blob/master/helm/vernemq/templates/statefulset.yaml";
const startScript = "https://github.com/vernemq/docker-vernemq/blob/master/bin/vernemq.sh";
const budgets = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#specifying-a-poddisruptionbudget";
const nodePorts = "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport";

/** Top-level values of charts 2.1.1 and 2.1.2. The chart has no schema: it ignores any other without a word. */
const knownValues = [
    "acl",
    "additionalEnv",
    "certificates",
    "containerSecurityContext",
    "envFrom",
    "extraVolumeMounts",
    "extraVolumes",
    "fullnameOverride",
    "headlessService",
    "image",
    "ingress",
    "nameOverride",
    "nodeSelector",
    "pdb",
    "persistentVolume",
    "podAntiAffinity",
    "rbac",
    "replicaCount",
    "resources",
    "secretMounts",
    "securityContext",
    "service",
    "serviceMonitor",
    "statefulset",
    "tolerations",
] as const;

/** Variables that the chart sets itself, whatever its values. */
const chartVariables = [
    "MY_POD_NAME",
    "MY_POD_IP",
    "DOCKER_VERNEMQ_DISCOVERY_KUBERNETES",
    "DOCKER_VERNEMQ_KUBERNETES_LABEL_SELECTOR",
    "DOCKER_VERNEMQ_LISTENER__TCP__LOCALHOST",
];

/** Whether a release is VerneMQ's; others are none of these rules' business. */
export function isVernemq({ chart }: Properties): boolean {
    return chartName(chart) === "vernemq";
}

/** A rule for the values of VerneMQ's chart. */
function valuesRule(path: string, text: string, source: string, holds: (values: unknown) => boolean): Rule {
    return rule(`values.${path}`, text, source, ({ inputs }) => !isVernemq(inputs) || holds(inputs["values"]));
}

/** A rule for each environment variable of VerneMQ's pods. */
function variableRule(
    part: string,
    text: string,
    source: string,
    holds: (variable: unknown, all: readonly unknown[]) => boolean,
): Rule {
    return items(
        "values.additionalEnv",
        text,
        source,
        (variable, { inputs }) => !isVernemq(inputs) || holds(variable, listAt(inputs, "values.additionalEnv")),
        part,
    );
}

export const vernemqChartRules: readonly Rule[] = [
    {
        text: "the chart knows no such value, and would ignore it without a word",
        source: chart,
        brokenBy: ({ inputs }) => {
            const keys = isVernemq(inputs) ? entriesOf(inputs["values"]).map(([key]) => key) : [];
            const unknown = keys.find((key) => !knownValues.some((known) => known === key));
            return unknown === undefined ? undefined : `values.${unknown}`;
        },
    },
    variableRule(
        "name",
        "an environment variable is set once: of two lines in vernemq.conf the last one wins, and env has no order",
        startScript,
        (variable, all) => {
            const name = at(variable, "name");
            return (
                all.find((other) => at(other, "name") === name) === variable && !chartVariables.includes(String(name))
            );
        },
    ),
    variableRule(
        "value",
        "an environment variable's value is a text",
        statefulSet,
        (variable) => at(variable, "valueFrom") !== undefined || typeof at(variable, "value") === "string",
    ),
    ...["mqtt", "mqtts", "ws", "wss"].map((name) =>
        valuesRule(
            `service.${name}.nodePort`,
            "with type NodePort each open port has a node port between 30000 and 32767",
            nodePorts,
            (values) =>
                at(values, "service.type") !== "NodePort" ||
                at(values, `service.${name}.enabled`) !== true ||
                isWithin(at(values, `service.${name}.nodePort`), 30_000, 32_767),
        ),
    ),
    valuesRule(
        "pdb.maxUnavailable",
        "the chart writes maxUnavailable beside its default minAvailable, and a PodDisruptionBudget takes one of the two",
        budgets,
        (values) => at(values, "pdb.maxUnavailable") === undefined || at(values, "pdb.minAvailable") === null,
    ),
    valuesRule(
        "pdb.minAvailable",
        "minAvailable 0 is left out, so the budget would say nothing",
        budgets,
        (values) => at(values, "pdb.enabled") !== true || at(values, "pdb.minAvailable") !== 0,
    ),
    valuesRule(
        "pdb.minAvailable",
        "a budget that allows no disruption blocks every node upgrade",
        budgets,
        (values) => {
            const [available, replicas] = [at(values, "pdb.minAvailable"), at(values, "replicaCount")];
            const blocks = typeof available === "number" && typeof replicas === "number" && available >= replicas;
            return at(values, "pdb.enabled") !== true || !blocks;
        },
    ),
    valuesRule(
        "podAntiAffinity",
        "the chart knows anti-affinity soft and hard, and makes none of any other",
        statefulSet,
        (values) => [undefined, "soft", "hard"].includes(at(values, "podAntiAffinity") as string | undefined),
    ),
];
