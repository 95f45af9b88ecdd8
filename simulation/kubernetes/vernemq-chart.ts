import { chartName } from "../../components/common/charts";
import { at, listAt, type Rule, type SimulatedResource } from "../provider";
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

/** A rule for the values of VerneMQ's chart; other releases are none of its business. */
function valuesRule(text: string, source: string, brokenBy: (values: unknown) => string | undefined): Rule {
    return {
        text,
        source,
        brokenBy: ({ inputs }: SimulatedResource) => {
            const property = chartName(inputs["chart"]) === "vernemq" ? brokenBy(inputs["values"]) : undefined;
            return property === undefined ? undefined : `values.${property}`;
        },
    };
}

const services = ["mqtt", "mqtts", "ws", "wss"] as const;

export const vernemqChartRules: readonly Rule[] = [
    valuesRule("the chart knows no such value, and would ignore it without a word", chart, (values) =>
        entriesOf(values)
            .map(([key]) => key)
            .find((key) => !knownValues.some((known) => known === key)),
    ),
    valuesRule(
        "an environment variable is set once: of two lines in vernemq.conf the last one wins, and env has no order",
        startScript,
        (values) => {
            const names = listAt(values, "additionalEnv").map((variable) => at(variable, "name"));
            const index = names.findIndex(
                (name, position) =>
                    names.indexOf(name) < position || chartVariables.some((variable) => variable === name),
            );
            return index < 0 ? undefined : `additionalEnv[${index}].name`;
        },
    ),
    valuesRule("an environment variable's value is a text", statefulSet, (values) => {
        const index = listAt(values, "additionalEnv").findIndex(
            (variable) => at(variable, "valueFrom") === undefined && typeof at(variable, "value") !== "string",
        );
        return index < 0 ? undefined : `additionalEnv[${index}].value`;
    }),
    valuesRule("with type NodePort each open port has a node port between 30000 and 32767", nodePorts, (values) => {
        const closed = services.find((name) => {
            const port = at(values, `service.${name}.nodePort`);
            const isOpen = at(values, `service.${name}.enabled`) === true;
            return isOpen && !(typeof port === "number" && port >= 30_000 && port <= 32_767);
        });
        return at(values, "service.type") === "NodePort" && closed !== undefined
            ? `service.${closed}.nodePort`
            : undefined;
    }),
    valuesRule(
        "the chart writes maxUnavailable beside its default minAvailable, and a PodDisruptionBudget takes one of the two",
        budgets,
        (values) =>
            at(values, "pdb.maxUnavailable") !== undefined && at(values, "pdb.minAvailable") !== null
                ? "pdb.maxUnavailable"
                : undefined,
    ),
    valuesRule("minAvailable 0 is left out, so the budget would say nothing", budgets, (values) =>
        at(values, "pdb.enabled") === true && at(values, "pdb.minAvailable") === 0 ? "pdb.minAvailable" : undefined,
    ),
    valuesRule("a budget that allows no disruption blocks every node upgrade", budgets, (values) => {
        const [available, replicas] = [at(values, "pdb.minAvailable"), at(values, "replicaCount")];
        const blocks = typeof available === "number" && typeof replicas === "number" && available >= replicas;
        return at(values, "pdb.enabled") === true && blocks ? "pdb.minAvailable" : undefined;
    }),
    valuesRule("the chart knows anti-affinity soft and hard, and makes none of any other", statefulSet, (values) => {
        const affinity = at(values, "podAntiAffinity");
        return affinity === undefined || affinity === "soft" || affinity === "hard" ? undefined : "podAntiAffinity";
    }),
];
