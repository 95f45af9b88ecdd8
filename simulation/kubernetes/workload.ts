import { at, type ChangeRule, listAt, type ResourceModel, type Rule } from "../provider";
import { entryAt, items, rule } from "../rules";
import { entriesOf, extend } from "./object";

const deployments = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/";
const budgets = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/";
const pods = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/";

const podSpec = "spec.template.spec";

const selectorMatchesTemplate = rule(
    "spec.selector.matchLabels",
    "the selector of a Deployment matches the labels of its own pods",
    `${deployments}#selector`,
    ({ inputs }) => {
        const selector = entriesOf(at(inputs, "spec.selector.matchLabels"));
        return (
            selector.length > 0 &&
            selector.every(([key, value]) => entryAt(inputs, "spec.template.metadata.labels", key) === value)
        );
    },
);

const volumesAreThere = ["initContainers", "containers"].map((field) =>
    items(
        `${podSpec}.${field}[].volumeMounts`,
        "a container mounts only volumes that its pod has",
        `${pods}#volumes`,
        (mount, { inputs }) =>
            listAt(inputs, `${podSpec}.volumes`).some((volume) => at(volume, "name") === at(mount, "name")),
        "name",
    ),
);

const requestsWithinLimits = ["cpu", "memory"].map((name) =>
    items(
        `${podSpec}.containers`,
        "a container requests no more than its limit",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
        (container) => {
            const request = quantity(at(container, `resources.requests.${name}`));
            const limit = quantity(at(container, `resources.limits.${name}`));
            return request === undefined || limit === undefined || request <= limit;
        },
        `resources.requests.${name}`,
    ),
);

const unitFactors: Readonly<Record<string, number>> = {
    "": 1,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
};

/** A quantity (`500m`, `1Gi`) as a number; undefined where there is none. */
function quantity(value: unknown): number | undefined {
    const match =
        typeof value === "string" || typeof value === "number"
            ? /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(value))
            : null;
    const factor = unitFactors[match?.[2] ?? ""];
    return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}

export const deployment: ResourceModel = extend({
    rules: [selectorMatchesTemplate, ...volumesAreThere, ...requestsWithinLimits],
});

const oneKindOfBudget = rule(
    "spec",
    "a PodDisruptionBudget says minAvailable or maxUnavailable, one of the two",
    `${budgets}#specifying-a-poddisruptionbudget`,
    ({ inputs }) =>
        (at(inputs, "spec.minAvailable") === undefined) !== (at(inputs, "spec.maxUnavailable") === undefined),
);

const priorities = "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass";

const priorityIsForUsers: Rule = {
    text: "values above 1000000000 and names that start with system- are Kubernetes' own",
    source: priorities,
    brokenBy: ({ inputs }) => {
        const name = at(inputs, "metadata.name");
        if (typeof name === "string" && name.startsWith("system-")) {
            return "metadata.name";
        }
        const value = at(inputs, "value");
        return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 1_000_000_000
            ? undefined
            : "value";
    },
};

/** The provider would update what the API server refuses; where the program replaces the class for it, nothing is refused. */
const priorityStays: ChangeRule = {
    text: "another value or preemption policy of a class that is there is refused",
    source: priorities,
    brokenBy: (before, after) => ["value", "preemptionPolicy"].find((property) => before[property] !== after[property]),
};

export const priorityClass: ResourceModel = extend({ rules: [priorityIsForUsers], changeRules: [priorityStays] });

export const podDisruptionBudget: ResourceModel = extend({ rules: [oneKindOfBudget] });
