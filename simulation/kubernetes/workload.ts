import { mebibytesOf, millicoresOf } from "../../components/common/quantity";
import { at, listAt, type ResourceModel } from "../provider";
import { entryAt, items, property, rule } from "../rules";
import { entriesOf, extend } from "./object";

const deployments = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/";
const budgets = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/";
const pods = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/";

const podSpec = "spec.template.spec";

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

const quantities = { cpu: millicoresOf, memory: mebibytesOf };

const requestsWithinLimits = Object.entries(quantities).map(([name, quantityOf]) =>
    property(
        `${podSpec}.containers[].resources.requests.${name}`,
        "a container requests no more than its limit",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
        (value, _, __, container) => {
            const [request, limit] = [quantityOf(value), quantityOf(at(container, `resources.limits.${name}`))];
            return request === undefined || limit === undefined || request <= limit;
        },
    ),
);

export const deployment: ResourceModel = extend({
    rules: [
        rule(
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
        ),
        ...volumesAreThere,
        ...requestsWithinLimits,
    ],
});

const priorities = "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass";

export const priorityClass: ResourceModel = extend({
    rules: [
        {
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
        },
    ],
    changeRules: [
        // The provider would update what the API server refuses; where the program replaces the class for it, nothing is refused.
        {
            text: "another value or preemption policy of a class that is there is refused",
            source: priorities,
            brokenBy: (before, after) =>
                ["value", "preemptionPolicy"].find((property) => before[property] !== after[property]),
        },
    ],
});

export const podDisruptionBudget: ResourceModel = extend({
    rules: [
        rule(
            "spec",
            "a PodDisruptionBudget says minAvailable or maxUnavailable, one of the two",
            `${budgets}#specifying-a-poddisruptionbudget`,
            ({ inputs }) =>
                (at(inputs, "spec.minAvailable") === undefined) !== (at(inputs, "spec.maxUnavailable") === undefined),
        ),
    ],
});
