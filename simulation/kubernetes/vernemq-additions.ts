import { jsonIn } from "../../components/common/json";
import { at, listAt, type Properties, type Rule } from "../provider";
import { entryAt, rule } from "../rules";
import { entriesOf } from "./object";
import { isVernemq } from "./vernemq-chart";

const helm = "https://helm.sh/docs/topics/advanced/#post-rendering";
const spreading = "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/";
const claims = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention";
const probes = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/";
const startScript = "https://github.com/vernemq/docker-vernemq/blob/master/bin/vernemq.sh";

/** The annotation in which a release of VerneMQ says what its post-renderer adds to the StatefulSet. */
const annotation = "vernemq.io/additions";
const path = `values.statefulset.annotations["${annotation}"]`;

/** The annotation's text; undefined where the release has none. */
function textOf(inputs: Properties): unknown {
    return isVernemq(inputs) ? entryAt(inputs, "values.statefulset.annotations", annotation) : undefined;
}

/** What it says; undefined where it is no JSON object. */
function additionsOf(inputs: Properties): object | undefined {
    const value = jsonIn(textOf(inputs));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** A rule about what is added; a release without additions keeps it. */
function additionRule(text: string, source: string, holds: (additions: object) => boolean): Rule {
    return rule(path, text, source, ({ inputs }) => {
        const additions = additionsOf(inputs);
        return additions === undefined || holds(additions);
    });
}

function isPositive(value: unknown): boolean {
    return typeof value === "number" && Number.isInteger(value) && value > 0;
}

export const vernemqAdditionRules: readonly Rule[] = [
    rule(
        "postrender",
        "only a post-renderer acts on the additions; without one Kubernetes takes them for a note",
        helm,
        ({ inputs }) => textOf(inputs) === undefined || typeof inputs["postrender"] === "string",
    ),
    rule(
        path,
        "the post-renderer fails where there is nothing to add",
        helm,
        ({ inputs }) => !isVernemq(inputs) || inputs["postrender"] === undefined || textOf(inputs) !== undefined,
    ),
    rule(
        path,
        "the additions are a JSON object",
        helm,
        ({ inputs }) => textOf(inputs) === undefined || additionsOf(inputs) !== undefined,
    ),
    additionRule("additions go to spec, pod or container, and each is an object", helm, (additions) =>
        Object.entries(additions).every(
            ([group, fields]) =>
                ["spec", "pod", "container"].includes(group) && typeof fields === "object" && fields !== null,
        ),
    ),
    additionRule(
        "zones differ by at least one broker, and what cannot be met is DoNotSchedule or ScheduleAnyway",
        spreading,
        (additions) =>
            listAt(additions, "pod.topologySpreadConstraints").every(
                (constraint) =>
                    isPositive(at(constraint, "maxSkew")) &&
                    ["DoNotSchedule", "ScheduleAnyway"].includes(String(at(constraint, "whenUnsatisfiable"))) &&
                    entriesOf(at(constraint, "labelSelector.matchLabels")).length > 0,
            ),
    ),
    additionRule("a volume claim is retained or deleted", claims, (additions) =>
        entriesOf(at(additions, "spec.persistentVolumeClaimRetentionPolicy")).every(
            ([when, what]) =>
                ["whenDeleted", "whenScaled"].includes(when) && ["Retain", "Delete"].includes(String(what)),
        ),
    ),
    additionRule(
        "a start-up probe succeeds with its first success, and gives up after a number of failures",
        probes,
        (additions) => {
            const probe = at(additions, "container.startupProbe");
            return (
                probe === undefined ||
                ([undefined, 1].includes(at(probe, "successThreshold") as number | undefined) &&
                    isPositive(at(probe, "failureThreshold")))
            );
        },
    ),
    additionRule(
        "a variable of the start script belongs into additionalEnv, where each name is checked to come once",
        startScript,
        (additions) =>
            listAt(additions, "container.env").every(
                (variable) => !String(at(variable, "name")).startsWith("DOCKER_VERNEMQ"),
            ),
    ),
];
