import { at, type ChangeRule, listAt, type ResourceModel, type Rule } from "../provider";
import { entriesOf, extend } from "./object";

const deployments = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/";
const budgets = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/";
const pods = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/";

const selectorMatchesTemplate: Rule = {
    text: "the selector of a Deployment matches the labels of its own pods",
    source: `${deployments}#selector`,
    brokenBy: ({ inputs }) => {
        const labels = at(inputs, "spec.template.metadata.labels");
        const selector = entriesOf(at(inputs, "spec.selector.matchLabels"));
        const matches = selector.length > 0 && selector.every(([key, value]) => labelOf(labels, key) === value);
        return matches ? undefined : "spec.selector.matchLabels";
    },
};

/** A label's key may hold dots, so it is no path. */
function labelOf(labels: unknown, key: string): unknown {
    return entriesOf(labels).find(([name]) => name === key)?.[1];
}

const volumesAreThere: Rule = {
    text: "a container mounts only volumes that its pod has",
    source: `${pods}#volumes`,
    brokenBy: ({ inputs }) => {
        const spec = at(inputs, "spec.template.spec");
        const volumes = listAt(spec, "volumes").map((volume) => at(volume, "name"));
        for (const field of ["initContainers", "containers"]) {
            for (const [index, container] of listAt(spec, field).entries()) {
                const mount = listAt(container, "volumeMounts").findIndex(
                    (candidate) => !volumes.includes(at(candidate, "name")),
                );
                if (mount >= 0) {
                    return `spec.template.spec.${field}[${index}].volumeMounts[${mount}].name`;
                }
            }
        }
        return undefined;
    },
};

const requestsWithinLimits: Rule = {
    text: "a container requests no more than its limit",
    source: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    brokenBy: ({ inputs }) => {
        for (const [index, container] of listAt(inputs, "spec.template.spec.containers").entries()) {
            for (const name of ["cpu", "memory"]) {
                const request = quantity(at(container, `resources.requests.${name}`));
                const limit = quantity(at(container, `resources.limits.${name}`));
                if (request !== undefined && limit !== undefined && request > limit) {
                    return `spec.template.spec.containers[${index}].resources.requests.${name}`;
                }
            }
        }
        return undefined;
    },
};

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
    rules: [selectorMatchesTemplate, volumesAreThere, requestsWithinLimits],
});

const oneKindOfBudget: Rule = {
    text: "a PodDisruptionBudget says minAvailable or maxUnavailable, one of the two",
    source: `${budgets}#specifying-a-poddisruptionbudget`,
    brokenBy: ({ inputs }) => {
        const said = ["minAvailable", "maxUnavailable"].filter((name) => at(inputs, `spec.${name}`) !== undefined);
        return said.length === 1 ? undefined : "spec";
    },
};

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
