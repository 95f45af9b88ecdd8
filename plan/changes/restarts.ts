import { releaseAdditions } from "../additions";
import type { ResourceInputs } from "../graph";
import type { Change } from "./model";
import { valueOf } from "../../components/common/property-path";
import { replicasOf } from "../roles";

/** Values that the chart writes into its pods (helm/vernemq/templates/statefulset.yaml of docker-vernemq). */
const podValues = [
    "additionalEnv",
    "containerSecurityContext",
    "envFrom",
    "headlessService.customPorts",
    "image",
    "nodeSelector",
    "resources",
    "secretMounts",
    "securityContext",
    "statefulset.lifecycle",
    "statefulset.livenessProbe",
    "statefulset.podAnnotations",
    "statefulset.readinessProbe",
    "statefulset.terminationGracePeriodSeconds",
    "tolerations",
] as const;

/** An update that changes the brokers' pods restarts them (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates). */
export function brokerRestarts(
    old: ResourceInputs | undefined,
    fresh: ResourceInputs | undefined,
    changes: readonly Change[],
): readonly string[] {
    const change = changes.find(({ urn, action }) => urn === fresh?.urn && action === "update");
    if (old === undefined || fresh === undefined || change === undefined) {
        return [];
    }
    const replaced = change.properties.flatMap(({ follows }) => (follows === undefined ? [] : [follows]));
    const reasons = [
        ...podValues.filter((value) => change.properties.some(({ path }) => isWithin(path, `values.${value}`))),
        ...changedAdditions(old, fresh, replaced),
    ];
    if (reasons.length === 0) {
        return [];
    }
    const because = reasons.join(", ");
    return [
        replicasOf(fresh) === 1
            ? `The broker restarts (${because}): every device is disconnected, and no client can connect until it is ready again.`
            : `The brokers restart one after another (${because}): each disconnects its devices, which connect to another.`,
    ];
}

function isWithin(path: string, of: string): boolean {
    return path === of || path.startsWith(`${of}.`) || path.startsWith(`${of}[`);
}

/** What the post-renderer adds to the pods and what differs of it, or refers to an object that is recreated. */
function changedAdditions(old: ResourceInputs, fresh: ResourceInputs, replaced: readonly string[]): string[] {
    const [before, after] = [releaseAdditions(old), releaseAdditions(fresh)];
    return ["pod", "container"].flatMap((group) => {
        const [was, is] = [before, after].map((additions) => valueOf(additions, group) ?? {});
        const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
        return fields.filter((field) => {
            const [first, second] = [was, is].map((values) => JSON.stringify(valueOf(values, field)));
            return first !== second || replaced.some((name) => second?.includes(`\${${name}.`) === true);
        });
    });
}
